/** A client of any protocol that leaves: at a moment, and in a manner, that chance picks. */
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../fuzz/random.ts';

export const departures = [
  'mid-stream',
  'mid-frame',
  'after the head',
  'before the head',
  'while queued',
  'in its body',
] as const;
type Departure = (typeof departures)[number];
const manners = ['destroy', 'reset', 'fin'] as const;

export interface ModelNames {
  readonly chat: string;
  readonly messages: string;
  readonly responses: string;
}

/** One call of each protocol by whether it streams (Gemini says so in its path); the text names the call. */
export const callsOfAllProtocols: readonly ((
  models: ModelNames,
  stream: boolean,
  call: number,
) => readonly [path: string, body: object])[] = [
  ({ chat: model }, stream, call) => ['/v1/chat/completions', { model, stream, ...turn(call) }],
  ({ messages: model }, stream, call) => ['/v1/messages', { model, max_tokens: 999, stream, ...turn(call) }],
  ({ responses: model }, stream, call) => ['/v1/responses', { model, stream, input: `call ${call}` }],
  ({ chat: model }, stream, call) => [
    `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    { contents: [{ role: 'user', parts: [{ text: `call ${call}` }] }] },
  ],
  ({ messages: model }, stream, call) => ['/api/chat', { model, stream, ...turn(call) }],
];
const turn = (call: number) => ({ messages: [{ role: 'user', content: `call ${call}` }] });

export interface Leaving {
  readonly departure: Departure;
  /** When it left, by the monotonic clock. */
  readonly leftMs: number;
  /** It closed its side, and the proxy kept the other one. */
  readonly hung: boolean;
}

const hangsMs = 20_000;

/** Resolves once its socket is closed. */
export async function openAndLeave(
  to: { readonly port: number; readonly key: string; readonly path: string; readonly body: object },
  random: Random,
): Promise<Leaving> {
  const departure = random.pick(departures);
  const manner = random.pick(manners);
  const bytes = JSON.stringify(to.body);
  const sent = departure === 'in its body' ? random.below(bytes.length) : bytes.length;
  const patienceMs = random.below(60);
  const socket = net.connect({ port: to.port, host: '127.0.0.1' });
  let seen = '';
  socket.on('error', () => undefined);
  socket.on('data', (data) => (seen += data.toString('latin1')));
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
  socket.write(
    `POST ${to.path} HTTP/1.1\r\nHost: localhost:${to.port}\r\nAuthorization: Bearer ${to.key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n${bytes.slice(0, sent)}`,
  );
  const has = async (enough: () => boolean) => {
    for (let tries = 0; tries < 60 && !enough() && !socket.destroyed; tries += 1) await wait(5);
  };
  if (departure === 'mid-stream') await has(() => seen.length > 1_500);
  if (departure === 'mid-frame') await has(() => seen.length > 800 && !/\n\n(?:\r\n)?$/.test(seen));
  if (departure === 'after the head') await has(() => seen.includes('\r\n\r\n'));
  if (departure === 'before the head' || departure === 'while queued') await wait(patienceMs);
  const leftMs = performance.now();
  if (manner === 'reset') socket.resetAndDestroy();
  else if (manner === 'destroy') socket.destroy();
  else {
    // A half-close is a leaving client (`decisions.md` 6): the proxy has to close its side.
    socket.end();
    const late = setTimeout(() => socket.destroy(), hangsMs);
    await closed;
    clearTimeout(late);
  }
  await closed;
  return { departure, leftMs, hung: performance.now() - leftMs >= hangsMs };
}
