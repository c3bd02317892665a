import { expect, test, vi } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { payloadsOf, useSimulator } from '../../test/support/use-simulator.ts';
import { defaultModels, simulatedGithubToken, simulatedOauthToken, type Scenario } from './index.ts';

const clock = createFakeClock();
const simulator = useSimulator({ clock });

interface Snapshot {
  readonly remaining: number;
  readonly quota_remaining: number;
  readonly percent_remaining: number;
  readonly overage_count: number;
  readonly credits_used: number;
  readonly entitlement: number;
  readonly has_quota: boolean;
}
interface SeatUser {
  readonly quota_snapshots: Readonly<Record<string, Snapshot>>;
  readonly limited_user_quotas?: unknown;
  readonly token_based_billing: boolean;
}

async function user(): Promise<SeatUser> {
  const headers = { authorization: `Bearer ${simulatedOauthToken}` };
  return (await (await fetch(`${simulator().url}/copilot_internal/user`, { headers })).json()) as SeatUser;
}

const play = (changes: Partial<Scenario>) => simulator().simulator.changeScenario(changes);
const ledger = () => simulator().simulator.state.ledger;
const premium = (reply: Response) =>
  new URLSearchParams(reply.headers.get('x-quota-snapshot-premium_interactions') ?? '');

const bodies = {
  '/chat/completions': { model: 'gpt-5.2', stream_options: { include_usage: true } },
  '/responses': { model: 'gpt-6-luna' },
  '/v1/messages': { model: 'claude-opus-5.5', max_tokens: 500 },
} as const;
type Path = keyof typeof bodies;
const paths = Object.keys(bodies) as Path[];
const bodyOf = (path: Path, text: string, stream = false) => ({
  ...bodies[path],
  stream,
  ...(path === '/responses' ? { input: text } : { messages: [{ role: 'user', content: text }] }),
});

interface Bill {
  readonly token_details: readonly { token_count: number; cost_per_batch: number; batch_size: number }[];
  readonly total_nano_aiu: number;
}

/** The bill of an answer, wherever its endpoint puts it, and what its rows add up to. */
async function billOf(reply: Response, stream: boolean): Promise<Bill> {
  const text = await reply.text();
  const payloads = stream ? payloadsOf(text) : [JSON.parse(text) as Record<string, unknown>];
  const bill = payloads.map((payload) => payload['copilot_usage']).find((one) => one !== undefined);
  return bill as Bill;
}

test('a hundred calls on all endpoints: bills, headers, state and user page agree to the nano-AIU', async () => {
  play({ spentCredits: 0 });
  let spent = 0;
  for (let call = 0; call < 100; call += 1) {
    const path = paths[call % 3] ?? '/responses';
    const stream = call % 2 === 0;
    const reply = await simulator().post(path, bodyOf(path, `Question ${call}`, stream));
    const bill = await billOf(reply, stream);
    const sum = bill.token_details.reduce(
      (total, row) => total + BigInt(Math.round(row.token_count * row.cost_per_batch * (1e9 / row.batch_size))),
      0n,
    );
    expect(BigInt(bill.total_nano_aiu)).toBe(sum);
    const balanceThen = 7000 - (stream ? spent : spent + bill.total_nano_aiu) / 1e9;
    expect(premium(reply).get('totRem')).toBe(balanceThen.toFixed(1));
    spent += bill.total_nano_aiu;
    expect(ledger()['spentNanoAiu']).toBe(spent);
  }
  const seen = (await user()).quota_snapshots['premium_interactions'];
  const left = 7000 - spent / 1e9;
  expect(spent).toBeGreaterThan(1e9);
  expect(seen).toMatchObject({
    remaining: Math.floor(left),
    quota_remaining: Number(left.toFixed(1)),
    percent_remaining: Math.round((left / 7000) * 1000) / 10,
    credits_used: Number((spent / 1e9).toFixed(1)),
    overage_count: 0,
  });
  expect(ledger()).toMatchObject({ userCalls: 100, agentCalls: 0 });
});

test.each(paths)('%s: a stream that its client leaves is billed for what was written of it', async (path) => {
  play({ spentCredits: 0, eventDelayMs: 10 });
  const reply = await simulator().post(path, bodyOf(path, '[[sim:long 400]]', true));
  const reader = reply.body?.getReader();
  for (let events = 0; events < 8; events += 1) {
    clock.advance(10);
    await reader?.read();
  }
  expect(ledger()['spentNanoAiu']).toBe(0);
  await reader?.cancel();
  await vi.waitFor(() => expect(simulator().simulator.openStreams).toBe(0));
  const aborted = Number(ledger()['spentNanoAiu']);
  play({ eventDelayMs: 0 });
  const whole = await billOf(await simulator().post(path, bodyOf(path, '[[sim:long 400]]', true)), true);
  expect(aborted).toBeGreaterThan(0);
  expect(aborted).toBeLessThan(whole.total_nano_aiu / 3);
});

test.each([
  ['used up', { spentCredits: 7000, overagePermitted: false }, 402, 'quota_exceeded'],
  ['overage up to its limit', { spentCredits: 7010, overageLimitCredits: 10 }, 402, 'overage_limit_reached'],
  ['overage below its limit', { spentCredits: 7009, overageLimitCredits: 10 }, 200, undefined],
  ['no billing', { billingConfigured: false }, 402, 'billing_not_configured'],
] as const)('credits %s: %s', async (_, changes, status, code) => {
  play(changes);
  const reply = await simulator().post('/responses', bodyOf('/responses', 'Hi'));
  const { error } = (await reply.json()) as { error?: { code: string } };
  expect([reply.status, error?.code]).toEqual([status, code]);
  const free = await simulator().post('/chat/completions', { ...bodyOf('/chat/completions', 'Hi'), model: 'gpt-4.1' });
  expect(free.status).toBe(200);
});

test('with overage the balance goes below zero everywhere', async () => {
  play({ spentCredits: 7012.5 });
  const reply = await simulator().post('/chat/completions', { ...bodyOf('/chat/completions', 'Hi'), model: 'gpt-4.1' });
  expect(Object.fromEntries(premium(reply))).toMatchObject({ ov: '12.5', ovPerm: 'true', rem: '0.0', totRem: '-12.5' });
  expect((await user()).quota_snapshots['premium_interactions']).toMatchObject({
    remaining: -13,
    quota_remaining: -12.5,
    percent_remaining: 0,
    overage_count: 12.5,
  });
});

test.each([
  ['session', 'sessionLimitCredits', 'x-usage-ratelimit-session', 5 * 3600, '5 hour session limits'],
  ['weekly', 'weeklyLimitCredits', 'x-usage-ratelimit-weekly', 7 * 86_400, 'user_weekly_rate_limited'],
] as const)(
  'the %s limit shows from half of it on, then refuses until it is over',
  async (_, field, header, lengthS, word) => {
    const ask = () => simulator().post('/v1/messages', bodyOf('/v1/messages', 'How much is this?'));
    const cost = (await billOf(await ask(), false)).total_nano_aiu / 1e9;
    clock.advance(8 * 86_400_000);
    play({ [field]: cost * 3 });
    expect((await ask()).headers.get(header)).toBeNull();
    const rem = new URLSearchParams((await ask()).headers.get(header) ?? '').get('rem');
    expect(Number(rem)).toBeGreaterThan(20);
    expect(Number(rem)).toBeLessThanOrEqual(50);
    await ask();
    clock.advance(60_000);
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(lengthS - 60)]);
    expect(await refused.text()).toContain(word);
    clock.advance(lengthS * 1000);
    expect((await ask()).status).toBe(200);
  },
);

test('a legacy plan takes a premium request a human turn, whatever the tokens; an agent turn takes none', async () => {
  const models = defaultModels.map((one) => (one.id === 'gpt-5.2' ? { ...one, multiplier: 0.33 } : one));
  play({ tokenBasedBilling: false, entitlementRequests: 300, spentCredits: 0, models });
  const human = await simulator().post('/chat/completions', bodyOf('/chat/completions', 'Hi'));
  expect(await human.json()).not.toHaveProperty('copilot_usage');
  await simulator().post('/v1/messages', bodyOf('/v1/messages', 'Hi'));
  const input = [
    { role: 'user', content: 'Hi' },
    { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'call_1', output: 'done' },
  ];
  const agent = { ...bodies['/responses'], input };
  await simulator().post('/responses', agent, { 'x-initiator': 'agent' });
  expect(ledger()).toMatchObject({ premiumRequests: 1.33, userCalls: 2, agentCalls: 1, spentNanoAiu: 0 });
  const seen = await user();
  expect(seen.token_based_billing).toBe(false);
  expect(seen.quota_snapshots['premium_interactions']).toMatchObject({ entitlement: 300, quota_remaining: 298.7 });
});

test('a free plan counts chats, in the envelope, on the user page and in the headers, and ends with its own 402', async () => {
  play({ freeQuotas: { chat: 2, completions: 2000 }, sku: 'free_limited_copilot' });
  const ask = () => simulator().post('/chat/completions', { ...bodyOf('/chat/completions', 'Hi'), model: 'gpt-4.1' });
  const first = await ask();
  expect(first.headers.get('x-quota-snapshot-chat')).toContain('ent=2&');
  expect(first.headers.get('x-quota-snapshot-chat')).toContain('totRem=1.0');
  const headers = { authorization: `token ${simulatedGithubToken}` };
  const envelope = await fetch(`${simulator().url}/copilot_internal/v2/token`, { headers });
  expect(await envelope.json()).toMatchObject({ limited_user_quotas: { chat: 1, completions: 2000 } });
  await ask();
  const refused = await ask();
  expect(refused.status).toBe(402);
  expect(await refused.text()).toContain('free_quota_exceeded');
  const seen = await user();
  expect(seen.limited_user_quotas).toEqual({ chat: 0, completions: 2000 });
  expect(seen.quota_snapshots['premium_interactions']).toMatchObject({ entitlement: 0, has_quota: false });
});

test('a prompt beyond the tier costs twice for input and one and a half times for output', async () => {
  const bills: Bill[] = [];
  for (const count of [200_000, 200_001]) {
    const text = `[[sim:fault {"kind":"prompt-tokens","count":${count}}]] Hi`;
    bills.push(await billOf(await simulator().post('/v1/messages', bodyOf('/v1/messages', text)), false));
  }
  const costs = bills.map((bill) => bill.token_details.map((row) => row.cost_per_batch));
  expect(costs).toEqual([
    [500, 50, 625, 2500],
    [1000, 100, 1250, 3750],
  ]);
});

test('an hour of cache is asked for by its marker and shows in the usage', async () => {
  const content = [{ type: 'text', text: 'x'.repeat(800), cache_control: { type: 'ephemeral', ttl: '1h' } }];
  const reply = await simulator().post('/v1/messages', {
    ...bodies['/v1/messages'],
    messages: [{ role: 'user', content }],
  });
  const { usage } = (await reply.json()) as { usage: { cache_creation: Record<string, number> } };
  expect(usage.cache_creation['ephemeral_5m_input_tokens']).toBe(0);
  expect(usage.cache_creation['ephemeral_1h_input_tokens']).toBeGreaterThan(200);
});
