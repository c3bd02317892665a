import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { useSimulator } from '../../test/support/use-simulator.ts';
import {
  exchangeRefusals,
  simulatedGithubToken,
  simulatedInstallationToken,
  simulatedOauthToken,
  simulatedPatToken,
  simulatedRefusedToken,
} from './index.ts';
import { defaultScenario } from './scenario.ts';

const clock = createFakeClock();
const simulator = useSimulator({ clock });

const exchange = (authorization: string, method = 'GET') =>
  fetch(`${simulator().url}/copilot_internal/v2/token`, { method, headers: { authorization } });

test.each(['token', 'Bearer'])('exchanges a ghu_ token sent as %s', async (scheme) => {
  const reply = await exchange(`${scheme} ${simulatedGithubToken}`);
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({
    expires_at: Math.floor(clock.now() / 1000) + 1800,
    refresh_in: 1500,
    endpoints: { api: simulator().url },
  });
});

test.each([
  ['a dead token', 'token ghu_unknown', 'GET', 401, 'Bad credentials'],
  ['no token', '', 'GET', 401, 'Bad credentials'],
  [
    'a login without a seat',
    `token ${defaultScenario.seatlessTokens[0]}`,
    'GET',
    403,
    'Resource not accessible by integration',
  ],
  ['an OAuth app token', `token ${simulatedOauthToken}`, 'GET', 404, 'Not Found'],
  [
    'a fine-grained token',
    `token ${simulatedPatToken}`,
    'GET',
    403,
    'Resource not accessible by personal access token',
  ],
  [
    'an installation token',
    `token ${simulatedInstallationToken}`,
    'GET',
    403,
    'Resource not accessible by integration',
  ],
  ['the wrong method', `token ${simulatedGithubToken}`, 'POST', 404, 'Not Found'],
])('refuses to exchange %s', async (_, authorization, method, status, message) => {
  const reply = await exchange(authorization, method);
  expect([reply.status, ((await reply.json()) as { message: string }).message]).toEqual([status, message]);
});

test('a Copilot token expires, and a new one helps', async () => {
  const hello = { model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hello' }] };
  const ask = async (token: string) => {
    const reply = await simulator().post('/chat/completions', hello, {
      authorization: `Bearer ${token}`,
      'editor-version': 'vscode/1.124.2',
    });
    return [reply.status, reply.status === 200 ? '' : await reply.text()];
  };
  const tokenOf = async () =>
    ((await (await exchange(`token ${simulatedGithubToken}`)).json()) as { token: string }).token;
  const token = await tokenOf();
  expect(await ask(token)).toEqual([200, '']);
  clock.advance(1800_000);
  expect(await ask(token)).toEqual([401, 'IDE token expired: unauthorized: token expired']);
  expect(await ask(await tokenOf())).toEqual([200, '']);
  simulator().simulator.revokeTokens();
  expect(await ask(token)).toEqual([401, 'unauthorized: token not recognized']);
});

test('the user page shows host, plan and the balance', async () => {
  const headers = { authorization: `Bearer ${simulatedOauthToken}` };
  const user = await (await fetch(`${simulator().url}/copilot_internal/user`, { headers })).json();
  expect(user).toMatchObject({
    copilot_plan: 'individual_pro',
    endpoints: { api: simulator().url },
    token_based_billing: true,
    quota_snapshots: {
      chat: { unlimited: true },
      premium_interactions: { entitlement: 7000, remaining: 6321, percent_remaining: 90.3 },
    },
  });
});

test.each(exchangeRefusals)('an exchange refused with %s', async (refusal) => {
  const reply = await exchange(`token ${simulatedRefusedToken(refusal)}`);
  const { message, error_details } = (await reply.json()) as { message: string; error_details?: unknown };
  switch (refusal) {
    case 'bad_credentials':
      return expect([reply.status, message]).toEqual([401, 'Bad credentials']);
    case 'not_found':
      return expect([reply.status, message]).toEqual([404, 'Not Found']);
    case 'rate_limited':
      expect([reply.status, message]).toEqual([403, expect.stringMatching(/^API rate limit exceeded/)]);
      return expect(reply.headers.get('x-ratelimit-remaining')).toBe('0');
    default:
      expect(reply.status).toBe(403);
      expect(error_details).toMatchObject({
        notification_id: refusal,
        message: expect.stringMatching(/\S/),
        title: expect.any(String),
        url: expect.stringMatching(/^https:\/\//),
      });
  }
});
