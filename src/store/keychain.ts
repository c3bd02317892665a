/** The system's keychain, asked in a process of its own: one that hangs behind a dialog or a dead bus is given up. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../base/clock.ts';

export type KeychainRequest =
  | { readonly operation: 'get' | 'delete'; readonly name: string }
  | { readonly operation: 'set'; readonly name: string; readonly secret: string };

/** What the child writes: one line of JSON. */
export type KeychainReply =
  | { readonly ok: true; readonly secret: string | null }
  | { readonly ok: false; readonly reason: string };

export interface Keychain {
  /** The secret after the request; null without one. Throws `KeychainError`. */
  ask(request: KeychainRequest): Promise<string | null>;
}

export class KeychainError extends Error {
  override readonly name = 'KeychainError';
}

export interface KeychainOptions {
  readonly clock: Clock;
  /** A desktop may show a dialog that a person must read; nobody answers one elsewhere. */
  readonly giveUpMs: number;
  /** What the child may see: never a secret of ours. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The child's program; another one in tests. */
  readonly program?: URL;
}

export function createKeychain(options: KeychainOptions): Keychain {
  const { clock, giveUpMs, env, program = childProgram() } = options;
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        let child: ChildProcess;
        try {
          child = fork(program, [], { env: definedOf(env), execArgv: [], stdio: ['pipe', 'pipe', 'ignore', 'ipc'] });
        } catch (cause) {
          return reject(new KeychainError('the keychain cannot be asked', { cause }));
        }
        let text = '';
        const deadline = clock.after(giveUpMs, () => {
          child.kill('SIGKILL');
          reject(new KeychainError(`the keychain did not answer within ${Math.round(giveUpMs / 1000)} s`));
        });
        child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        child.on('error', (cause) => {
          deadline.cancel();
          reject(new KeychainError('the keychain cannot be asked', { cause }));
        });
        child.on('close', () => {
          deadline.cancel();
          const reply = parseReply(text);
          if (reply.ok) resolve(reply.secret);
          else reject(new KeychainError(reply.reason));
        });
        // By its standard input: arguments and environment are public.
        child.stdin?.on('error', () => undefined);
        child.stdin?.end(JSON.stringify(request));
      }),
  };
}

/** In the sources the child is TypeScript too, in the package JavaScript. */
function childProgram(): URL {
  return new URL(`./keychain-child.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
}

function definedOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function parseReply(text: string): KeychainReply {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'ok' in value) return value as KeychainReply;
  } catch {
    // A child that died says nothing, or half a line: both mean the same.
  }
  return { ok: false, reason: 'the keychain cannot be asked' };
}
