/** `crossfeed estimate`: what a request would cost at the running proxy, which sends nothing. */
import { numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { createRedactor } from '../../observability/redact.ts';
import { askDry, type DryOptions } from '../ask-dry.ts';
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { writeTable } from '../table.ts';

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('<file>', 'the body of a request as JSON; - reads standard input')
    .option('--path <path>', 'where the request would be sent', '/v1/messages')
    .option('--header <line...>', 'a header of the request, as NAME: VALUE; may be given again')
    .option('--key <key>', 'the caller key; the default one without it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed estimate body.json', 'tokens and credits, with a warm and a cold prompt cache; nothing is sent'],
        ['crossfeed estimate - --path /v1/responses < body.json', 'from standard input'],
        ['crossfeed estimate body.json --json | jq .credits', 'for scripts'],
      ]),
    )
    .action((file: string, options: DryOptions) => run(estimate(context, file, options)));
};

async function estimate(context: CliContext, file: string, options: DryOptions): Promise<void> {
  const { text, answer } = await askDry(context, 'estimate', file, options);
  if (options.json) context.stdout.write(text);
  else writeTable(context, rowsOf(answer));
}

function rowsOf(answer: JsonObject): readonly (readonly string[])[] {
  const redactor = createRedactor();
  const count = (name: string) => String(numberOrNull(answer[name]) ?? 'not known');
  const tiers = objectOf(answer['credits']);
  const tier = answer['tier'] === 'long' ? 'long' : 'default';
  const credits = (value: unknown) => String(numberOrNull(value) ?? 'not known');
  const long = numberOrNull(tiers['long']);
  return [
    ['model', redactor.redact(String(answer['model']))],
    ['input', `${count('inputTokens')} tokens, of which ${count('cacheReadTokens')} from the prompt cache`],
    ['output', `${count('outputTokens')} tokens, at most ${count('mostOutputTokens')}`],
    ['credits', `${credits(tiers[tier])}, at most ${credits(answer['mostCredits'])}`],
    ['cache', `${credits(answer['warmCredits'])} if it is warm, ${credits(answer['coldCredits'])} if it is cold`],
    ...(long === null
      ? []
      : [['price tier', `${tier}; ${credits(tiers['default'])} in the default one, ${long} in the long one`]]),
  ];
}
