/** What networks do to connections (`faults.md` §5), played by a relay between us and GitHub, or our caller. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { goodStreams } from '../corpora/upstream-rows/good-streams.ts';
import { createRandom, type Random } from '../fuzz/random.ts';
import { keepRow, roundsOf } from '../support/keep-figures.ts';
import { callsOfAllProtocols } from '../support/leaving-client.ts';
import { rawKey, startRawProxy, type RawProxy } from '../support/raw-proxy.ts';
import type { RawAnswer, RawRequest } from '../support/raw-upstream.ts';
import { readStream } from '../support/stream-grammar.ts';
import { startTcpRelay, type Break, type Leg, type RelayPlan, type TcpRelay } from '../support/tcp-relay.ts';
import {
  answerWell,
  exchangePath,
  send,
  startRawServer,
  startUpstream,
  untilIdle,
  withTokens,
} from '../support/upstream-rig.ts';

const timeout = roundsOf(240_000, 1_200_000);
const seed = Number(process.env['CROSSFEED_SEED'] ?? 20_261_123);
const messagesBody = { model: 'm-messages', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'hi' }] };
const { frames } = goodStreams.messages;
const textOf = (from: number, to: number) =>
  frames
    .slice(from, to)
    .map((frame) => `${frame}\n\n`)
    .join('');

const wiresOfCalls = ['chat', 'messages', 'responses', 'gemini', 'ollama'] as const;

const upstreamOf = { '/chat/completions': 'chat', '/v1/messages': 'messages', '/responses': 'responses' } as const;
const models = { chat: 'm-chat', messages: 'm-messages', responses: 'm-responses' };

/** One call of each protocol: how its answer is read, and what its upstream answers. */
function callAt(at: number) {
  const call = callsOfAllProtocols[at] as (typeof callsOfAllProtocols)[number];
  const wire = wiresOfCalls[at] as (typeof wiresOfCalls)[number];
  return { call, wire, good: goodStreams[wire === 'gemini' ? 'chat' : wire === 'ollama' ? 'messages' : wire] };
}

/** A clock of its own times; the wall can run ahead of the monotonic one. */
function shiftedClock() {
  const ahead = { wallMs: 0, monotonicMs: 0 };
  const clock = {
    ...systemClock,
    now: () => Date.now() + ahead.wallMs,
    monotonic: () => performance.now() + ahead.monotonicMs,
  };
  return { ahead, clock };
}

/** What goes up comes by the relay, as does the catalogue. */
async function startBehindRelay(
  answer: (request: RawRequest) => RawAnswer,
  limits: Parameters<typeof startRawProxy>[1] = {},
): Promise<{ rig: RawProxy; relay: TcpRelay }> {
  const relay = await startTcpRelay({ port: 1 });
  const rig = await startRawProxy(answer, limits, { copilotApiUrl: relay.url });
  onTestFinished(() => rig.close());
  relay.leadTo(Number(new URL(rig.upstream.url).port));
  return { rig, relay };
}

test('W-013 a laptop sleeps eight hours: the first request gets a new token, on a new connection', async () => {
  const rounds = roundsOf(20, 200);
  const { ahead, clock } = shiftedClock();
  const server = await startRawServer(withTokens((_token, ...call) => answerWell(...call)));
  const relay = await startTcpRelay(server);
  const upstream = startUpstream(relay, { clock, githubToken: 'ghu_sleeper' });
  for (let wake = 0; wake < rounds; wake += 1) {
    const { error } = await send(upstream);
    expect({ wake, error }).toEqual({ wake, error: null });
    await untilIdle();
    // Of the sockets of before half are reset, half are just gone.
    if (wake % 2 === 0) relay.silence();
    else relay.resetAll();
    ahead.wallMs += 8 * 3_600_000;
  }
  const tokens = server.requests.flatMap(({ headers, path }) =>
    path === exchangePath ? [] : [headers['authorization']],
  );
  expect(new Set(tokens).size).toBe(rounds);
  expect(server.requests).toHaveLength(2 * rounds);
  keepRow('W-013', 'eight hours of sleep, then a request', rounds);
});

test('W-014 another network: idle connections are dead without a word, and nobody waits for them', async () => {
  const rounds = roundsOf(20, 200);
  const { ahead, clock } = shiftedClock();
  let address = 0;
  const server = await startRawServer(answerWell);
  const relay = await startTcpRelay(server);
  const upstream = startUpstream(relay, { clock, addresses: () => `192.0.2.${address}` });
  for (let move = 0; move < rounds; move += 1) {
    const heard = await Promise.all([send(upstream), send(upstream)]);
    expect({ move, errors: heard.map(({ error }) => error) }).toEqual({ move, errors: [null, null] });
    await untilIdle();
    relay.silence();
    address += 1;
    ahead.monotonicMs += 1_000;
  }
  expect(server.requests).toHaveLength(2 * rounds);
  keepRow('W-014', 'another network between two requests', rounds);
});

test('W-014 a network that dies without any sign costs the calls of one wait, not of one wait a connection', async () => {
  const server = await startRawServer(answerWell);
  const relay = await startTcpRelay(server);
  const upstream = startUpstream(relay, { limits: { upstreamHeadMs: 300 } });
  await Promise.all([send(upstream), send(upstream), send(upstream)]);
  await untilIdle();
  relay.silence();
  expect((await send(upstream)).error?.code).toBe('upstream_timeout');
  expect((await send(upstream)).error).toBeNull();
});

test('W-014 another network in mid-stream: the stream fails in its own words, the next one does not', async () => {
  const { rig, relay } = await startBehindRelay(() => ({ chunks: [textOf(0, 3)], end: 'silence' }), { silenceMs: 400 });
  const running = await rig.post('/v1/messages', messagesBody);
  relay.silence();
  expect(readStream('messages', await running.text())).toMatchObject({ ending: 'failed', breaches: [] });
});

test('W-019 the keep-alive race: a server that closes just when the next request comes', async () => {
  const rounds = roundsOf(500, 5_000);
  let answered = 0;
  const failed: unknown[] = [];
  async function race(lane: number): Promise<void> {
    const random = createRandom(seed, lane);
    let last: { socket: net.Socket; number: number } | undefined;
    const server = await startRawServer((socket, request) => {
      answered += 1;
      last = { socket, number: answered };
      answerWell(socket, request);
    });
    const upstream = startUpstream(server);
    for (let call = 0; call < rounds / 4; call += 1) {
      const { error } = await send(upstream);
      if (error !== null) failed.push(error);
      const { socket, number } = last ?? {};
      // Once it has read the next request it owes an answer: only before that a close is a race.
      setTimeout(() => {
        if (last?.number !== number) return;
        if (random.once(2)) socket?.end();
        else socket?.resetAndDestroy();
      }, random.below(4));
      const pauseMs = random.below(4);
      if (pauseMs > 0) await wait(pauseMs);
    }
  }
  await Promise.all([1, 2, 3, 4].map(race));
  expect(failed).toEqual([]);
  expect(answered).toBeGreaterThanOrEqual(rounds);
  keepRow('W-019', 'a request while the server closes its connection, 0 to 3 ms after the last answer', rounds);
});

test('W-024 a model that thinks for long behind its first words: heartbeats, then all of its text', async () => {
  const answer: RawAnswer = { chunks: [textOf(0, 3), 700, textOf(3, frames.length)] };
  const { rig } = await startBehindRelay(() => answer, { heartbeatMs: 60, silenceMs: 5_000 });
  const text = await (await rig.post('/v1/messages', messagesBody)).text();
  expect(text.split('event: ping').length).toBeGreaterThan(5);
  expect(readStream('messages', text)).toMatchObject({
    ending: 'finished',
    text: goodStreams.messages.text,
    breaches: [],
  });
});

test(
  'W-024 models that think for long, anywhere in their answers: heartbeats, then all of the text',
  { timeout },
  async () => {
    const rounds = roundsOf(12, 150);
    let answer: RawAnswer = { chunks: [] };
    const { rig } = await startBehindRelay(() => answer, { heartbeatMs: 30, silenceMs: 5_000 });
    let beats = 0;
    for (let round = 0; round < rounds; round += 1) {
      const random = createRandom(seed, round);
      const { call, wire, good } = callAt(random.below(callsOfAllProtocols.length));
      const pauses = new Map(
        Array.from({ length: 1 + random.below(3) }, () => [random.below(good.frames.length), 80 + random.below(250)]),
      );
      answer = {
        chunks: good.frames.flatMap((frame, index): (string | number)[] => [
          ...(pauses.has(index) ? [pauses.get(index) ?? 0] : []),
          `${frame}\n\n`,
        ]),
      };
      const text = await (await rig.post(...call(models, true, round))).text();
      const told = JSON.stringify({ round, wire, pauses: [...pauses] });
      const { ending, text: said, breaches } = readStream(wire, text);
      expect({ ending, said, breaches }, told).toEqual({ ending: 'finished', said: good.text, breaches: [] });
      const [row] = await rig.store.exchanges.recent(1);
      beats += row?.heartbeats ?? 0;
    }
    // Gemini's and Ollama's clients know none, and a head that waits for its first words has none.
    expect(beats).toBeGreaterThan(rounds / 2);
    keepRow('W-024', 'models that think for long in mid-stream, on five protocols', rounds, `${beats} heartbeats`);
  },
);

test('W-012 a clock that jumps days ahead, back, and behind: no storm, and no dead token', async () => {
  const { ahead, clock } = shiftedClock();
  const github = await startRawServer(withTokens((_token, ...call) => answerWell(...call)));
  const upstream = startUpstream(github, { clock, githubToken: 'ghu_jumper' });
  const exchanges = () => github.requests.filter(({ path }) => path === exchangePath).length;
  async function jump(hours: number, calls: number) {
    ahead.wallMs = hours * 3_600_000;
    for (let call = 0; call < calls; call += 1) {
      const { error } = await send(upstream);
      expect({ hours, error }).toEqual({ hours, error: null });
    }
  }
  for (const hours of [0, 24, 0, -24, 0]) await jump(hours, 3);
  expect(exchanges()).toBeLessThanOrEqual(1 + 2);
  const random = createRandom(seed, 0);
  const drawn = Array.from({ length: roundsOf(20, 300) }, () => random.below(145) - 72);
  let [latest, records] = [24, 0];
  for (const hours of drawn) {
    if (hours > latest) [latest, records] = [hours, records + 1];
    await jump(hours, 1 + random.below(3));
  }
  // A token is too old where the clock never was so late before.
  expect(exchanges()).toBeLessThanOrEqual(1 + 2 + records);
  const told = `${exchanges() - 1} tokens more than without`;
  keepRow('W-012', 'a clock that jumps up to three days, to and fro', 4 + drawn.length, told);
});

/** Of the proxy's side of that connection, as Linux lists it: whether its timer is the one of keep-alive. */
function hasKeepAliveTimer(localPort: number, remotePort: number): boolean {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const line = lines.find((one) => new RegExp(`:${hex(localPort)} \\w+:${hex(remotePort)} `).test(one));
  return / 02:\w+ /.test(line ?? '');
}

test(
  'W-005 callers that are gone without a word: their streams are given up, upstream and all',
  { timeout },
  async () => {
    const rounds = roundsOf(8, 80);
    const rig = await startRawProxy(
      ({ path }) => {
        const { frames } = goodStreams[upstreamOf[path as keyof typeof upstreamOf]];
        const some = frames.slice(0, 3).map((frame) => `${frame}\n\n`);
        return { chunks: some, repeats: `${frames[2]}\n\n`.repeat(2_000) };
      },
      { clientWriteMs: 300 },
    );
    onTestFinished(() => rig.close());
    const port = Number(new URL(rig.url).port);
    const relay = await startTcpRelay({ port });
    for (let round = 0; round < rounds; round += 1) {
      const random = createRandom(seed, round);
      const { call } = callAt(random.below(callsOfAllProtocols.length));
      const [path, asked] = call(models, true, round);
      const body = JSON.stringify(asked);
      const socket = net.connect(relay.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${rawKey}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      for (let pieces = random.below(4); pieces >= 0; pieces -= 1) await once(socket, 'data');
      const before = rig.events.length;
      relay.silence();
      const told = JSON.stringify({ round, path });
      await vi.waitFor(
        () =>
          expect(
            rig.events.slice(before).find(({ type }) => type === 'ended'),
            told,
          ).toMatchObject({ outcome: 'canceled' }),
        { timeout: 10_000 },
      );
      await vi.waitFor(() => expect(rig.upstream.busy, told).toBe(0));
      socket.destroy();
    }
    keepRow('W-005', 'callers that vanish without a FIN, in mid-stream, on five protocols', rounds);
  },
);

test.skipIf(process.platform !== 'linux')(
  'W-005 a caller that is gone while nothing is written: the system asks for it',
  async () => {
    const rig = await startRawProxy(() => ({ chunks: [textOf(0, 3)], end: 'silence' }));
    onTestFinished(() => rig.close());
    const port = Number(new URL(rig.url).port);
    const socket = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const { localPort = 0 } = socket;
    await vi.waitFor(() => expect(hasKeepAliveTimer(port, localPort)).toBe(true));
    socket.destroy();
  },
);

function anyPlan(random: Random): RelayPlan {
  const leg = (): Leg => ({
    ...(random.once(2) && { delayMs: random.below(15) }),
    ...(random.once(2) && { pieceBytes: 10 + random.below(400) }),
    ...(random.once(3) && { bytesPerSecond: 40_000 + random.below(200_000) }),
  });
  const by = random.pick<Break>(random.once(6) ? ['stall'] : ['reset', 'fin']);
  const breaks = random.once(2) && { breaks: { afterBytes: 1 + random.below(2_500), by } };
  return { toServer: leg(), toClient: { ...leg(), ...breaks } };
}

test('any network, any protocol: an answer is whole, or says that it is not', { timeout }, async () => {
  const rounds = roundsOf(60, 2_000);
  const seen = new Map<string, number>();
  const numbers = Array.from({ length: rounds }, (_, round) => round).values();
  async function lane(): Promise<void> {
    const { rig, relay } = await startBehindRelay(
      ({ path }) => {
        const good = goodStreams[upstreamOf[path as keyof typeof upstreamOf]];
        return { chunks: good.frames.map((frame) => `${frame}\n\n`) };
      },
      // Long enough for a machine that has other things to do.
      { silenceMs: 2_000, upstreamHeadMs: 4_000 },
    );
    await (await rig.post('/v1/messages', messagesBody)).text();
    for (const round of numbers) {
      const plan = anyPlan(createRandom(seed, round));
      relay.plan(plan);
      relay.resetAll();
      const { call, wire, good } = callAt(round % callsOfAllProtocols.length);
      const answer = await rig.post(...call(models, true, round));
      const text = await answer.text();
      const told = JSON.stringify({ round, wire, plan });
      const read = answer.status === 200 ? readStream(wire, text) : undefined;
      if (read === undefined) expect([502, 504], told).toContain(answer.status);
      else expect(read.breaches, told).toEqual([]);
      if (read?.ending === 'finished') expect(read.text, told).toBe(good.text);
      if (plan.toClient?.breaks === undefined) expect(read?.ending, told).toBe('finished');
      const ending = read?.ending ?? `status ${answer.status}`;
      seen.set(ending, (seen.get(ending) ?? 0) + 1);
    }
    await vi.waitFor(() => expect([rig.proxy.status().openExchanges, rig.upstream.busy]).toEqual([0, 0]), {
      timeout: 5_000,
    });
  }
  await Promise.all([lane(), lane(), lane(), lane()]);
  expect(seen.get('finished')).toBeGreaterThan(rounds / 3);
  expect(seen.get('failed')).toBeGreaterThan(0);
  const told = [...seen].map(([ending, times]) => `${ending} ${times}`).join(', ');
  keepRow('any', 'delays, throttles, cuts, resets and silences at random, on five protocols', rounds, told);
});

/** Answers well, until it is stopped: then the system takes one or two connections for it, and drops what comes behind. */
const frailServer = `
const server = require('node:http').createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'text/event-stream').setHeader('connection', 'close').end('data: x\\n\\n');
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
`;

// Elsewhere the system answers for a full queue in another way.
test.skipIf(process.platform !== 'linux')(
  'B-120 an upstream that nothing can connect to: one call waits, the others are told at once, and it comes back',
  async () => {
    const child = spawn(process.execPath, ['-e', frailServer], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(said.toString());
    const { ahead, clock } = shiftedClock();
    const upstream = startUpstream({ url: `http://127.0.0.1:${port}` }, { clock, connectMs: 800 });
    expect((await send(upstream)).error).toBeNull();
    child.kill('SIGSTOP');
    const fillers = Array.from({ length: 6 }, () => net.connect(port, '127.0.0.1').on('error', () => undefined));
    onTestFinished(() => {
      for (const filler of fillers) filler.destroy();
    });
    await wait(100);
    expect((await send(upstream)).error).toMatchObject({ code: 'upstream_unreachable' });
    const told = await Promise.all(Array.from({ length: 50 }, () => send(upstream)));
    expect(new Set(told.map(({ error }) => error?.code))).toEqual(new Set(['upstream_overloaded']));
    expect(told[0]?.error?.retryAfterMs).toBeGreaterThan(0);
    // Of those behind the wait one tries.
    ahead.monotonicMs += 5_000;
    const tried = await Promise.all([send(upstream), send(upstream), send(upstream)]);
    expect(tried.map(({ error }) => error?.code)).toEqual([
      'upstream_unreachable',
      'upstream_overloaded',
      'upstream_overloaded',
    ]);
    for (const filler of fillers) filler.destroy();
    child.kill('SIGCONT');
    // On a busy machine it takes a while until it listens again.
    await vi.waitFor(() => fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(300) }), {
      timeout: 20_000,
    });
    ahead.monotonicMs += 5_000;
    expect((await send(upstream)).error).toBeNull();
    expect((await send(upstream)).error).toBeNull();
    keepRow('B-120', 'calls to an upstream that nothing connects to', 50, 'all told at once but the one that tries');
  },
);
