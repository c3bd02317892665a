import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { namedRefusals, namedScenarios, scenarioNamed, type RefusalName } from './index.ts';

const clock = createFakeClock();
const simulator = useSimulator({ clock });
const names = Object.keys(namedRefusals) as RefusalName[];

const ask = (content = 'Hi') =>
  simulator().post('/chat/completions', { model: 'gpt-4.1', messages: [{ role: 'user', content }] });

/** Codes and texts of reference §8 that clients tell apart. */
test.each([
  ['rate_limited', 429, '"code":"rate_limited"'],
  ['user_global_rate_limited', 429, '"code":"user_global_rate_limited:pro"'],
  ['user_weekly_rate_limited', 429, '"code":"user_weekly_rate_limited"'],
  ['user_model_rate_limited', 429, '"code":"user_model_rate_limited"'],
  ['integration_rate_limited', 429, '"code":"integration_rate_limited"'],
  ['model_overloaded', 429, '"code":"model_overloaded"'],
  ['upstream_provider_rate_limit', 429, '"code":"upstream_provider_rate_limit"'],
  ['agent_mode_limit_exceeded', 429, '"code":"agent_mode_limit_exceeded"'],
  ['extension_blocked', 429, '"type":"rate_limit_error"'],
  ['quota_rate_limited', 429, '"code":"quota_exceeded"'],
  ['session_limit', 429, "Sorry, you've exceeded your 5 hour session limits."],
  ['gemini_nested', 429, String.raw`"{\"error\":{\"code\":429`],
  ['quota_exceeded', 402, '"code":"quota_exceeded"'],
  ['free_quota_exceeded', 402, '"code":"free_quota_exceeded"'],
  ['overage_limit_reached', 402, '"code":"overage_limit_reached"'],
  ['session_quota_exceeded', 402, '"code":"session_quota_exceeded"'],
  ['billing_not_configured', 402, '"code":"billing_not_configured"'],
  ['no_quota', 402, '{"message":"You have no quota"}'],
  ['abuse_block', 403, 'access to this endpoint is forbidden'],
  ['string_error', 500, '{"error":"internal error"}'],
  ['outage', 502, '<!DOCTYPE html>'],
  ['client_too_old', 466, 'client not supported'],
] as const)('%s by marker', async (name, status, words) => {
  const reply = await ask(`[[sim:${name}]] Hi`);
  expect([reply.status, await reply.text()]).toEqual([status, expect.stringContaining(words)]);
});

test.each(names)('%s by fault and by route, typed as the real one types it', async (name) => {
  const { simulator: running, url } = simulator();
  // This `fetch` asks once more on 421 by itself.
  const times = namedRefusals[name].status === 421 ? 2 : 1;
  running.addFault({ on: '/chat/completions', times, do: { kind: 'refusal', name } });
  const struck = await ask();
  const armed = await fetch(`${url}/_simulator/faults`, {
    method: 'POST',
    body: JSON.stringify({ on: '/chat/completions', times, do: { kind: 'refusal', name } }),
  });
  const again = await ask();
  const wanted = namedRefusals[name].status;
  expect([struck.status, armed.status, again.status]).toEqual([wanted, 200, wanted]);
  expect(struck.headers.get('content-type')).toBe(`${name === 'outage' ? 'text/html' : 'text/plain'}; charset=utf-8`);
  expect(await struck.text()).toBe(await again.text());
  expect((await ask()).status).toBe(200);
});

test.each([
  ['seconds', 'retry-after', '30'],
  ['date', 'retry-after', new Date(1_700_000_030_000).toUTCString()],
  ['user-header', 'x-ratelimit-user-retry-after', '30'],
  ['quota-header', 'x-ratelimit-quota-exceeded-retry-after', '30'],
])('says when to come back as %s', async (form, header, value) => {
  const reply = await ask(`[[sim:rate_limited 30 ${form}]]`);
  expect(reply.headers.get(header)).toBe(value);
});

test.each([
  [{ kind: 'refusal', name: 'rate_limit' }],
  [{ kind: 'quirk', name: 'null-choice' }],
  [{ kind: 'cutt', afterEvents: 3 }],
  [{ kind: 'cut' }],
  [{ kind: 'toString' }],
  [{ kind: 'move-host', hostname: 'a b' }],
])('a misspelt fault is refused: %j', async (action) => {
  const body = JSON.stringify({ on: '*', do: action });
  expect((await fetch(`${simulator().url}/_simulator/faults`, { method: 'POST', body })).status).toBe(400);
});

test('a prompt that counts as too long is refused in the words of its endpoint', async () => {
  const reply = await ask('[[sim:fault {"kind":"prompt-tokens","count":999999}]]');
  expect(await reply.text()).toContain('prompt token count of 999999 exceeds the limit of 111424');
});

test.each(Object.keys(namedScenarios))('the scenario %s can be played in full', async (name) => {
  const { faults: _, ...changes } = scenarioNamed(name) ?? {};
  simulator().simulator.changeScenario(changes);
  const body = JSON.stringify({ name });
  const reply = await fetch(`${simulator().url}/_simulator/scenario`, { method: 'POST', body });
  expect([reply.status, await reply.json()]).toEqual([200, { changed: Object.keys(changes) }]);
});

test.each([
  [{ name: 'nobody' }, 'a scenario is'],
  [{ entitlementCredit: 1 }, 'no field of a scenario'],
  [{ entitlementCredits: 'much' }, 'is a number'],
  [{ quirks: 'crlf' }, 'is a list'],
  [{ githubTokens: [] }, 'at the start'],
])('refuses the scenario %j', async (changes, words) => {
  const reply = await fetch(`${simulator().url}/_simulator/scenario`, {
    method: 'POST',
    body: JSON.stringify(changes),
  });
  expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining(words)]);
});

test('the state tells of balance, streams and tokens', async () => {
  await ask();
  const state = (await (await fetch(`${simulator().url}/_simulator/state`)).json()) as Record<string, unknown>;
  expect(state).toMatchObject({
    openStreams: 0,
    liveTokens: 0,
    abuseBlocked: false,
    ledger: { spentNanoAiu: 678_600_000_000, userCalls: 1, balances: { premium_interactions: { entitlement: 7000 } } },
  });
});

test('a breach names the request that made it', async () => {
  await ask();
  await simulator().post('/responses', { model: 'gpt-6-luna', input: 'Hi' }, { 'x-initiator': 'agent' });
  const { breaches, requests } = simulator().simulator;
  expect(breaches).toMatchObject([{ rule: 'initiator-forged', request: 2, path: '/responses' }]);
  expect(requests.map((one) => one.number)).toEqual([1, 2]);
});
