/** Runs one of the system's own programs for `crossfeed service`. */
import { execFile } from 'node:child_process';
import { childEnvironment } from '../child-environment.ts';
import type { SystemCommand } from './service-plan.ts';

/** A service that is told to stop waits for its running answers. */
const timeLimitMs = 90_000;

export interface SystemAnswer {
  readonly isDone: boolean;
  /** What it said about it; empty where it said nothing. */
  readonly words: string;
}

/** Never throws: a program that is missing is an answer too. */
export function runSystem(
  [program, ...args]: SystemCommand,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SystemAnswer> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { env: childEnvironment(env), timeout: timeLimitMs, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ isDone: true, words: '' });
        const said = `${stderr}\n${stdout}`.trim().split('\n')[0] ?? '';
        resolve({ isDone: false, words: said === '' ? (error.code === 'ENOENT' ? 'not installed' : '') : said });
      },
    );
  });
}
