/** Makes one call the way it is to be made, and says what came of it: a status, or how it ended. */
import { setTimeout as wait } from 'node:timers/promises';
import { connectSocket } from '../support/socket-client.ts';
import type { SoakCall } from './mixed-load.ts';

export interface Door {
  readonly url: string;
  readonly key: string;
}

/** Many times what the proxy waits for a silent upstream. */
const patienceMs = 60_000;

/** `status 200`, `left`, `broken`, `socket`, or `late` where no end came. */
export async function playCall(door: Door, call: SoakCall): Promise<string> {
  const leaving = new AbortController();
  const late = setTimeout(() => leaving.abort('late'), patienceMs);
  try {
    return call.manner === 'socket' ? await onSocket(door, call, leaving) : await onHttp(door, call, leaving);
  } catch {
    return leaving.signal.reason === 'late' ? 'late' : call.manner === 'leave' ? 'left' : 'broken';
  } finally {
    clearTimeout(late);
  }
}

async function onHttp({ url, key }: Door, { path, body, headers, manner }: SoakCall, leaving: AbortController) {
  const reply = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify(body),
    signal: leaving.signal,
  });
  const reader = reply.body?.getReader();
  for (let reads = 0; ; reads += 1) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return `status ${reply.status}`;
    if (manner === 'leave' && reads > 0) {
      leaving.abort();
      return 'left';
    }
    if (manner === 'slow' && reads < 40) await wait(15);
  }
}

async function onSocket({ url, key }: Door, { body, headers }: SoakCall, leaving: AbortController) {
  const client = await connectSocket(url, key, headers);
  leaving.signal.addEventListener('abort', () => client.raw.terminate());
  await client.ask(body);
  client.close();
  await client.closed;
  return 'socket';
}
