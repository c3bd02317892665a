/** A thousand streams that their clients leave, at every moment at which a client can leave: nothing stays behind. */
import { readdirSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { rawKey, rawModels, startRawProxy } from '../support/raw-proxy.ts';
import { jsonAnswer } from '../support/raw-upstream.ts';

const streams = 1000;
const together = 100;
/** `CROSSFEED_SEED=… vitest run …` plays another thousand. */
const seed = Number(process.env['CROSSFEED_SEED'] ?? 20_261_122);

const departures = [
  'mid-stream',
  'mid-frame',
  'after the head',
  'before the head',
  'while queued',
  'in its body',
] as const;
const manners = ['destroy', 'reset', 'fin'] as const;

const calls: readonly (readonly [wire: Wire, path: string, body: object])[] = [
  ['chat', '/v1/chat/completions', { model: 'm-chat', messages: [{ role: 'user', content: 'hi' }] }],
  ['messages', '/v1/messages', { model: 'm-messages', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }],
  ['responses', '/v1/responses', { model: 'm-responses', input: 'hi' }],
];
const wireOf: Readonly<Record<string, Wire>> = {
  '/chat/completions': 'chat',
  '/v1/messages': 'messages',
  '/responses': 'responses',
};

/** Small, seeded, and good enough to choose moments (mulberry32). */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Answers every call with a stream that never ends, in pieces that end anywhere; some heads take their time. */
async function startEndlessUpstream(random: () => number) {
  const sockets = new Set<net.Socket>();
  let open = 0;
  const server = http.createServer((request, response) => {
    request.resume();
    if (request.url === '/models') return void response.end(JSON.stringify({ object: 'list', data: rawModels }));
    const { frames, contentAt } = goodStreams[wireOf[request.url ?? ''] ?? 'chat'];
    const start = frames.slice(0, contentAt).map((frame) => `${frame}\n\n`);
    const again = Buffer.from(`${frames[contentAt]}\n\n`);
    open += 1;
    let pace: NodeJS.Timeout | undefined;
    const late = setTimeout(() => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(start.join(''));
      let at = 0;
      pace = setInterval(() => {
        const end = Math.min(again.length, at + 1 + Math.floor(random() * again.length));
        response.write(again.subarray(at, end));
        at = end === again.length ? 0 : end;
      }, 4);
    }, random() * 40);
    response.on('close', () => {
      clearTimeout(late);
      clearInterval(pace);
      open -= 1;
    });
  });
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open: () => open,
    sockets: () => sockets.size,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const descriptors = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

test(`${streams} streams that are left, seed ${seed}`, { timeout: 120_000 }, async () => {
  const random = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const faults: unknown[] = [];
  const onFault = (thrown: unknown) => void faults.push(thrown);
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  const upstream = await startEndlessUpstream(random);
  const rig = await startRawProxy(
    () => jsonAnswer({}, 500),
    // Fewer places than streams, so that many leave the queue; and some of those after their head was opened early.
    { pace: { concurrency: 40, perSecond: 10_000, burst: 10_000, maxQueued: 2_000, openAfterMs: 30 } },
    { copilotApiUrl: upstream.url },
  );
  const port = Number(new URL(rig.url).port);
  // The catalogue and its connection are there before anything is counted.
  await fetch(`${rig.url}/v1/models`, { headers: { authorization: `Bearer ${rawKey}` } }).then((reply) => reply.text());
  const before = descriptors();
  const left = new Map<string, number>();

  async function openAndLeave(index: number): Promise<void> {
    const departure = pick(departures);
    const manner = pick(manners);
    const [, path, body] = calls[index % calls.length] as (typeof calls)[number];
    const bytes = JSON.stringify({ ...body, stream: random() < 0.9 });
    const partOfBody = departure === 'in its body' ? Math.floor(random() * bytes.length) : bytes.length;
    const patienceMs = random() * 60;
    const socket = net.connect({ port, host: '127.0.0.1' });
    let seen = '';
    socket.on('error', () => undefined);
    socket.on('data', (data) => (seen += data.toString('latin1')));
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${rawKey}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n${bytes.slice(0, partOfBody)}`,
    );
    const has = async (enough: () => boolean) => {
      for (let tries = 0; tries < 60 && !enough() && !socket.destroyed; tries += 1) await wait(5);
    };
    if (departure === 'mid-stream') await has(() => seen.length > 1_500);
    if (departure === 'mid-frame') await has(() => seen.length > 800 && !/\n\n(?:\r\n)?$/.test(seen));
    if (departure === 'after the head') await has(() => seen.includes('\r\n\r\n'));
    if (departure === 'before the head' || departure === 'while queued') await wait(patienceMs);
    left.set(departure, (left.get(departure) ?? 0) + 1);
    if (manner === 'reset') socket.resetAndDestroy();
    else if (manner === 'destroy') socket.destroy();
    else {
      // A half-close is a leaving client (`decisions.md` 6): the proxy has to close its side.
      socket.end();
      const hangs = setTimeout(() => {
        faults.push(`${departure}: a half-closed client hangs`);
        socket.destroy();
      }, 20_000);
      await closed;
      clearTimeout(hangs);
    }
    await closed;
  }

  let next = 0;
  const worker = async () => {
    while (next < streams) await openAndLeave(next++);
  };
  await Promise.all(Array.from({ length: together }, worker));

  await vi.waitFor(
    () => {
      expect({
        exchanges: rig.proxy.status().openExchanges,
        upstreamStreams: upstream.open(),
        upstreamSockets: upstream.sockets(),
      }).toEqual({ exchanges: 0, upstreamStreams: 0, upstreamSockets: expect.any(Number) });
      expect(descriptors()).toBeLessThanOrEqual(before + 2);
    },
    { timeout: 10_000, interval: 20 },
  );
  expect([...left.keys()].sort()).toEqual([...departures].sort());
  expect(Math.min(...left.values())).toBeGreaterThan(streams / departures.length / 2);
  const outcomes = new Set(rig.events.flatMap((event) => (event.type === 'ended' ? [event.outcome] : [])));
  expect([...outcomes]).toEqual(['canceled']);
  // Every exchange that began has exactly one end.
  const ended = rig.events.filter((event) => event.type === 'ended');
  expect(new Set(ended.map((event) => event.id)).size).toBe(ended.length);
  expect(faults).toEqual([]);

  await rig.close();
  await vi.waitFor(() => expect(upstream.sockets()).toBe(0), { timeout: 5_000 });
  await upstream.close();
  process.off('uncaughtException', onFault).off('unhandledRejection', onFault);
});
