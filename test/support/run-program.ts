/** The real program as a child process with any arguments: its two streams, its exit code, its ready file. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Program {
  readonly pid: number;
  out(): string;
  err(): string;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; null if a signal ended it without the program's own doing. */
  readonly exited: Promise<number | null>;
  /** Resolves as soon as `stdout` holds it. Rejects if the program ends before. */
  says(text: string): Promise<void>;
  /** Leaves its `stdout`, as `| head` does. */
  closeStdout(): void;
}

export interface Ready {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/**
 * Runs `crossfeed args…` on `home`, with no variable of the developer's own but PATH. Killed after the test. `limits` are
 * shell words that take something from the process before it starts, such as `ulimit -n 64`.
 */
export function runProgram(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  limits?: string,
): Program {
  const words = [process.execPath, main, ...args];
  const child = spawn(
    limits === undefined ? process.execPath : '/bin/sh',
    limits === undefined ? words.slice(1) : ['-c', `${limits}; exec "$0" "$@"`, ...words],
    {
      env: { PATH: process.env['PATH'] ?? '', HOME: home, CROSSFEED_HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    pid: child.pid ?? 0,
    out: () => out,
    err: () => err,
    kill: (signal) => void child.kill(signal),
    exited,
    async says(text) {
      while (!out.includes(text)) {
        if (child.exitCode !== null) throw new Error(`it ended without saying ${text}:\n${out}\n${err}`);
        await wait(10);
      }
    },
    closeStdout: () => void child.stdout.destroy(),
  };
}

/** Runs a command to its end. */
export async function runToEnd(home: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = runProgram(home, args, env);
  const code = await program.exited;
  return { code, out: program.out(), err: program.err() };
}

/** Runs `start --port 0 …` and waits until it accepts requests. */
export async function startProgram(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  limits?: string,
): Promise<Program & Ready> {
  const readyFile = path.join(home, 'ready.json');
  const program = runProgram(home, ['start', '--port', '0', '--ready-file', readyFile, ...args], env, limits);
  let ended = false;
  void program.exited.then(() => (ended = true));
  while (!existsSync(readyFile)) {
    if (ended) throw new Error(`the program did not become ready:\n${program.out()}\n${program.err()}`);
    await wait(10);
  }
  return { ...program, ...(JSON.parse(readFileSync(readyFile, 'utf8')) as Ready) };
}
