/** What an account's upstream does besides model calls: quota, terms, the other road, the latch, and its own hosts. */
import { expect, test } from 'vitest';
import {
  defaultModels,
  simulatedGithubToken,
  simulatedInstallationToken,
  simulatedOauthToken,
  simulatedPatToken,
  simulatedRefusedToken,
} from '../src/simulator/index.ts';
import { abuseLatchFact } from '../src/upstream/copilot/abuse-latch.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { answerWell, reply, send, startRawServer, startUpstream, withTokens } from './support/upstream-rig.ts';
import type { RigOptions } from './support/upstream-rig.ts';
import { useSimulator } from './support/use-simulator.ts';

const [first] = defaultModels;
const models = first === undefined ? [] : [...defaultModels, { ...first, id: 'exchanged-only', needsExchange: true }];
const simulator = useSimulator({ scenario: { models, lockedModels: ['mai-code-1-flash'] } });
const movedSeat = useSimulator({ scenario: { apiHostname: 'localhost' } });

const seat = (githubToken: string, options: RigOptions = {}) =>
  startUpstream(simulator(), { githubToken, ...options, config: { copilotApiUrl: null, ...options.config } });

function createMemory() {
  const facts = new Map<string, string>();
  return {
    facts,
    get: (key: string) => facts.get(key),
    set: (key: string, value: string) => void facts.set(key, value),
  };
}

test.each([
  ['ghu_', simulatedGithubToken, 'exchanged', 'vscode-chat'],
  ['gho_', simulatedOauthToken, 'direct', 'vscode-chat'],
  ['github_pat_', simulatedPatToken, 'direct', 'copilot-developer-cli'],
  ['ghs_', simulatedInstallationToken, 'direct', 'copilot-developer-cli'],
])('a %s token works out of the box', async (credentialKind, token, road, integration) => {
  const upstream = seat(token);
  expect((await upstream.models()).length).toBeGreaterThan(5);
  expect(upstream.status()).toMatchObject({ ready: true, road, credentialKind, apiOrigin: simulator().url });
  expect(simulator().simulator.requestsTo('models')[0]?.headers['copilot-integration-id']).toBe(integration);
  expect(simulator().simulator.breaches).toEqual([]);
});

test.each([simulatedGithubToken, simulatedOauthToken])('the quota of the seat with %.4s', async (token) => {
  const upstream = seat(token);
  const [quota, same] = await Promise.all([upstream.quota(), upstream.quota()]);
  expect(same).toBe(quota);
  expect(quota).toMatchObject({
    login: 'simulated-octocat',
    plan: 'individual_pro',
    sku: 'yearly_subscriber_quota',
    tokenBasedBilling: true,
    resetDate: expect.stringMatching(/^\d{4}-\d{2}-01$/),
  });
  expect(quota.snapshots.find(({ id }) => id === 'premium_interactions')).toEqual({
    id: 'premium_interactions',
    unlimited: false,
    entitlement: 7000,
    remaining: 6321.4,
    percentRemaining: 90.3,
    overagePermitted: true,
    overageCount: 0,
  });
  expect(quota.snapshots.find(({ id }) => id === 'chat')).toMatchObject({ unlimited: true, remaining: null });
});

test.each([
  [401, { message: 'Bad credentials' }, 'upstream_sign_in_required', /no longer accepts/],
  [404, { message: 'Not Found' }, 'upstream_forbidden', /no Copilot seat/],
  [403, { message: 'API rate limit exceeded' }, 'rate_limited', /look-up of the seat/],
  [500, 'x', 'upstream_error', /HTTP 500/],
  [200, '<html>', 'upstream_invalid_response', /no quota/],
  [200, '[]', 'upstream_invalid_response', /no quota/],
])('a quota answered with %d %j', async (status, body, code, message) => {
  simulator().simulator.addFault({ on: 'user', do: { kind: 'status', status, body } });
  await expect(seat(simulatedGithubToken).quota()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('without a token there is no quota, and no other road', async () => {
  const upstream = startUpstream(simulator(), { githubToken: null });
  await expect(upstream.quota()).rejects.toMatchObject({ code: 'upstream_sign_in_required' });
  await expect(upstream.otherRoadModels()).rejects.toMatchObject({ code: 'upstream_sign_in_required' });
});

test('terms are shown, accepted on the user’s word, and the list is new at once', async () => {
  const upstream = seat(simulatedGithubToken);
  expect(await upstream.modelTerms('gpt-6-astra')).toMatch(/^Enable access to GPT-6 Astra/);
  expect(await upstream.modelTerms('gpt-5.2')).toBeNull();
  await upstream.enableModel('gpt-6-astra');
  const [posted] = simulator().simulator.requestsTo('/models/gpt-6-astra/policy');
  expect(posted).toMatchObject({ method: 'POST', json: { state: 'enabled' } });
  expect((await upstream.models()).find(({ id }) => id === 'gpt-6-astra')?.policyState).toBe('enabled');
  expect(await upstream.modelTerms('gpt-6-astra')).toBeNull();
  expect(simulator().simulator.breaches).toEqual([]);
});

test('a model that nobody knows, and one that the organisation has locked', async () => {
  const upstream = seat(simulatedGithubToken);
  await expect(upstream.modelTerms('../none')).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(upstream.enableModel('../none')).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(upstream.enableModel('mai-code-1-flash')).rejects.toMatchObject({ upstreamStatus: 403 });
});

test('an empty yes to the acceptance of terms is a yes', async () => {
  const server = await startRawServer((socket, { path }) => {
    if (path === '/models') return reply(socket, 200, '{"data":[{"id":"a/b","policy":{"state":"disabled"}}]}');
    socket.write('HTTP/1.1 204 No Content\r\n\r\n');
  });
  await startUpstream(server).enableModel('a/b');
  expect(server.requests.map(({ path }) => path)).toEqual(['/models', '/models/a%2Fb/policy', '/models']);
});

test('what the other road would add', async () => {
  expect(await seat(simulatedGithubToken, { config: { road: 'direct' } }).otherRoadModels()).toEqual([
    'exchanged-only',
  ]);
  expect(await seat(simulatedGithubToken).otherRoadModels()).toEqual([]);
  // GitHub exchanges no token of this app, and personal tokens of no app.
  const oauth = seat(simulatedOauthToken);
  expect(await oauth.otherRoadModels()).toBeNull();
  expect(oauth.status()).toMatchObject({ ready: true, problem: null });
  expect(await seat(simulatedPatToken).otherRoadModels()).toBeNull();
});

test('a GitHub that is down says nothing about the other road', async () => {
  const upstream = seat(simulatedOauthToken);
  await upstream.models();
  simulator().simulator.addFault({ on: 'token', do: { kind: 'status', status: 503, body: '' } });
  await expect(upstream.otherRoadModels()).rejects.toMatchObject({ code: 'upstream_error' });
});

test('a seat that another host serves is found, and found again when it moves', async () => {
  const upstream = startUpstream(movedSeat(), { githubToken: simulatedGithubToken, config: { copilotApiUrl: null } });
  await upstream.models();
  expect(upstream.status().apiOrigin).toMatch(/^http:\/\/localhost:/);
  movedSeat().simulator.addFault({
    on: '/responses',
    do: { kind: 'status', status: 421, body: 'Misdirected Request' },
  });
  const body = Buffer.from('{"model":"gpt-5.2","input":"Hello","stream":true}');
  expect((await send(upstream, { path: '/responses', body })).error).toBeNull();
  expect(movedSeat().simulator.requestsTo('token')).toHaveLength(2);
});

const forbidden = withTokens((_token, socket) => reply(socket, 403, 'Forbidden'));

test('three refusals in five minutes that a new token does not mend hold the account', async () => {
  const clock = createFakeClock();
  const memory = createMemory();
  const server = await startRawServer(forbidden);
  const options = { githubToken: 'ghu_x', clock, memory, accountName: 'octo' };
  const upstream = startUpstream(server, options);
  await send(upstream);
  await send(upstream);
  clock.advance(5 * 60_000);
  await send(upstream);
  await send(upstream);
  expect(upstream.status()).toMatchObject({ blockedSince: null });
  const third = await send(upstream);
  expect(third.error?.message).not.toMatch(/resume/);
  const asked = server.requests.length;
  const held = await send(upstream);
  expect(held.error).toMatchObject({ code: 'upstream_forbidden', message: expect.stringMatching(/crossfeed resume/) });
  await expect(upstream.models()).rejects.toMatchObject({ code: 'upstream_forbidden' });
  await expect(upstream.quota()).rejects.toMatchObject({ code: 'upstream_forbidden' });
  await expect(upstream.otherRoadModels()).rejects.toMatchObject({ code: 'upstream_forbidden' });
  expect(upstream.status()).toMatchObject({ ready: false, blockedSince: clock.now() });
  expect(server.requests).toHaveLength(asked);

  // A restart changes nothing for this account, and another account was never touched.
  const restarted = startUpstream(server, options);
  expect((await send(restarted)).error?.message).toMatch(/crossfeed resume/);
  expect(server.requests).toHaveLength(asked);
  expect(startUpstream(server, { ...options, accountName: 'hubot' }).status().blockedSince).toBeNull();

  restarted.resume();
  expect(memory.facts.get(abuseLatchFact('octo'))).toBe('');
  await send(restarted);
  expect(server.requests.length).toBeGreaterThan(asked);
  expect(startUpstream(server, options).status().blockedSince).toBeNull();
});

test.each([
  ['about a model', 'model x is not enabled for you'],
  ['about the quota', '{"error":{"code":"quota_exceeded","message":"You have exceeded your monthly quota"}}'],
])('refusals %s count for nothing', async (_name, body) => {
  const server = await startRawServer(withTokens((_token, socket) => reply(socket, 403, body)));
  const upstream = startUpstream(server, { githubToken: 'ghu_x' });
  for (let calls = 0; calls < 5; calls += 1) await send(upstream);
  expect(upstream.status().blockedSince).toBeNull();
});

test('one refusal that speaks of abuse holds the account at once, also across a restart', async () => {
  const memory = createMemory();
  const server = await startRawServer((socket) => reply(socket, 403, 'Your account was suspended for abuse.'));
  await send(startUpstream(server, { memory }));
  await send(startUpstream(server, { memory }));
  expect(server.requests).toHaveLength(1);
});

test('a login that GitHub has flagged is asked about once', async () => {
  const upstream = seat(simulatedRefusedToken('spammy_user'));
  expect((await send(upstream)).error?.message).toMatch(/flagged/);
  expect((await send(upstream)).error?.message).toMatch(/crossfeed resume/);
  upstream.status();
  expect(simulator().simulator.requestsTo('token')).toHaveLength(1);
});

test.each([
  ['a login without a seat', simulatedRefusedToken('no_copilot_access'), /no Copilot seat.*github\.com\/settings/],
  ['a locked account', simulatedRefusedToken('billing_locked'), /billing.*GitHub says:/],
])('%s is told so, and held back by the back-off alone', async (_name, token, message) => {
  const upstream = seat(token);
  expect((await send(upstream)).error?.message).toMatch(message);
  expect(upstream.status().blockedSince).toBeNull();
});

const tenant = { accountHost: 'octo.ghe.com', githubToken: 'ghu_x' };

test.each([
  ['the public API of GitHub', { githubApiUrl: 'https://api.github.com', copilotApiUrl: null }],
  [
    'the public Copilot API',
    { githubApiUrl: 'https://api.octo.ghe.com', copilotApiUrl: 'https://api.githubcopilot.com' },
  ],
  ['another tenant', { githubApiUrl: 'https://api.other.ghe.com', copilotApiUrl: null }],
  ['a look-alike', { githubApiUrl: 'https://api.octo.ghe.com.evil.example', copilotApiUrl: null }],
  ['a port of its own', { githubApiUrl: 'https://api.octo.ghe.com:8443', copilotApiUrl: null }],
])('the token of a tenant never goes to %s', async (_name, config) => {
  const upstream = startUpstream({ url: 'http://127.0.0.1:1' }, { ...tenant, config });
  expect((await send(upstream)).error).toMatchObject({
    code: 'misdirected',
    message: expect.stringMatching(/octo\.ghe\.com/),
  });
  await expect(upstream.quota()).rejects.toMatchObject({ code: 'misdirected' });
});

test.each([
  'https://api.githubcopilot.com',
  'https://copilot-api.other.ghe.com',
  'https://api.octo.ghe.com.evil.example',
  undefined,
])('a tenant whose GitHub names %s is never sent to the public host', async (api) => {
  const connects: unknown[] = [];
  // The tenant's GitHub is played on loopback; its Copilot host does not exist, and nothing else is tried.
  const server = await startRawServer((socket) =>
    reply(socket, 200, JSON.stringify({ token: 't', refresh_in: 1500, endpoints: { api } })),
  );
  const proxy = await startRawServer((socket, request) => {
    connects.push(request.path);
    reply(socket, 502, '');
  });
  const upstream = startUpstream(server, {
    ...tenant,
    config: { copilotApiUrl: null },
    proxyEnv: { https_proxy: proxy.url, no_proxy: '127.0.0.1' },
  });
  expect((await send(upstream)).error).not.toBeNull();
  expect([...new Set(connects)]).toEqual(['copilot-api.octo.ghe.com:443']);
});

test('a good call after refusals is still a good call', async () => {
  let refused = 0;
  const server = await startRawServer(
    withTokens((_token, socket, request) => {
      if (refused >= 4) return answerWell(socket, request);
      refused += 1;
      reply(socket, 403, 'Forbidden');
    }),
  );
  const upstream = startUpstream(server, { githubToken: 'ghu_x' });
  expect((await send(upstream)).error?.code).toBe('upstream_forbidden');
  expect((await send(upstream)).error?.code).toBe('upstream_forbidden');
  expect((await send(upstream)).error).toBeNull();
});

test('a thousand calls at the end of a token make one exchange', async () => {
  const clock = createFakeClock();
  const server = await startRawServer(withTokens((_token, socket, request) => answerWell(socket, request)));
  const upstream = startUpstream(server, { githubToken: 'ghu_x', clock });
  expect((await send(upstream)).error).toBeNull();
  clock.advance(30 * 60_000);
  const heard = await Promise.all(Array.from({ length: 1000 }, () => send(upstream)));
  expect(heard.filter(({ error }) => error !== null)).toEqual([]);
  expect(server.requests.filter(({ path }) => path === '/copilot_internal/v2/token')).toHaveLength(2);
});

test.each([
  [401, 'IDE token expired: unauthorized: token expired'],
  [403, 'Forbidden'],
  [421, 'Misdirected Request'],
])('a %d in mid-life is not noticed, and costs one exchange', async (status, body) => {
  const upstream = seat(simulatedGithubToken);
  const ask = () =>
    send(upstream, { path: '/responses', body: Buffer.from('{"model":"gpt-5.2","input":"Hello","stream":true}') });
  expect((await ask()).error).toBeNull();
  simulator().simulator.addFault({ on: '/responses', do: { kind: 'status', status, body } });
  expect((await ask()).error).toBeNull();
  expect(simulator().simulator.requestsTo('token')).toHaveLength(2);
  expect(
    simulator()
      .simulator.requestsTo('/responses')
      .map((one) => one.status),
  ).toEqual([200, status, 200]);
});

test('a call that waits for its second try is not sent once GitHub blocks the account', async () => {
  const clock = createFakeClock();
  const server = await startRawServer((socket, { path }) =>
    path === '/responses'
      ? reply(socket, 429, 'slow', { 'retry-after': '1' })
      : reply(socket, 403, 'Your account was suspended for abuse.'),
  );
  const upstream = startUpstream(server, { clock });
  const waiting = send(upstream, { path: '/responses' });
  await expect.poll(() => server.requests.length).toBe(1);
  // Between the answer and the wait there is a timer only once the answer was read.
  await expect.poll(() => clock.timers).toBe(1);
  await send(upstream);
  clock.advance(2000);
  expect((await waiting).error).toMatchObject({ code: 'upstream_forbidden' });
  expect(server.requests.map(({ path }) => path)).toEqual(['/responses', '/chat/completions']);
});

test('a token that is being fetched when GitHub blocks the account is not used', async () => {
  let answerExchange = (): void => undefined;
  const server = await startRawServer((socket, { path }) => {
    if (path !== '/copilot_internal/v2/token') return reply(socket, 403, 'suspended for abuse');
    answerExchange = () => reply(socket, 200, '{"token":"t","refresh_in":1500}');
  });
  const memory = createMemory();
  const upstream = startUpstream(server, { githubToken: 'ghu_x', memory });
  const waiting = send(upstream);
  await expect.poll(() => server.requests.length).toBe(1);
  const quota = upstream.quota();
  await expect(quota).rejects.toMatchObject({ code: 'upstream_forbidden' });
  answerExchange();
  expect((await waiting).error).toMatchObject({ code: 'upstream_forbidden' });
  expect(server.requests).toHaveLength(2);
});
