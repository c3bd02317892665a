/** `crossfeed simulate`: GitHub Copilot's three services, simulated, for tests and other programs. */
import type { Breach } from '../../simulator/index.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { playedScenario } from '../played-scenario.ts';
import { prepareReadyFile } from '../ready-file.ts';
import { writeJson } from '../table.ts';

interface SimulateOptions {
  readonly port: string;
  readonly readyFile?: string;
  readonly scenario?: string;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('-p, --port <number>', 'the port to listen on; 0 takes a free one', '4140')
    .option('--ready-file <file>', 'write {"pid","port","url"} there when requests are accepted')
    .option(
      '--scenario <name>',
      'the seat to play, for example quota-gone, free-plan or flaky; docs/simulator.md has all',
    )
    .option('--json', 'print JSON, breaches too')
    .addHelpText(
      'after',
      examples([
        ['crossfeed simulate', 'on http://127.0.0.1:4140, until Ctrl-C'],
        ['crossfeed simulate --scenario quota-gone', 'a seat without credits'],
        ['crossfeed simulate -p 0 --ready-file sim.json', 'for a script'],
        ['crossfeed start --simulate', 'the same inside the proxy, in one process'],
      ]),
    )
    .action((options: SimulateOptions) => run(simulate(context, options)));
};

async function simulate(context: CliContext, options: SimulateOptions): Promise<ExitCode> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CliError(exitCode.usage, `--port takes a number from 0 to 65535, not ${options.port}.`);
  }
  const scenario = await playedScenario('--scenario', options.scenario);
  const { createSimulator, simulatedGithubToken } = await import('../../simulator/index.ts');
  const readyFile = options.readyFile === undefined ? null : await prepareReadyFile(options.readyFile, context.pid);
  const simulator = createSimulator({
    scenario,
    onBreach: (breach) => context.stderr.write(options.json ? `${JSON.stringify({ breach })}\n` : breachLine(breach)),
  });
  const address = await simulator.listen({ host: '127.0.0.1', port }).catch((cause: unknown) => {
    throw new CliError(exitCode.failure, `Cannot listen on 127.0.0.1:${port}: choose another port with --port.`, {
      cause,
    });
  });
  const ended = Promise.withResolvers<void>();
  context.onSignal(() => ended.resolve());
  const variables = {
    CROSSFEED_GITHUB_URL: address.url,
    CROSSFEED_GITHUB_API_URL: address.url,
    CROSSFEED_COPILOT_API_URL: address.url,
    CROSSFEED_GITHUB_TOKEN: simulatedGithubToken,
  };
  if (options.json) writeJson(context, { ...address, variables });
  else context.stdout.write(welcome(address.url, variables));
  await readyFile?.write(address);
  await ended.promise;
  await simulator.close();
  await readyFile?.remove();
  return exitCode.ok;
}

/** What a client did wrong, as it happens. */
function breachLine({ request, path, rule, detail }: Breach): string {
  return `  breach: request ${request}, ${path}: ${rule}: ${detail}\n`;
}

/** The token is the simulator's own and opens nothing else: it may be shown. */
function welcome(url: string, variables: Readonly<Record<string, string>>): string {
  const line = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return `\n  Simulated GitHub Copilot on ${url}\n\n  ${line.join(' \\\n  ')} \\\n  crossfeed start\n\n`;
}
