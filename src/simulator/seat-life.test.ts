import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { useSimulator } from '../../test/support/use-simulator.ts';
import {
  defaultModels,
  simulatedGithubToken,
  simulatedLoginClientId,
  simulatedOauthToken,
  type FaultAction,
} from './index.ts';

const clock = createFakeClock();
const simulator = useSimulator({ clock, scenario: { githubTokenLifeS: 28_800 } });

const githubGet = (path: string, token = simulatedGithubToken) =>
  fetch(simulator().url + path, { headers: { authorization: `token ${token}` } });
const jsonOf = async (reply: Response) => (await reply.json()) as Record<string, unknown>;
const ide = { 'editor-version': 'vscode/1.124.2', 'copilot-integration-id': 'vscode-chat' };
async function exchanged(): Promise<string> {
  return `Bearer ${String((await jsonOf(await githubGet('/copilot_internal/v2/token')))['token'])}`;
}
const call = (headers: Record<string, string> = {}) =>
  simulator().post('/responses', { model: 'gpt-6-luna', input: 'Hi' }, headers);

test('GraphQL tells whose seat it is and where it is served, in the fields that were asked for', async () => {
  const ask = (query: unknown, token: string) =>
    fetch(`${simulator().url}/graphql`, {
      method: 'POST',
      headers: { authorization: `bearer ${token}` },
      body: JSON.stringify({ query }),
    });
  const reply = await ask('query { viewer { login copilotEndpoints { api } } }', simulatedOauthToken);
  expect(await reply.json()).toEqual({
    data: { viewer: { login: 'simulated-octocat', copilotEndpoints: { api: simulator().url } } },
  });
  expect((await ask('query { viewer { login } }', 'gho_nobody')).status).toBe(401);
  expect((await ask(7, simulatedOauthToken)).status).toBe(400);
  const strange = await ask('{ viewer { copilotEndpoints { mars } } }', simulatedOauthToken);
  expect(await strange.text()).toContain("Field 'mars' doesn't exist");
});

test('ghu_ tokens of an app with expiring tokens end after eight hours; a refresh token renews one, once', async () => {
  const post = async (path: string, fields: Record<string, string>) =>
    jsonOf(
      await fetch(simulator().url + path, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify({ client_id: simulatedLoginClientId, ...fields }),
      }),
    );
  const { device_code } = await post('/login/device/code', {});
  const grant = {
    device_code: String(device_code),
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  };
  clock.advance(5000);
  expect(await post('/login/oauth/access_token', grant)).toMatchObject({ error: 'authorization_pending' });
  clock.advance(5000);
  const granted = await post('/login/oauth/access_token', grant);
  expect(granted).toMatchObject({ expires_in: 28_800, refresh_token: expect.stringMatching(/^ghr_/) });
  const token = String(granted['access_token']);
  expect((await githubGet('/user', token)).status).toBe(200);
  clock.advance(28_800_000);
  expect((await githubGet('/copilot_internal/v2/token', token)).status).toBe(401);
  const renewal = { grant_type: 'refresh_token', refresh_token: String(granted['refresh_token']) };
  const renewed = await post('/login/oauth/access_token', renewal);
  expect((await githubGet('/user', String(renewed['access_token']))).status).toBe(200);
  expect(await post('/login/oauth/access_token', renewal)).toMatchObject({ error: 'bad_refresh_token' });
});

test('the envelope carries the notice of the scenario', async () => {
  const userNotification = { message: 'm', notification_id: 'subscription_ending', title: 't', url: 'https://x.test' };
  simulator().simulator.changeScenario({ userNotification });
  expect(await jsonOf(await githubGet('/copilot_internal/v2/token'))).toMatchObject({
    user_notification: userNotification,
  });
});

test.each([
  ['vscode/1.79.9', 466],
  ['vscode/1.80.0', 200],
  ['Zed/0.1.0', 200],
])('the editor %s is answered with %i', async (editor, status) => {
  const authorization = await exchanged();
  const reply = await call({ ...ide, authorization, 'editor-version': editor });
  expect(reply.status).toBe(status);
  if (status === 466) expect(await reply.text()).toContain('client not supported');
});

test('a retired model is neither listed nor served, from one call to the next', async () => {
  expect((await call()).status).toBe(200);
  simulator().simulator.changeScenario({ retiredModels: ['gpt-6-luna'] });
  expect(await (await call()).text()).toContain('model_not_supported');
  const headers = { authorization: `Bearer ${simulatedOauthToken}` };
  expect(await (await fetch(`${simulator().url}/models`, { headers })).text()).not.toContain('gpt-6-luna');
});

test('older API versions and the direct road see fewer models', async () => {
  const models = defaultModels.map((one) => (one.id === 'gpt-5.2' ? { ...one, needsExchange: true } : one));
  simulator().simulator.changeScenario({ models });
  const ids = async (authorization: string, version: string) => {
    const headers = { ...ide, authorization, 'x-github-api-version': version };
    const list = (await jsonOf(await fetch(`${simulator().url}/models`, { headers })))['data'] as { id: string }[];
    return list.map((row) => row.id).filter((id) => id === 'gpt-5.2' || id === 'gpt-6.1-sol');
  };
  const direct = `Bearer ${simulatedOauthToken}`;
  expect(await ids(direct, '2026-08-01')).toEqual(['gpt-6.1-sol']);
  expect(await ids(await exchanged(), '2026-08-01')).toEqual(['gpt-6.1-sol', 'gpt-5.2']);
  expect(await ids(await exchanged(), '2025-05-01')).toEqual(['gpt-5.2']);
});

test.each([
  ['expire-tokens', 401, 'IDE token expired: unauthorized: token expired'],
  ['revoke-tokens', 401, 'unauthorized: token not recognized'],
] as const)('%s strikes in mid-session, and a new exchange heals it', async (kind, status, text) => {
  const authorization = await exchanged();
  simulator().simulator.addFault({ on: '/responses', skip: 1, do: { kind } });
  expect((await call({ ...ide, authorization })).status).toBe(200);
  const refused = await call({ ...ide, authorization });
  expect([refused.status, await refused.text()]).toEqual([status, text]);
  expect((await call({ ...ide, authorization: await exchanged() })).status).toBe(200);
});

test('revoke-logins ends the login itself', async () => {
  simulator().simulator.addFault({ on: '/responses', do: { kind: 'revoke-logins' } });
  expect((await call()).status).toBe(401);
  expect((await githubGet('/copilot_internal/v2/token')).status).toBe(401);
});

test('after so many requests the host moves: 421 there, and discovery names the new one', async () => {
  const moves: FaultAction = { kind: 'move-host', hostname: 'localhost' };
  simulator().simulator.addFault({ on: '/responses', skip: 2, do: moves });
  const statuses = [];
  for (let asked = 0; asked < 4; asked += 1) statuses.push((await call()).status);
  expect(statuses).toEqual([200, 200, 421, 421]);
  const { port } = new URL(simulator().url);
  expect(await jsonOf(await githubGet('/copilot_internal/user'))).toMatchObject({
    endpoints: { api: `http://localhost:${port}` },
  });
});

test('an abuse block stays until the scenario ends it', async () => {
  simulator().simulator.addFault({ on: '/responses', do: { kind: 'abuse-block' } });
  for (let asked = 0; asked < 3; asked += 1) {
    const reply = await call();
    expect([reply.status, await reply.text()]).toEqual([403, expect.stringContaining('Terms of Service')]);
  }
  expect(simulator().simulator.state.abuseBlocked).toBe(true);
  simulator().simulator.changeScenario({ abuseBlocked: false });
  expect((await call()).status).toBe(200);
});

test('exhaust spends the month at once', async () => {
  simulator().simulator.changeScenario({ overagePermitted: false });
  simulator().simulator.addFault({ on: '/responses', skip: 1, do: { kind: 'exhaust' } });
  expect([(await call()).status, (await call()).status]).toEqual([200, 402]);
});
