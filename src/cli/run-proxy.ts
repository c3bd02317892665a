/** The proxy behind `crossfeed run`: the one that runs, or one of its own, which ends with the last run that needs it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load-config.ts';
import { askIfRunning, askProxy } from './ask-proxy.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { anyRunLives } from './run-lease.ts';
import type { RunLease } from './run-lease.ts';
import { withStore } from './with-store.ts';

export interface RunProxy {
  /** Whether it was started here. */
  readonly isOwn: boolean;
  /** Ends it, if it was started here and no other run needs it. The lease is over by then. */
  release(): Promise<void>;
}

const readyMs = 30_000;
const lookMs = 15;
/** Nobody listens any more; what hangs is ended. */
const endMs = 3_000;

/** Throws `CliError` with the sentence of a start that failed. */
export async function proxyForRun(context: CliContext, home: string, lease: RunLease): Promise<RunProxy> {
  if (await isRunning(context)) return guest;
  const first = await startOwn(context, home, lease);
  if ('release' in first) return first;
  // Another run was faster.
  if (await isRunning(context)) return guest;
  if (first.code === exitCode.configuration && (await signsIn(context, home))) {
    const second = await startOwn(context, home, lease);
    if ('release' in second) return second;
    throw failed(second);
  }
  throw failed(first);
}

const guest: RunProxy = { isOwn: false, release: () => Promise.resolve() };

/** One that is ending is waited for. */
async function isRunning(context: CliContext): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < endMs; waitedMs += 100) {
    const status = await askIfRunning(context, 'status', {});
    if (status === null) return false;
    if (!status.draining) return true;
    await wait(100);
  }
  return false;
}

interface FailedStart {
  readonly code: number | null;
  readonly words: string;
}

function failed({ code, words }: FailedStart): CliError {
  const known = Object.values(exitCode).find((one): one is ExitCode => one === code && one !== exitCode.ok);
  return new CliError(known ?? exitCode.failure, words === '' ? 'The proxy did not start.' : words);
}

async function startOwn(context: CliContext, home: string, lease: RunLease): Promise<RunProxy | FailedStart> {
  const readyFile = path.join(lease.folder, 'ready.json');
  const child = spawn(
    process.execPath,
    [...process.execArgv, mainFile(), 'start', '--port', '0', '--json', '--ready-file', readyFile, '--for-runs'],
    {
      // The C library of Linux would keep a heap of its own for every thread: an eighth of the proxy's memory (measured).
      env: { MALLOC_ARENA_MAX: '2', ...context.env },
      // A group of its own: Ctrl-C in the terminal is for the tool.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4_000);
  });
  let end: { readonly code: number | null } | null = null;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      words += `\ncrossfeed: ${error.message}`;
      end = { code: exitCode.failure };
      resolve();
    });
    child.once('close', (code) => {
      end = { code };
      resolve();
    });
  });
  const ended = () => end;
  for (let waitedMs = 0; ended() === null && waitedMs < readyMs; waitedMs += lookMs) {
    if (
      await readFile(readyFile).then(
        () => true,
        () => false,
      )
    ) {
      child.unref();
      child.stderr.destroy();
      return { isOwn: true, release: () => release(context, home, child, exited) };
    }
    await wait(lookMs);
  }
  if (ended() === null) child.kill('SIGKILL');
  await exited;
  return { code: ended()?.code ?? exitCode.failure, words: lastSentence(words) };
}

async function release(context: CliContext, home: string, child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (anyRunLives(home)) return;
  child.ref();
  await askProxy(context, 'stop', { now: true }).catch(() => child.kill('SIGTERM'));
  const ended = await Promise.race([exited.then(() => true), wait(endMs, false, { ref: false })]);
  if (!ended) child.kill('SIGKILL');
}

/** The one question that a run may ask: whether to sign in, where nobody is and a person sits there. */
async function signsIn(context: CliContext, home: string): Promise<boolean> {
  if (!context.isTty.stdin || !context.isTty.stderr) return false;
  const [{ resolveAccounts }, { offerLogin }] = await Promise.all([
    import('./resolve-accounts.ts'),
    import('./offer-login.ts'),
  ]);
  const { config } = await loadConfig({ home, env: context.env, flags: {} });
  return withStore(context, { change: true }, async (store) => {
    let asked = false;
    const signIn = async () => {
      asked = true;
      return offerLogin(context, config, store);
    };
    await resolveAccounts(context, store, config, { signIn });
    return asked;
  });
}

/** What a start says last, without the program's name. */
function lastSentence(words: string): string {
  const said = words.split('\n').filter((line) => line.startsWith('crossfeed: '));
  return said.at(-1)?.slice('crossfeed: '.length) ?? words.trim().split('\n').at(-1) ?? '';
}

/** This program, compiled or as it is. */
function mainFile(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.js') ? 'main.js' : 'main.ts', import.meta.url));
}
