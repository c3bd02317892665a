import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { defaultModels, simulatedGithubToken, simulatedInstallationToken, simulatedOauthToken } from './index.ts';
import { simulatedPermissionlessToken } from './scenario.ts';

const [first] = defaultModels;
const models = first === undefined ? [] : [{ ...first, id: 'exchanged-only', needsExchange: true }, ...defaultModels];
const simulator = useSimulator({ scenario: { models, lockedModels: ['gpt-6-astra'] } });
const unlocked = useSimulator({ scenario: { apiHostname: 'localhost' } });

const policyOf = async (id: string) => {
  const row = await fetch(`${simulator().url}/models/${id}`, {
    headers: { authorization: `Bearer ${simulatedOauthToken}`, 'x-github-api-version': '2026-08-01' },
  });
  return ((await row.json()) as { policy?: { state: string } }).policy?.state;
};

test('accepting the terms makes a model usable', async () => {
  const ask = () => simulator().post('/chat/completions', { model: 'grok-4.7', messages: [] });
  expect(await policyOf('grok-4.7')).toBe('disabled');
  expect((await simulator().post('/models/grok-4.7/policy', { state: 'enabled' })).status).toBe(200);
  expect(await policyOf('grok-4.7')).toBe('enabled');
  expect((await simulator().post('/models/grok-4.7/policy', { state: 'disabled' })).status).toBe(200);
  expect((await ask()).status).toBe(400);
});

test.each([
  ['an unknown model', '/models/none/policy', { state: 'enabled' }, 404],
  ['another state', '/models/grok-4.7/policy', { state: 'maybe' }, 400],
  ['what the organisation decides', '/models/gpt-6-astra/policy', { state: 'enabled' }, 403],
])('refuses %s', async (_name, path, body, status) => {
  expect((await simulator().post(path, body)).status).toBe(status);
});

test('the list of a direct bearer is shorter', async () => {
  const idsOf = async (bearer: string) => {
    const headers = {
      authorization: `Bearer ${bearer}`,
      'editor-version': 'vscode/1.124.2',
      'copilot-integration-id': 'vscode-chat',
      'x-github-api-version': '2026-08-01',
    };
    const list = (await (await fetch(`${simulator().url}/models`, { headers })).json()) as { data: { id: string }[] };
    return list.data.map(({ id }) => id);
  };
  const exchange = await fetch(`${simulator().url}/copilot_internal/v2/token`, {
    headers: { authorization: `token ${simulatedGithubToken}` },
  });
  const { token } = (await exchange.json()) as { token: string };
  expect(await idsOf(token)).toContain('exchanged-only');
  expect(await idsOf(simulatedGithubToken)).not.toContain('exchanged-only');
});

test.each([
  ['an installation token', simulatedInstallationToken, 'vscode-chat', 400, /not supported for this endpoint/],
  ['an installation token', simulatedInstallationToken, 'copilot-developer-cli', 200, /./],
  ['a token without permission', simulatedPermissionlessToken, 'copilot-developer-cli', 401, /Copilot Requests/],
])('%s as %s', async (_name, token, integration, status, words) => {
  const headers = { authorization: `Bearer ${token}`, 'copilot-integration-id': integration };
  const reply = await fetch(`${simulator().url}/models`, { headers });
  expect(reply.status).toBe(status);
  expect(await reply.text()).toMatch(words);
});

test('a seat is served by the host that its page names, and by no other', async () => {
  const headers = { authorization: `Bearer ${simulatedOauthToken}` };
  const user = await fetch(`${unlocked().url}/copilot_internal/user`, { headers });
  const { endpoints } = (await user.json()) as { endpoints: { api: string } };
  expect(new URL(endpoints.api).hostname).toBe('localhost');
  const misdirected = await fetch(`${unlocked().url}/models`, { headers });
  expect([misdirected.status, await misdirected.text()]).toEqual([421, 'Misdirected Request']);
  expect((await fetch(`${endpoints.api}/models`, { headers })).status).toBe(200);
});
