/** `crossfeed preview`: what the running proxy would send up for a request, with each edit and its reason. */
import { objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { createRedactor } from '../../observability/redact.ts';
import { askDry, type DryOptions } from '../ask-dry.ts';
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';

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
        ['crossfeed preview body.json', 'model, endpoint, headers, edits and body; nothing is sent'],
        ['crossfeed preview - --path /v1/responses < body.json', 'from standard input'],
        ['crossfeed preview body.json --json | jq .body', 'for scripts'],
      ]),
    )
    .action((file: string, options: DryOptions) => run(preview(context, file, options)));
};

async function preview(context: CliContext, file: string, options: DryOptions): Promise<void> {
  const { text, answer } = await askDry(context, 'preview', file, options);
  // The body goes out as it would go up: not read and written anew.
  context.stdout.write(options.json ? text : shown(answer));
}

function shown(answer: JsonObject): string {
  const redactor = createRedactor();
  const line = (name: string, value: unknown) => `${name.padEnd(9)} ${redactor.redact(String(value))}\n`;
  const edits = (Array.isArray(answer['edits']) ? answer['edits'] : []).map(objectOf);
  const place = ({ path }: JsonObject) => (typeof path === 'string' ? ` (${path})` : '');
  return [
    line('lane', answer['lane']),
    line('model', answer['model']),
    line('endpoint', answer['endpoint']),
    ...Object.entries(objectOf(answer['headers'])).map(([name, value]) => line('header', `${name}: ${String(value)}`)),
    ...edits.map((edit) => line('edit', `${String(edit['rule'])}${place(edit)}: ${String(edit['reason'])}`)),
    `\n${JSON.stringify(answer['body'], null, 2)}\n`,
  ].join('');
}
