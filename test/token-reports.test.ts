/** Every kind of token and every refusal of GitHub, told apart: the cause in plain words, the cure, GitHub's own. */
import { expect, test } from 'vitest';
import { systemClock } from '../src/base/clock.ts';
import { defaultConfig } from '../src/config/config.ts';
import type { UpstreamConfig } from '../src/config/config.ts';
import {
  defaultScenario,
  simulatedGithubToken,
  simulatedInstallationToken,
  simulatedOauthToken,
  simulatedPatToken,
  simulatedPermissionlessToken,
  simulatedRefusedToken,
} from '../src/simulator/index.ts';
import type { ExchangeRefusal } from '../src/simulator/index.ts';
import { checkToken } from '../src/upstream/copilot/explain-token.ts';
import type { CheckTokenOptions } from '../src/upstream/copilot/explain-token.ts';
import { useSimulator } from './support/use-simulator.ts';

const simulator = useSimulator();

const check = (
  githubToken: string | null,
  changed: Partial<UpstreamConfig> = {},
  options: Partial<CheckTokenOptions> = {},
) =>
  checkToken({
    githubToken,
    config: { ...defaultConfig.upstream, githubApiUrl: simulator().url, ...changed },
    identity: defaultConfig.identity,
    clock: systemClock,
    ...options,
  });

test.each([
  ['ghu_', simulatedGithubToken, 'exchanged'],
  ['gho_', simulatedOauthToken, 'direct'],
  ['github_pat_', simulatedPatToken, 'direct'],
  ['ghs_', simulatedInstallationToken, 'direct'],
])('a %s token with a seat', async (kind, token, road) => {
  expect(await check(token)).toEqual({
    ok: true,
    kind,
    road,
    login: 'simulated-octocat',
    plan: 'individual_pro',
    sku: 'yearly_subscriber_quota',
    apiOrigin: simulator().url,
  });
  expect(simulator().simulator.breaches).toEqual([]);
});

test.each([
  ['no_copilot_access', 'no-seat', /no Copilot seat/],
  ['not_signed_up', 'no-seat', /no Copilot seat/],
  ['subscription_ended', 'seat-ended', /has ended/],
  ['enterprise_managed_user_account', 'managed-account', /managed by an enterprise/],
  ['feature_flag_blocked', 'blocked', /switched Copilot off/],
  ['spammy_user', 'blocked', /flagged/],
  ['billing_locked', 'billing', /billing/],
  ['trade_restricted', 'trade-restriction', /trade/],
  ['trade_restricted_country', 'trade-restriction', /trade/],
  ['codespaces_demo_inactive', 'seat-ended', /demo/],
  ['snippy_not_configured', 'setup-missing', /never chosen/],
  ['expired_coupon', 'seat-ended', /coupon/],
  ['revoked_coupon', 'seat-ended', /coupon/],
  ['go_http_client', 'app-not-permitted', /no program of this kind/],
  ['programmatic_token_generation', 'app-not-permitted', /no program of this kind/],
  ['access_revoked', 'policy', /revoked/],
  ['server_error', 'github-down', /failed to look this seat up/],
  ['rate_limited', 'rate-limited', /limits this login/],
  ['not_found', 'app-not-permitted', /no token of this kind/],
  ['bad_credentials', 'dead-token', /no longer accepts/],
] as const)('an exchange refused with %s: %s', async (refusal: ExchangeRefusal, cause, sentence) => {
  const report = await check(simulatedRefusedToken(refusal));
  expect(report).toMatchObject({
    ok: false,
    cause,
    sentence: expect.stringMatching(sentence),
    cure: expect.stringMatching(/^[A-Z].*\.$/),
    githubSays: expect.stringMatching(/\S/),
    kind: 'ghu_',
    road: 'exchanged',
  });
  if (report.ok) return;
  expect(JSON.stringify(report)).not.toContain('ghu_simulated');
  // Whose token it is stays known: often somebody is signed in as the wrong one.
  if (refusal !== 'bad_credentials') expect(report.login).toBe('simulated-octocat');
  if (report.status === 403 && refusal !== 'rate_limited')
    expect(report).toMatchObject({ link: expect.stringMatching(/^https:\/\/(?:docs\.|support\.)?github\.com\//) });
});

test.each([
  ['no token', null, {}, 'no-token', null],
  ['a classic token', 'ghp_x', {}, 'wrong-kind', 'ghp_'],
  ['a token with a line break', 'ghu_x\n', {}, 'wrong-kind', 'ghu_'],
  ['a dead token, direct', 'gho_dead', {}, 'dead-token', 'gho_'],
  ['a dead token, exchanged', 'ghu_dead', {}, 'dead-token', 'ghu_'],
  ['a login without a seat', defaultScenario.seatlessTokens[0] ?? '', {}, 'no-seat', 'ghu_'],
  ['a fine-grained token without permission', simulatedPermissionlessToken, {}, 'missing-permission', 'github_pat_'],
  ['a fine-grained token to be exchanged', simulatedPatToken, { road: 'exchanged' }, 'wrong-kind', 'github_pat_'],
  ['a token of a foreign app to be exchanged', simulatedOauthToken, { road: 'exchanged' }, 'app-not-permitted', 'gho_'],
  ['a GitHub that is not there', simulatedOauthToken, { githubApiUrl: 'http://127.0.0.1:1' }, 'unreachable', 'gho_'],
  ['an address that is none', simulatedOauthToken, { githubApiUrl: 'http://github.example' }, 'wrong-host', 'gho_'],
] as const)('%s', async (_name, token, changed, cause, kind) => {
  const report = await check(token, changed);
  expect(report).toMatchObject({ ok: false, cause, kind, sentence: expect.stringMatching(/\S/) });
  expect(JSON.stringify(report)).not.toContain(token ?? '?');
});

test('an identity that GitHub does not take for this kind of token', async () => {
  const identity = { ...defaultConfig.identity, tokenIntegrationId: 'vscode-chat' };
  expect(await check(simulatedPatToken, {}, { identity })).toMatchObject({
    ok: false,
    cause: 'app-not-permitted',
    status: 400,
    cure: expect.stringMatching(/tokenIntegrationId/),
  });
});

test('a host that does not serve the seat', async () => {
  simulator().simulator.addFault({ on: 'models', do: { kind: 'status', status: 421, body: 'Misdirected Request' } });
  expect(await check(simulatedOauthToken)).toMatchObject({ ok: false, cause: 'wrong-host', status: 421 });
});

test.each([
  ['a failing GitHub', { status: 500, body: 'oops' }, 'github-down'],
  ['an abuse block', { status: 403, body: 'Please review our Terms of Service.' }, 'blocked'],
  ['a policy', { status: 403, body: 'disabled by your organization' }, 'policy'],
  [
    'single sign-on',
    { status: 403, body: { message: 'Resource protected by organization SAML enforcement.' } },
    'policy',
  ],
  ['a page', { status: 403, body: '<html><body>blocked by the firewall</body></html>' }, 'no-seat'],
])('%s at the Copilot API', async (_name, fault, cause) => {
  simulator().simulator.addFault({ on: 'models', do: { kind: 'status', ...fault } });
  expect(await check(simulatedOauthToken)).toMatchObject({ ok: false, cause, login: 'simulated-octocat' });
});

test('a link that leads away from GitHub is not shown', async () => {
  const body = { message: 'no', error_details: { message: 'no', url: 'https://evil.example/', notification_id: 'x' } };
  simulator().simulator.addFault({ on: 'token', do: { kind: 'status', status: 403, body } });
  const report = await check(simulatedGithubToken);
  expect(JSON.stringify(report)).not.toContain('evil');
});
