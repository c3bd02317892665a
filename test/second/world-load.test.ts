/** More than can be served, slower than can be waited for, in less memory than is comfortable (`faults.md` §5). */
import { fork } from 'node:child_process';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { goodStreams } from '../corpora/upstream-rows/good-streams.ts';
import { createRandom, type Random } from '../fuzz/random.ts';
import { keepRow, percentile, roundsOf } from '../support/keep-figures.ts';
import type { CrowdReport, CrowdTask } from '../support/crowd.ts';
import { callsOfAllProtocols } from '../support/leaving-client.ts';
import { rawKey, rawModels, startRawProxy } from '../support/raw-proxy.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { startProgram } from '../support/run-program.ts';
import { readStream } from '../support/stream-grammar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectServed, startGithub, worldEnvironment, worldKey } from '../support/world-program.ts';

const timeout = roundsOf(240_000, 1_200_000);
const seed = Number(process.env['CROSSFEED_SEED'] ?? 20_261_123);
const wires = ['chat', 'messages', 'responses', 'gemini', 'ollama'] as const;
const rawNames = { chat: 'm-chat', messages: 'm-messages', responses: 'm-responses' };
const oneName = { chat: 'm-messages', messages: 'm-messages', responses: 'm-messages' };
const upstreamOf = { '/chat/completions': 'chat', '/v1/messages': 'messages', '/responses': 'responses' } as const;

const framesOf = (path: string) =>
  goodStreams[upstreamOf[path as keyof typeof upstreamOf]].frames.map((frame) => `${frame}\n\n`);

/** A program of its own, so that who calls takes no time from who answers. */
async function sendCrowd(task: CrowdTask): Promise<CrowdReport> {
  const child = fork(new URL('../support/crowd.ts', import.meta.url).pathname, { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const report = new Promise<CrowdReport>((resolve, reject) => {
    child.once('message', (message) => resolve(message as CrowdReport));
    child.once('exit', (code) => reject(new Error(`the callers ended with ${code}`)));
  });
  child.send(task);
  return report;
}

test('W-029 ten times the load: what is admitted is served whole, the rest is refused at once and told when', async () => {
  const places = 8;
  const forMs = roundsOf(1_500, 15_000);
  let together = 0;
  let most = 0;
  const upstream = await startRawUpstream(rawModels, ({ path }) => {
    together += 1;
    most = Math.max(most, together);
    setTimeout(() => (together -= 1), 40);
    const frames = framesOf(path);
    return { chunks: [...frames.slice(0, 2), 40, ...frames.slice(2)] };
  });
  onTestFinished(() => upstream.close());
  const pace = {
    enabled: true,
    concurrency: places,
    perSecond: 1_000,
    burst: 1_000,
    maxQueued: places,
    maxWaitMs: 2_000,
  };
  const settings = Object.entries(pace).flatMap(([name, value]) => ['--set', `limits.pace.${name}=${value}`]);
  const { CROSSFEED_PACE: _, ...environment } = worldEnvironment(Number(new URL(upstream.url).port));
  const program = await startProgram(temporaryFolder(), settings, {
    ...environment,
    CROSSFEED_COPILOT_API_URL: upstream.url,
    CROSSFEED_GITHUB_TOKEN: 'gho_tokenOfTheWorldTests000000000000000',
  });

  const crowd = { port: program.port, key: worldKey, forMs, pauseMs: 50 };
  // Warm, as a proxy is that people have worked with.
  await sendCrowd({ ...crowd, clients: places });
  const alone = await sendCrowd({ ...crowd, clients: places });
  const crowded = await sendCrowd({ ...crowd, clients: 10 * places });
  expect([...alone.faults, ...crowded.faults]).toEqual([]);
  expect(alone.refused).toEqual([]);
  expect(crowded.refused.length).toBeGreaterThan(crowded.served.length / 4);
  expect(crowded.served.length).toBeGreaterThan(places);
  // An answer that has just ended may still be counted by the stand-in.
  expect(most).toBeLessThanOrEqual(2 * places);
  const goodput = Math.round((100 * crowded.served.length) / alone.served.length);
  const [whole, unloaded] = [percentile(crowded.served, 99), percentile(alone.served, 99)];
  const refusal = percentile(crowded.refused, 50).toFixed(1);
  const figures = `${goodput} % of the goodput without it; ${Math.round(whole)} ms for 99 of 100 that are served (${Math.round(unloaded)} ms without), ${refusal} ms for half of the refusals`;
  keepRow('W-029', 'calls under ten times the load', crowded.served.length + crowded.refused.length, figures);
});

const letters = (ascii: string) => ascii.split('');

/** What a slow caller has said after so many turns: never a whole request. */
function slowCall(port: number, random: Random): readonly string[] {
  const host = `Host: localhost:${port}\r\n`;
  const at = random.below(wires.length);
  const [path, body] = (callsOfAllProtocols[at] as (typeof callsOfAllProtocols)[number])(rawNames, true, 1);
  const head = `POST ${path} HTTP/1.1\r\n${host}Authorization: Bearer ${rawKey}\r\nContent-Type: application/json\r\n`;
  const kinds = {
    'nothing at all': [''],
    'a head': letters(head),
    'headers without end': [head, ...Array.from({ length: 90 }, (_, number) => `x-${number}: y\r\n`)],
    'a body': [`${head}Content-Length: ${JSON.stringify(body).length + 500}\r\n\r\n`, ...letters(JSON.stringify(body))],
    'a chunked body': [`${head}Transfer-Encoding: chunked\r\n\r\n`, ...letters('1\r\n{\r\n1\r\n"\r\n1\r\nm\r\n')],
    'an upgrade': [
      `GET /v1/responses HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n`,
      ...letters('Sec-WebSocket-Version: 13\r\n'),
    ],
    'a page of the dashboard': letters(`GET /ui/ HTTP/1.1\r\n${host}Accept: text/html\r\n`),
  };
  return random.pick(Object.values(kinds));
}

test('W-031 slow heads and bodies at every door: closed in time, and nobody else waits', async () => {
  const sockets = roundsOf(200, 2_000);
  const rig = await startRawProxy(({ path }) => ({ chunks: framesOf(path) }), {
    requestHeadMs: 1_000,
    requestBodyMs: 1_500,
  });
  onTestFinished(() => rig.close());
  const port = Number(new URL(rig.url).port);
  const open = new Set<net.Socket>();
  let said408 = 0;
  for (let number = 0; number < sockets; number += 1) {
    const pieces = slowCall(port, createRandom(seed, number))[Symbol.iterator]();
    const socket = net.connect(port, '127.0.0.1');
    const drip = setInterval(() => {
      const { value } = pieces.next();
      if (value !== undefined && socket.writable) socket.write(value);
    }, 100);
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => (said408 += Number(data.toString('latin1').startsWith('HTTP/1.1 408 '))));
    socket.on('close', () => {
      clearInterval(drip);
      open.delete(socket);
    });
  }
  let good = 0;
  while (open.size > 0) {
    const at = good % wires.length;
    const [path, body] = (callsOfAllProtocols[at] as (typeof callsOfAllProtocols)[number])(rawNames, true, good);
    const answer = await rig.post(path, body);
    expect(readStream(wires[at] as (typeof wires)[number], await answer.text())).toMatchObject({ ending: 'finished' });
    good += 1;
    await wait(5);
  }
  expect(good).toBeGreaterThan(3);
  expect(said408).toBeGreaterThan(sockets / 2);
  await vi.waitFor(() => expect(rig.proxy.status().openExchanges).toBe(0));
  keepRow('W-031', 'slow heads, bodies, upgrades', sockets, `${good} good calls meanwhile, all served`);
});

test.each([
  [256, 'all are served'],
  [80, 'what does not fit is told to come back'],
])('W-033 a heap of %d MB under large bodies and callers that do not read: %s', { timeout }, async (heapMb) => {
  const rounds = roundsOf(2, 20);
  const github = await startGithub();
  const program = await startProgram(temporaryFolder(), [], {
    ...worldEnvironment(github.port),
    NODE_OPTIONS: `--max-old-space-size=${heapMb}`,
  });
  const statuses = new Map<number, number>();
  for (let round = 0; round < rounds; round += 1) {
    const random = createRandom(seed, round);
    const calls = Array.from({ length: 24 }, async (_, number) => {
      const at = number % wires.length;
      const [path, body] = (callsOfAllProtocols[at] as (typeof callsOfAllProtocols)[number])(oneName, true, number);
      const turns = Array.from({ length: 200 }, () => ({ role: 'user', content: 'x'.repeat(random.below(20_000)) }));
      const large = 'messages' in body ? { ...body, messages: turns } : body;
      const headers = { authorization: `Bearer ${worldKey}`, 'content-type': 'application/json', connection: 'close' };
      const answer = await fetch(program.url + path, { method: 'POST', headers, body: JSON.stringify(large) });
      await answer.text();
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    });
    const deaf = Array.from({ length: 10 }, () => {
      const socket = net.connect(program.port, '127.0.0.1').pause();
      socket.on('error', () => undefined);
      socket.write(
        `GET /v1/models HTTP/1.1\r\nHost: localhost:${program.port}\r\nx-api-key: ${worldKey}\r\n\r\n`.repeat(50),
      );
      return socket;
    });
    await Promise.all(calls).catch((thrown: unknown) => {
      throw new Error(`round ${round}: ${program.err()}`, { cause: thrown });
    });
    for (const socket of deaf) socket.destroy();
  }
  const refused = [...statuses.keys()].filter((status) => status !== 200);
  expect(statuses.get(200)).toBeGreaterThan(rounds);
  expect([503, 529]).toEqual(expect.arrayContaining(heapMb === 80 ? refused : []));
  if (heapMb === 256) expect(refused).toEqual([]);
  await vi.waitFor(() => expectServed(program.url), { timeout: 10_000, interval: 500 });
  const told = [...statuses].map(([status, times]) => `${status}: ${times}`).join(', ');
  keepRow(`W-033 ${heapMb}`, `rounds of 24 large calls and 10 deaf callers on a heap of ${heapMb} MB`, rounds, told);
  program.kill('SIGTERM');
  expect(await program.exited).toBe(0);
});

test.each([
  ['they end by themselves', true],
  ['their time is over', false],
])('W-034 SIGTERM under a hundred streams: none is cut, and %s', async (_title, endsWell) => {
  const github = await startGithub();
  const home = temporaryFolder();
  const program = await startProgram(
    home,
    ['--set', `limits.drainMs=${endsWell ? 60_000 : 1_500}`],
    worldEnvironment(github.port),
  );
  github.hold(true);
  const headers = { authorization: `Bearer ${worldKey}`, 'content-type': 'application/json', connection: 'close' };
  const streams = Array.from({ length: 100 }, async (_, number) => {
    const at = number % wires.length;
    const [path, body] = (callsOfAllProtocols[at] as (typeof callsOfAllProtocols)[number])(oneName, true, number);
    const answer = await fetch(program.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return readStream(wires[at] as (typeof wires)[number], await answer.text());
  });
  await vi.waitFor(
    async () => {
      const status = await fetch(`${program.url}/crossfeed/v1/status`, { headers });
      expect(await status.json()).toMatchObject({ openExchanges: 100 });
    },
    { timeout: 15_000, interval: 100 },
  );
  program.kill('SIGTERM');
  await vi.waitFor(() => expect(fetch(`${program.url}/healthz`)).rejects.toThrow('fetch failed'), { timeout: 5_000 });
  if (endsWell) github.hold(false);
  const endings = await Promise.all(streams);
  expect(new Set(endings.map(({ ending }) => ending))).toEqual(new Set([endsWell ? 'finished' : 'failed']));
  expect(endings.flatMap(({ breaches }) => breaches)).toEqual([]);
  expect(await program.exited).toBe(0);
  keepRow(`W-034 ${endsWell ? 'a' : 'b'}`, `streams at a SIGTERM, until ${_title}`, 100);
});
