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

/** Another page may have ended the session, or begun one. */
export async function lookForSession(): Promise<void> {
  csrf = newCsrf();
  await csrf.then(
    () => (signedOut.value = false),
    () => (csrf = undefined),
  );
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
  let reply = await send(operation, args);
  // Nothing was done. The session may be another one since this page was opened, by a link in another tab.
  if (reply.status === 403) {
    csrf = undefined;
    reply = await send(operation, args);
  }
  return answerOf(reply);
}

async function send(operation: string, args: unknown): Promise<Response> {
  try {
    csrf ??= newCsrf();
    const token = await csrf;
    return await fetch(`/ui/api/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-crossfeed-csrf': token },
      body: JSON.stringify(args),
    });
  } catch (thrown) {
    csrf = undefined;
    throw unreachable(thrown);
  }
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
