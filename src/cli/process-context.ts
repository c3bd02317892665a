/** The real process as a `CliContext`: the one place that listens to signals, warnings and what nobody caught. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { CliContext, Signal } from './cli-context.ts';
import { exitCode } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { explainFailure } from './explain-failure.ts';
import { knownSecrets } from './known-secrets.ts';

const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Longer than any buffered line needs, shorter than anybody waits. */
const flushMs = 500;

export function processContext(): CliContext {
  let takeUncaught = (thrown: unknown): void => {
    for (const line of explainFailure(thrown, knownSecrets(process.env)).lines)
      process.stderr.write(`crossfeed: ${line}\n`);
    process.exit(exitCode.internal);
  };
  process.on('uncaughtException', (thrown) => takeUncaught(thrown));
  process.on('unhandledRejection', (thrown) => takeUncaught(thrown));
  // A reader that left (`crossfeed logs | head`) is an ordinary end of output, not a fault.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stream.destroy());

  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    homedir: homedir(),
    pid: process.pid,
    isTty: { stdin: process.stdin.isTTY, stdout: process.stdout.isTTY, stderr: process.stderr.isTTY },
    colors: process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
    version: ownVersion(),
    onSignal(listener) {
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    onUncaught(listener) {
      takeUncaught = listener;
    },
    exit: flushAndExit,
  };
}

/** `process.exit` alone may cut what is still on its way into a pipe. */
function flushAndExit(code: ExitCode): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), flushMs).unref();
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

/** Node 22 says on each start that SQLite is experimental there: known, tested, and nothing the user can change. */
export function hideSqliteWarning(): void {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && warning.message.includes('SQLite')) return;
    for (const print of printers) print(warning);
  });
}

/** Both `src/cli` and `dist/cli` are two folders below the package. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
