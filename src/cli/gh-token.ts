/** The token of the GitHub CLI, by asking it: `gh` knows where it keeps its own. */
import { execFile } from 'node:child_process';
import { childEnvironment } from './child-environment.ts';

/** A keychain dialog may stand behind it. */
const giveUpMs = 10_000;

/** Null where there is no `gh`, or nobody is signed in with it on that host. */
export function readGhToken(env: Readonly<Record<string, string | undefined>>, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      'gh',
      ['auth', 'token', '--hostname', host],
      { env: childEnvironment(env), timeout: giveUpMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024, windowsHide: true },
      (failure, stdout) => {
        const token = stdout.trim();
        resolve(failure === null && /^[\x21-\x7e]+$/.test(token) ? token : null);
      },
    );
  });
}
