/** What the owner steers from the dashboard, through the whole program and without a browser. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSimulator, simulatedOauthToken, type Simulator } from '../src/simulator/index.ts';
import { dashboardLink, signInAt } from './support/dashboard-client.ts';
import { spawnProxy, type SpawnedProxy } from './support/spawn-proxy.ts';

vi.setConfig({ testTimeout: 60_000 });

const key = 'my-own-keyring';

async function rig(args: readonly string[] = []): Promise<{ simulator: Simulator; proxy: SpawnedProxy }> {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const proxy = await spawnProxy({ upstreamUrl: url, githubToken: simulatedOauthToken, apiKey: key, args });
  onTestFinished(() => proxy.close());
  return { simulator, proxy };
}

const bodies = {
  '/v1/messages': {
    model: 'claude-haiku-5.5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello.' }],
  },
  '/v1/chat/completions': { model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hello.' }] },
  '/v1/responses': { model: 'gpt-6-luna', input: 'Hello.' },
};

function call(url: string, path: keyof typeof bodies, stream = false, secret = key) {
  return fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...bodies[path], stream }),
  });
}

test.each([
  ['/v1/messages', '/v1/messages', /event: error\ndata: .*"permission_error".*stopped/],
  ['/v1/chat/completions', '/chat/completions', /"code":"stopped_by_owner"/],
  ['/v1/responses', '/responses', /"code":"stopped_by_owner"/],
] as const)('a stream of %s that the owner stops ends with an error of its protocol', async (path, upstream, words) => {
  const { proxy, simulator } = await rig();
  simulator.addFault({ on: upstream, do: { kind: 'stall', afterEvents: 3 } });
  const dashboard = await signInAt(await dashboardLink(proxy.home));
  const answer = await call(proxy.url, path, true);
  const text = answer.text();
  const [open] = await vi.waitFor(async () => {
    const live = await firstSnapshot(proxy.url, dashboard.headers);
    expect(live.open).toHaveLength(1);
    return live.open;
  });
  expect(await dashboard.ask('stopExchange', { id: open?.id ?? '' })).toEqual({ stopped: true });
  expect(await text).toMatch(words);
  expect(await dashboard.ask('stopExchange', { id: open?.id ?? '' })).toEqual({ stopped: false });
  await vi.waitFor(async () =>
    expect(await dashboard.ask('exchange', { id: open?.id ?? '' })).toMatchObject({
      outcome: 'failed',
      errorCode: 'stopped_by_owner',
    }),
  );
  expect(simulator.openStreams).toBe(0);
});

interface Snapshot {
  readonly paused: boolean;
  readonly open: readonly { readonly id: string; readonly state: string }[];
}

/** What the feed sends at once. */
async function firstSnapshot(url: string, headers: Readonly<Record<string, string>>): Promise<Snapshot> {
  const leave = new AbortController();
  const reply = await fetch(`${url}/ui/api/live`, { headers, signal: leave.signal });
  let text = '';
  for await (const part of (reply.body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes('\n\n')) break;
  }
  leave.abort();
  return JSON.parse(text.slice('data: '.length)) as Snapshot;
}

test('paused, new calls wait without an answer, and go on when they may', async () => {
  const { proxy, simulator } = await rig();
  const dashboard = await signInAt(await dashboardLink(proxy.home));
  expect(await dashboard.ask('pause', { paused: true })).toEqual({ paused: true });
  let answered = false;
  const reply = call(proxy.url, '/v1/messages').finally(() => (answered = true));
  await vi.waitFor(async () =>
    expect(await firstSnapshot(proxy.url, dashboard.headers)).toMatchObject({
      paused: true,
      open: [{ state: 'waiting' }],
    }),
  );
  expect(answered).toBe(false);
  expect(simulator.requestsTo('/v1/messages')).toEqual([]);
  expect(await dashboard.ask('pause', { paused: false })).toEqual({ paused: false });
  expect((await reply).status).toBe(200);
});

test('a key that is made works at once, is told once, and is worth nothing when it is revoked', async () => {
  const { proxy } = await rig();
  const dashboard = await signInAt(await dashboardLink(proxy.home));
  const { id, key: made } = await dashboard.ask('addKey', { label: 'laptop', project: 'site', days: 30 });
  expect((await call(proxy.url, '/v1/messages', false, made)).status).toBe(200);
  for (const operation of ['keys', 'status', 'settings'] as const)
    expect(JSON.stringify(await dashboard.ask(operation, {}))).not.toContain(made);
  expect(await dashboard.ask('keys', {})).toMatchObject({
    keys: [{ id: 'default' }, { id, label: 'laptop', project: 'site', state: 'valid' }],
  });
  expect(await dashboard.post('addKey', { label: 'laptop' })).toMatchObject({ ok: false });
  expect(await dashboard.ask('revokeKey', { id })).toEqual({ revoked: true });
  expect((await call(proxy.url, '/v1/messages', false, made)).status).toBe(401);
  expect(await dashboard.ask('keys', {})).toMatchObject({ keys: [{}, { state: 'revoked' }] });
});

test('a budget that is set stops the next call, and one of the settings is not changed here', async () => {
  const { proxy } = await rig(['--set', 'limits.budgets=100 per day']);
  const dashboard = await signInAt(await dashboardLink(proxy.home));
  const month = { of: { kind: 'all' }, per: 'month', mode: 'hard' } as const;
  await dashboard.ask('changeBudget', { ...month, nanoAiu: 1 });
  expect((await call(proxy.url, '/v1/messages')).status).toBe(402);
  await dashboard.ask('changeBudget', { ...month, nanoAiu: null });
  expect((await call(proxy.url, '/v1/messages')).status).toBe(200);
  const set = await dashboard.post('changeBudget', { ...month, per: 'day', nanoAiu: 5 });
  expect(set).toMatchObject({ ok: false, error: { message: expect.stringContaining('settings') as string } });
});

test('every question of the contract gets through, also the one that is called session', async () => {
  const { proxy } = await rig();
  const dashboard = await signInAt(await dashboardLink(proxy.home));
  await (await call(proxy.url, '/v1/messages')).text();
  const [session] = await vi.waitFor(async () => {
    const found = await dashboard.ask('sessions', { limit: 10 });
    expect(found).toHaveLength(1);
    return found;
  });
  expect(await dashboard.ask('session', { id: session?.id ?? '' })).toMatchObject({ exchanges: [{ status: 200 }] });
});

test('what is answered holds neither token nor key, and settings say who set them', async () => {
  const { proxy } = await rig(['--set', 'limits.drainMs=5000']);
  const dashboard = await signInAt(await dashboardLink(proxy.home));
  await (await call(proxy.url, '/v1/messages')).text();
  const answers = [
    await dashboard.ask('status', {}),
    await dashboard.ask('keys', {}),
    await dashboard.ask('settings', {}),
    await dashboard.ask('exchanges', { limit: 10 }),
    await firstSnapshot(proxy.url, dashboard.headers),
  ];
  const text = JSON.stringify(answers);
  expect(text).not.toContain(key);
  expect(text).not.toContain(simulatedOauthToken);
  const { settings } = await dashboard.ask('settings', {});
  expect(settings).toContainEqual(expect.objectContaining({ path: 'limits.drainMs', value: '5000', source: 'flag' }));
});

test.each(['/ui', '/ui/', '/ui/sign-in?code=x', '/ui/api/csrf'])('switched off, %s is not there', async (path) => {
  const { proxy } = await rig(['--set', 'server.dashboard=false']);
  expect((await fetch(proxy.url + path, { redirect: 'manual' })).status).toBe(404);
  await expect(dashboardLink(proxy.home)).rejects.toThrow('no dashboard');
});

test.each([
  ['another machine by plain HTTP', { 'x-forwarded-for': '192.168.1.9', 'x-forwarded-proto': 'http' }, 403],
  ['another machine by HTTPS', { 'x-forwarded-for': '192.168.1.9', 'x-forwarded-proto': 'https' }, 303],
  ['this machine by plain HTTP', {}, 303],
])('behind a reverse proxy, a link for %s', async (_, headers, status) => {
  const { proxy } = await rig(['--behind-proxy', '127.0.0.1']);
  const reply = await fetch(await dashboardLink(proxy.home), { headers, redirect: 'manual' });
  expect(reply.status).toBe(status);
});
