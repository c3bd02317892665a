/** `crossfeed demo`: proxy and simulated Copilot in one process, one real streamed answer, then it stays up. */
import { defaultConfig } from '../../config/config.ts';
import type { Model } from '../../canonical/model.ts';
import type { CliContext } from '../cli-context.ts';
import { newCallerKey } from '../caller-key.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Launched, LaunchOptions } from '../launch.ts';
import { paintFor } from '../paint.ts';
import { writeJson } from '../table.ts';
import { welcomeText } from '../welcome.ts';

interface DemoOptions {
  readonly port?: string;
  readonly json?: true;
}

const question = 'In two sentences: what does a crossfeed valve do in an aircraft?';

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('-p, --port <number>', 'the port to listen on (4141, or a free one if that is taken)')
    .option('--json', 'print address, key, model and answer as JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed demo', 'no login, no settings, nothing written: Ctrl-C ends it without a trace'],
        ['crossfeed demo -p 8080', 'on a port of your choice'],
      ]),
    )
    .action((options: DemoOptions) => run(demo(context, options)));
};

async function demo(context: CliContext, options: DemoOptions): Promise<ExitCode> {
  const [{ launch }, { runUntilSignal }, { readStartFlags }] = await Promise.all([
    import('../launch.ts'),
    import('../run-until-signal.ts'),
    import('../start-flags.ts'),
  ]);
  const { port, json } = options;
  await readStartFlags(port === undefined ? {} : { port });
  const apiKey = newCallerKey();
  const launched = await launchOn(launch, port, { context, apiKey });
  const ended = runUntilSignal(context, launched);
  const model = pickModel(await launched.proxy.models());
  const { url } = launched;
  const paint = paintFor(context.colors);
  const say = json ? () => undefined : (text: string) => context.stdout.write(text);
  say(`\n  ${paint.dim(`POST ${url}/v1/chat/completions`)}  ${paint.cyan(model)}\n`);
  say(`  ${paint.dim('>')} ${question}\n\n  `);
  const answer = await ask({ url, apiKey, model, say });
  if (json) {
    writeJson(context, { url, key: apiKey, dashboard: launched.proxy.dashboardLink(), model, question, answer });
    return ended;
  }
  context.stdout.write(
    welcomeText({
      version: context.version,
      url,
      // The key of this run only, on a simulator: there is nothing it could spend.
      key: apiKey,
      dashboard: launched.proxy.dashboardLink(),
      road: 'simulated: nothing leaves this machine (Ctrl-C ends it)',
      paint,
      model,
    }),
  );
  return ended;
}

type Launch = (options: LaunchOptions) => Promise<Launched>;

/** Without a wish for a port, any will do: the demo must work beside a proxy that runs already. */
async function launchOn(
  launch: Launch,
  port: string | undefined,
  { context, apiKey }: Pick<LaunchOptions, 'context' | 'apiKey'>,
): Promise<Launched> {
  const on = (chosen: number): LaunchOptions => ({
    context,
    home: null,
    config: {
      ...defaultConfig,
      server: { ...defaultConfig.server, port: chosen },
      // The answer and the lines to paste are the show; its own exchange is not news.
      log: { ...defaultConfig.log, level: 'warn' },
    },
    configFile: null,
    apiKey,
    accounts: async () => [],
    // Slow enough to be seen streaming.
    simulate: { eventDelayMs: 25 },
  });
  if (port !== undefined) return launch(on(Number(port)));
  try {
    return await launch(on(defaultConfig.server.port));
  } catch (thrown) {
    if (thrown instanceof CliError && thrown.exitCode === exitCode.failure) return launch(on(0));
    throw thrown;
  }
}

interface Asked {
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  readonly say: (text: string) => void;
}

/** One streamed Chat Completions call through the front door, shown as it comes. */
async function ask({ url, apiKey, model, say }: Asked): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: question }] }),
  });
  if (!response.ok || response.body === null) {
    throw new CliError(
      exitCode.unavailable,
      `The demo's own request failed: ${response.status} ${await response.text()}`,
    );
  }
  let answer = '';
  for await (const text of readTexts(response.body)) {
    answer += text;
    say(text.replaceAll('\n', '\n  '));
  }
  say('\n');
  return answer;
}

function pickModel(models: readonly Model[]): string {
  const usable = models.find(
    (model) => model.kind === 'chat' && model.listed && model.endpoints.includes('/chat/completions'),
  );
  if (usable === undefined) throw new CliError(exitCode.internal, 'The simulated catalogue has no model for the demo.');
  return usable.id;
}

/** The text deltas of a Chat Completions stream. Lines are cut by hand: the demo is a client, not a part of the proxy. */
async function* readTexts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue;
      const event = JSON.parse(line.slice(6)) as { choices?: { delta?: { content?: string | null } }[] };
      yield event.choices?.[0]?.delta?.content ?? '';
    }
  }
}
