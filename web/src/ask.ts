/** Asks the proxy: the questions of the control socket, over HTTP with the dashboard's session. */
import { signal } from '@preact/signals';
import type { ControlArgs, ControlOperation, ControlResult } from '../../src/control/contract.ts';

/** The session ended, here or at the proxy: every view gives way to the words on how to come back. */
export const signedOut = signal(false);

export class AskError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

let csrf: Promise<string> | undefined;

async function newCsrf(): Promise<string> {
  const { csrf: token } = (await answerOf(await fetch('/ui/api/csrf'))) as { csrf: string };
  return token;
}

/** Rejects with `AskError`: the proxy's own words, or that it cannot be reached. */
export async function ask<O extends ControlOperation>(operation: O, args: ControlArgs<O>): Promise<ControlResult<O>> {
  return (await post(operation, args)) as ControlResult<O>;
}

export async function signOut(): Promise<void> {
  await post('sign-out', {});
  signedOut.value = true;
}

async function post(operation: string, args: unknown): Promise<unknown> {
  csrf ??= newCsrf();
  let token: string;
  try {
    token = await csrf;
  } catch (thrown) {
    csrf = undefined;
    throw unreachable(thrown);
  }
  let reply: Response;
  try {
    reply = await fetch(`/ui/api/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-crossfeed-csrf': token },
      body: JSON.stringify(args),
    });
  } catch (thrown) {
    throw unreachable(thrown);
  }
  if (reply.status === 403) csrf = undefined;
  return answerOf(reply);
}

function unreachable(thrown: unknown): AskError {
  return thrown instanceof AskError ? thrown : new AskError('unreachable', 'The proxy does not answer. Is it running?');
}

async function answerOf(reply: Response): Promise<unknown> {
  const answer = (await reply.json().catch(() => null)) as
    | { ok: true; result: unknown }
    | { ok: false; error: { code: string; message: string } }
    | null;
  if (reply.status === 401) signedOut.value = true;
  if (answer === null) throw new AskError('failed', `The proxy answered with status ${reply.status}.`);
  if (!answer.ok) throw new AskError(answer.error.code, answer.error.message);
  return answer.result;
}
