/** The device login against the simulator, under a clock that both share: GitHub's rules are followed exactly. */
import { afterEach, expect, test } from 'vitest';
import { createSimulator, defaultScenario } from '../src/simulator/index.ts';
import type { DeviceScenario, Simulator } from '../src/simulator/index.ts';
import { startDeviceLogin } from '../src/upstream/copilot/device-login.ts';
import type { DeviceLogin } from '../src/upstream/copilot/device-login.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { reply, startRawServer } from './support/upstream-rig.ts';

const clientId = 'Iv1.b507a08c87ecfe98';
let running: Simulator | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function setUp(device: Partial<DeviceScenario> = {}, changed: { readonly clientId?: string } = {}) {
  const clock = createFakeClock();
  const simulator = createSimulator({ clock, scenario: { device: { ...defaultScenario.device, ...device } } });
  running = simulator;
  const { url } = await simulator.listen();
  const controller = new AbortController();
  const begin = () =>
    startDeviceLogin({
      githubUrl: url,
      clientId,
      scope: 'read:user',
      userAgent: 'test',
      clock,
      signal: controller.signal,
      ...changed,
    });
  const polls = () => simulator.requestsTo('login').filter(({ ended }) => ended === 'answered');
  return { clock, simulator, url, controller, begin, polls };
}

type Rig = Awaited<ReturnType<typeof setUp>>;

/** Moves the clock on from one poll to the next until the login is over. */
async function settle({ clock }: Pick<Rig, 'clock'>, login: DeviceLogin): Promise<string> {
  const state = { over: false };
  const end = () => void (state.over = true);
  login.token.then(end, end);
  while (!state.over) {
    // One timer is the wait; with a call under way there are more, and they are left alone.
    if (clock.timers === 1) clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return login.token;
}

test('an approved login: the code is shown, the token comes', async () => {
  const rig = await setUp({ pendingPolls: 3 });
  const login = await rig.begin();
  expect(login).toMatchObject({
    userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    verificationUri: `${rig.url}/login/device`,
    expiresInMs: 900_000,
    intervalMs: 5000,
  });
  expect(await settle(rig, login)).toMatch(/^ghu_\w{36}$/);
  const times = rig.polls().map(({ at }) => at);
  // Five seconds and a second of padding between two questions, also before the first.
  expect(times.map((at, index) => at - (times[index - 1] ?? 1_700_000_000_000))).toEqual([6000, 6000, 6000, 6000]);
  expect(rig.simulator.breaches).toEqual([]);
  expect(rig.simulator.requestsTo('device')[0]?.json).toEqual({ client_id: clientId, scope: 'read:user' });
  expect(rig.clock.timers).toBe(0);
});

test.each([
  ['with a new interval', true],
  ['without one', false],
])('slow_down %s slows down for good', async (_name, namesInterval) => {
  const rig = await setUp({ pendingPolls: 4, slowDownAt: [2], namesInterval });
  await settle(rig, await rig.begin());
  const times = rig.polls().map(({ at }) => at);
  expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual([6000, 11_000, 11_000, 11_000]);
  expect(rig.simulator.breaches).toEqual([]);
});

test.each([
  ['denied', { decision: 'denied' }, 'access_denied', /refused at GitHub.*GitHub says: The authorization/],
  ['never entered', { decision: 'asked', expiresInS: 60 }, 'expired_token', /not entered in time/],
  ['unknown to GitHub', { error: 'incorrect_device_code' }, 'incorrect_device_code', /start it again/],
  ['of a kind GitHub does not offer', { error: 'unsupported_grant_type' }, 'unsupported_grant_type', /token instead/],
  ['of a dead app', { error: 'incorrect_client_credentials' }, 'incorrect_client_credentials', /identity\.clientId/],
  ['ended by a word nobody knows', { error: 'moon_phase' }, 'invalid_response', /GitHub says: As the scenario/],
] as const)('a login that is %s ends, and says why', async (_name, device, code, message) => {
  const rig = await setUp({ pendingPolls: 1, ...device });
  const login = await rig.begin();
  await expect(settle(rig, login)).rejects.toMatchObject({
    name: 'LoginError',
    code,
    message: expect.stringMatching(message),
  });
  expect(rig.clock.timers).toBe(0);
  const asked = rig.polls().length;
  rig.clock.advance(3_600_000);
  expect(rig.simulator.requestsTo('login')).toHaveLength(asked);
});

test.each([
  ['has no device login', { error: 'device_flow_disabled' }, {}, 'device_flow_disabled'],
  ['does not exist', {}, { clientId: 'Iv1.none' }, 'incorrect_client_credentials'],
] as const)('an app that %s gets no code', async (_name, device, changed, code) => {
  const rig = await setUp(device, changed);
  await expect(rig.begin()).rejects.toMatchObject({ name: 'LoginError', code });
  expect(rig.simulator.requestsTo('login')).toEqual([]);
  expect(rig.clock.timers).toBe(0);
});

test('giving up ends the waiting and the asking at once', async () => {
  const rig = await setUp({ decision: 'asked' });
  const login = await rig.begin();
  rig.controller.abort();
  await expect(login.token).rejects.toMatchObject({ name: 'LoginError', code: 'canceled' });
  expect(rig.clock.timers).toBe(0);
  rig.clock.advance(60_000);
  expect(rig.simulator.requestsTo('login')).toEqual([]);
  await expect(rig.begin()).rejects.toMatchObject({ code: 'canceled' });
});

test('giving up while a question is under way ends that too', async () => {
  const rig = await setUp();
  const login = await rig.begin();
  rig.simulator.addFault({ on: 'login', do: { kind: 'silence' } });
  rig.clock.advance(6000);
  await expect.poll(() => rig.simulator.requestsTo('login').length).toBe(1);
  rig.controller.abort();
  await expect(login.token).rejects.toMatchObject({ code: 'canceled' });
  await expect.poll(() => rig.simulator.requestsTo('login')[0]?.ended).toBe('client-left');
  expect(rig.clock.timers).toBe(0);
});

test('a network that fails for a while ends no login', async () => {
  const rig = await setUp();
  const login = await rig.begin();
  rig.simulator.addFault({ on: 'login', do: { kind: 'reset' } });
  rig.simulator.addFault({ on: 'login', do: { kind: 'status', status: 502, body: '<html>Unicorn</html>' } });
  rig.simulator.addFault({ on: 'login', do: { kind: 'status', status: 429, headers: { 'retry-after': '30' } } });
  expect(await settle(rig, login)).toMatch(/^ghu_/);
  expect(rig.simulator.breaches).toEqual([]);
});

test('a 503 that holds an error word of its own ends no login', async () => {
  const rig = await setUp();
  const login = await rig.begin();
  const body = JSON.stringify({ error: 'server_error' });
  rig.simulator.addFault({ on: 'login', do: { kind: 'status', status: 503, body } });
  expect(await settle(rig, login)).toMatch(/^ghu_/);
});

test('a form in the place of JSON is read alike', async () => {
  const polls = [
    { error: 'authorization_pending' },
    { error: 'slow_down', interval: '9' },
    { access_token: 'ghu_form' },
  ];
  const server = await startRawServer((socket, { path }) => {
    const code = { device_code: 'd', user_code: 'AB12-CD34', verification_uri: `${server.url}/d`, interval: '2' };
    const said = path.endsWith('code') ? { ...code, expires_in: '600' } : polls.shift();
    const form = 'application/x-www-form-urlencoded; charset=utf-8';
    reply(socket, 200, new URLSearchParams(said).toString(), { 'content-type': form });
  });
  const clock = createFakeClock();
  const { signal } = new AbortController();
  const options = { githubUrl: server.url, clientId, scope: '', userAgent: 'test', clock, signal };
  const login = await startDeviceLogin(options);
  expect(login).toMatchObject({ userCode: 'AB12-CD34', intervalMs: 2000, expiresInMs: 600_000 });
  const before = clock.monotonic();
  expect(await settle({ clock }, login)).toBe('ghu_form');
  expect(clock.monotonic() - before).toBe(3000 + 3000 + 10_000);
});

test("a stand-in on this machine may show the real GitHub's page", async () => {
  const verificationUri = 'https://github.com/login/device';
  const server = await startRawServer((socket) => {
    reply(socket, 200, JSON.stringify({ device_code: 'd', user_code: 'AB12-CD34', verification_uri: verificationUri }));
  });
  const controller = new AbortController();
  const { signal } = controller;
  const options = { githubUrl: server.url, clientId, scope: '', userAgent: 'test', clock: createFakeClock(), signal };
  expect(await startDeviceLogin(options)).toMatchObject({ verificationUri });
  controller.abort();
});

test('a GitHub that went away for good ends the login when its code would have ended', async () => {
  const rig = await setUp({ expiresInS: 60 });
  const login = await rig.begin();
  await rig.simulator.close();
  await expect(settle(rig, login)).rejects.toMatchObject({ code: 'expired_token' });
  expect(rig.clock.timers).toBe(0);
});

test.each([
  ['a page of another host', { verification_uri: 'https://evil.example/login/device' }],
  ['a page with a user in it', { verification_uri: 'USER' }],
  ['no page', { verification_uri: undefined }],
  ['a code that plays with the terminal', { user_code: 'AB\u001b[31m-CD' }],
  ['no device code', { device_code: '' }],
])('an answer with %s is no login', async (_name, changed) => {
  const server = await startRawServer((socket) => {
    const own = `${server.url}/login/device`;
    const answer = { device_code: 'd', user_code: 'AB12-CD34', verification_uri: own, expires_in: 900, ...changed };
    const uri = answer.verification_uri === 'USER' ? own.replace('//', '//user@') : answer.verification_uri;
    reply(socket, 200, JSON.stringify({ ...answer, verification_uri: uri }));
  });
  const { signal } = new AbortController();
  const options = { githubUrl: server.url, clientId, scope: '', userAgent: 'test', clock: createFakeClock(), signal };
  await expect(startDeviceLogin(options)).rejects.toMatchObject({ code: 'invalid_response' });
});

test.each([
  ['http://github.example', 'misconfigured'],
  ['http://127.0.0.1:1', 'unreachable'],
])('%s is %s', async (githubUrl, code) => {
  const { signal } = new AbortController();
  const options = { githubUrl, clientId, scope: '', userAgent: 'test', clock: createFakeClock(), signal };
  await expect(startDeviceLogin(options)).rejects.toMatchObject({ name: 'LoginError', code });
});

test('a token that would break its header is none', async () => {
  const server = await startRawServer((socket, { path }) => {
    const code = { device_code: 'd', user_code: 'AB12-CD34', verification_uri: `${server.url}/d`, interval: 0 };
    reply(socket, 200, JSON.stringify(path.endsWith('code') ? code : { access_token: 'ghu_\r\nx' }));
  });
  const clock = createFakeClock();
  const { signal } = new AbortController();
  const options = { githubUrl: server.url, clientId, scope: '', userAgent: 'test', clock, signal };
  await expect(settle({ clock }, await startDeviceLogin(options))).rejects.toMatchObject({ code: 'invalid_response' });
});
