import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { createSimulator, defaultScenario, type DeviceScenario } from './index.ts';

const clock = createFakeClock();
const simulator = useSimulator({ clock });
const clientId = 'Iv1.b507a08c87ecfe98';
const grant = 'urn:ietf:params:oauth:grant-type:device_code';

type Fields = Readonly<Record<string, string>>;

async function ask(path: string, fields: Fields, url = simulator().url): Promise<Record<string, unknown>> {
  const reply = await fetch(url + path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
  return { status: reply.status, ...((await reply.json()) as object) };
}

const start = (url?: string) => ask('/login/device/code', { client_id: clientId, scope: 'read:user' }, url);
const poll = (deviceCode: unknown, changed: Fields = {}, url?: string) =>
  ask(
    '/login/oauth/access_token',
    { client_id: clientId, device_code: String(deviceCode), grant_type: grant, ...changed },
    url,
  );

/** A simulator of its own, for a login that goes otherwise. */
async function playing(device: Partial<DeviceScenario>) {
  const other = createSimulator({ clock, scenario: { device: { ...defaultScenario.device, ...device } } });
  const { url } = await other.listen();
  return { other, url };
}

test('a login that is approved: a code, a wait, a token that works', async () => {
  const code = await start();
  expect(code).toMatchObject({
    user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    verification_uri: `${simulator().url}/login/device`,
    expires_in: 900,
    interval: 5,
  });
  clock.advance(5000);
  expect(await poll(code['device_code'])).toMatchObject({ status: 200, error: 'authorization_pending' });
  clock.advance(5000);
  const token = await poll(code['device_code']);
  expect(token).toMatchObject({
    status: 200,
    token_type: 'bearer',
    access_token: expect.stringMatching(/^ghu_\w{36}$/),
  });
  const headers = { authorization: `token ${String(token['access_token'])}` };
  expect((await fetch(`${simulator().url}/copilot_internal/v2/token`, { headers })).status).toBe(200);
  expect(await (await fetch(`${simulator().url}/user`, { headers })).json()).toMatchObject({
    login: 'simulated-octocat',
  });
  simulator().simulator.revokeLogins();
  expect((await fetch(`${simulator().url}/user`, { headers })).status).toBe(401);
  // The code is used up.
  clock.advance(5000);
  expect(await poll(code['device_code'])).toMatchObject({ error: 'incorrect_device_code' });
});

test('an OAuth app gets a token of its own kind', async () => {
  const fields = { client_id: 'Ov23ctDVkRmgkPke0Mmm' };
  const code = await ask('/login/device/code', fields);
  clock.advance(5000);
  await poll(code['device_code'], fields);
  clock.advance(5000);
  expect(await poll(code['device_code'], fields)).toMatchObject({ access_token: expect.stringMatching(/^gho_/) });
});

test('polling too fast raises the interval, and is noted', async () => {
  const code = await start();
  clock.advance(4999);
  expect(await poll(code['device_code'])).toMatchObject({ status: 200, error: 'slow_down', interval: 10 });
  clock.advance(6000);
  expect(await poll(code['device_code'])).toMatchObject({ error: 'slow_down', interval: 15 });
  expect(simulator().simulator.breaches.map(({ rule }) => rule)).toEqual([
    'device-poll-too-fast',
    'device-poll-too-fast',
  ]);
});

test.each([
  ['denied', { decision: 'denied', pendingPolls: 0 }, 'access_denied'],
  ['too late', { expiresInS: 3 }, 'expired_token'],
  ['slowed down without a figure', { slowDownAt: [1], namesInterval: false }, 'slow_down'],
  ['ended by any other word', { error: 'unsupported_grant_type' }, 'unsupported_grant_type'],
] as const)('a login that is %s', async (_name, device, error) => {
  const { other, url } = await playing(device);
  const code = await start(url);
  clock.advance(5000);
  const answer = await poll(code['device_code'], {}, url);
  expect(answer).toMatchObject({ status: 200, error, error_description: expect.any(String) });
  expect(answer['interval']).toBeUndefined();
  expect(other.breaches).toEqual([]);
  await other.close();
});

test('an app without device login is told so at once', async () => {
  const { other, url } = await playing({ error: 'device_flow_disabled' });
  expect(await start(url)).toMatchObject({ status: 200, error: 'device_flow_disabled' });
  await other.close();
});

test('a login waits for a decision, by method or by the control route', async () => {
  const { other, url } = await playing({ decision: 'asked', pendingPolls: 0 });
  const [first, second] = [await start(url), await start(url)];
  const next = async (code: Record<string, unknown>) => {
    clock.advance(5000);
    return poll(code['device_code'], {}, url);
  };
  expect(await next(first)).toMatchObject({ error: 'authorization_pending' });
  expect(other.decideLogin('deny')).toBe(true);
  expect(await next(second)).toMatchObject({ error: 'access_denied' });
  const decide = { decision: 'approve', user_code: String(first['user_code']) };
  expect(await ask('/_simulator/device', decide, url)).toEqual({ status: 200, decided: true });
  expect(await next(first)).toMatchObject({ token_type: 'bearer' });
  expect(await ask('/_simulator/device', decide, url)).toEqual({ status: 404, decided: false });
  expect(other.decideLogin('deny', 'NONE-SUCH')).toBe(false);
  await other.close();
});

test.each([
  ['an unknown app', { client_id: 'Iv1.unknown' }, 'incorrect_client_credentials'],
  ['the code of another app', { client_id: 'Ov23ctDVkRmgkPke0Mmm' }, 'incorrect_device_code'],
  ['a code nobody has', { device_code: 'x' }, 'incorrect_device_code'],
  ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
])('%s is refused', async (_name, changed, error) => {
  const code = await start();
  clock.advance(5000);
  expect(await poll(code['device_code'], changed)).toMatchObject({ status: 200, error });
});

test('an unknown app gets no code', async () => {
  expect(await ask('/login/device/code', { client_id: 'Iv1.unknown' })).toEqual({ status: 404, error: 'Not Found' });
});

test('form encoding in, form encoding out unless JSON is asked for', async () => {
  const reply = await fetch(`${simulator().url}/login/device/code`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId }),
  });
  expect(reply.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/);
  expect(new URLSearchParams(await reply.text()).get('user_code')).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
});
