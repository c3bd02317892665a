/** A paced proxy whose time the test moves, a neighbour's account beside its own, and callers in each protocol. */
import { afterEach, expect, vi } from 'vitest';
import type { PaceConfig } from '../../src/config/config.ts';
import type { ExchangeEvent } from '../../src/observability/exchange-event.ts';
import { simulatedOauthToken, type Fault, type SimulatorOptions } from '../../src/simulator/index.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { startProxy, type StartedProxy } from './start-proxy.ts';
import { testAccount } from './test-account.ts';

export interface PacedRig extends StartedProxy {
  readonly clock: FakeClock;
  readonly events: readonly ExchangeEvent[];
}

const neighbour = { account: { ...testAccount, name: 'neighbour' }, githubToken: simulatedOauthToken };
const neighbourKey = {
  id: 'neighbour',
  label: 'neighbour',
  accountName: 'neighbour',
  models: null,
  project: null,
  expiresAt: null,
  revokedAt: null,
};

export const faces = {
  chat: {
    path: '/v1/chat/completions',
    upstreamPath: '/chat/completions',
    body: (text: string) => ({ model: 'gpt-4.1', messages: [{ role: 'user', content: text }] }),
    beat: ': keep-alive\n\n',
    full: 503,
    lastWord: 'data: {"error":',
  },
  responses: {
    path: '/v1/responses',
    upstreamPath: '/responses',
    body: (text: string) => ({ model: 'gpt-5.2', input: text }),
    beat: ': keep-alive\n\n',
    full: 503,
    lastWord: 'event: response.failed',
  },
  messages: {
    path: '/v1/messages',
    upstreamPath: '/v1/messages',
    body: (text: string) => ({
      model: 'claude-haiku-5.5',
      max_tokens: 100,
      messages: [{ role: 'user', content: text }],
    }),
    beat: 'event: ping\ndata: {"type":"ping"}\n\n',
    full: 529,
    lastWord: 'event: error',
  },
} as const;
export type Face = (typeof faces)[keyof typeof faces];
export const faceRows = Object.entries(faces);

/** GitHub refuses calls on the chat endpoint for their rate. */
export const limited = (retryAfter: string, times = 1): Fault => ({
  on: '/chat/completions',
  times,
  do: {
    kind: 'status',
    status: 429,
    headers: { 'retry-after': retryAfter },
    body: '{"error":{"message":"rate limited","code":"rate_limited"}}',
  },
});

/** For the tests of one file: each calls `start` first. */
export function usePacedProxy() {
  let rig: PacedRig | undefined;
  const current = () => rig ?? expect.fail('start the proxy first');

  afterEach(async () => {
    const ended = current();
    await ended.close();
    expect(ended.complaints).toEqual([]);
    expect(ended.simulator.breaches).toEqual([]);
  });

  /** The proxy's time stands still until the test moves it; the simulator's own goes on. */
  async function start(pace: Partial<PaceConfig>, simulator: SimulatorOptions = {}) {
    const clock = createFakeClock(Date.now());
    // Every key but the test's own is the neighbour's.
    const others = { accounts: [neighbour], findByDigest: () => neighbourKey };
    const started = await startProxy({ pace, simulator, clock, ...others });
    const events: ExchangeEvent[] = [];
    started.proxy.events.subscribe((event) => events.push(event));
    rig = { ...started, clock, events };
  }

  function post(
    path: string,
    body: object,
    signal?: AbortSignal,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(current().url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${current().key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
  }

  const ask = (text: string, face: Face = faces.chat) => post(face.path, face.body(text));

  const limits = () => current().proxy.status().accounts[0]?.limits ?? expect.fail('no limiter');
  const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });
  const untilQueued = (count: number) => eventually(() => expect(limits().queued).toBe(count));
  const seen = (face: Face = faces.chat) => current().simulator.requestsTo(face.upstreamPath);
  const untilSeen = (count: number) => eventually(() => expect(seen()).toHaveLength(count));
  const untilQuiet = () =>
    eventually(() => {
      expect(limits()).toMatchObject({ running: 0, queued: 0 });
      expect(current().proxy.status().openExchanges).toBe(0);
      expect(current().simulator.openStreams).toBe(0);
    });

  /** The newest text of each request that GitHub got, in order. */
  const texts = () => seen().map(({ json }) => /say (\w+)/.exec(JSON.stringify(json))?.[1]);

  /** Keeps the one place that there is until it leaves. */
  async function occupy(face: Face = faces.chat): Promise<AbortController> {
    current().simulator.addFault({ on: face.upstreamPath, do: { kind: 'slow-first-byte', delayMs: 60_000 } });
    const leaving = new AbortController();
    post(face.path, face.body('occupied'), leaving.signal).catch(() => undefined);
    await eventually(() => expect(limits().running).toBe(1));
    return leaving;
  }

  return { current, start, post, ask, limits, eventually, untilQueued, seen, untilSeen, untilQuiet, texts, occupy };
}
