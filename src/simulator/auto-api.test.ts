import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { useSimulator } from '../../test/support/use-simulator.ts';

const clock = createFakeClock();
const simulator = useSimulator({ clock });

const body = { model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hi' }] };
const hints = { auto_mode: { model_hints: ['auto'] } };
const chat = (session?: string, model = 'gpt-5.2') =>
  simulator().post('/chat/completions', { ...body, model }, session ? { 'copilot-session-token': session } : {});
async function open(): Promise<Record<string, unknown>> {
  return (await (await simulator().post('/models/session', hints)).json()) as Record<string, unknown>;
}
async function priceOf(reply: Response): Promise<number> {
  const answer = (await reply.json()) as { copilot_usage: { token_details: { cost_per_batch: number }[] } };
  return answer.copilot_usage.token_details[0]?.cost_per_batch ?? 0;
}

test('a session names its models, its end and its discount, and calls under it cost less', async () => {
  const session = await open();
  expect(session).toMatchObject({
    selected_model: 'claude-sonnet-5.5',
    expires_at: Math.floor(clock.now() / 1000) + 3600,
    discounted_costs: { 'gpt-5.2': 0.1 },
  });
  expect(await priceOf(await chat())).toBe(175);
  expect(await priceOf(await chat(String(session['session_token'])))).toBe(157.5);
});

test.each([
  ['a token of nobody', 'never-issued', 'gpt-5.2', 'invalid_session_token'],
  ['a model outside the session', undefined, 'gpt-4.1', 'model_not_supported'],
])('refuses %s', async (_, token, model, code) => {
  const reply = await chat(token ?? String((await open())['session_token']), model);
  expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining(code)]);
});

test('a session ends', async () => {
  const token = String((await open())['session_token']);
  clock.advance(3_600_000);
  expect(await (await chat(token)).text()).toContain('session_token_expired');
});

test('where only auto mode is sold, no other call is served', async () => {
  simulator().simulator.changeScenario({ autoOnly: true });
  expect((await chat()).status).toBe(400);
  expect((await chat(String((await open())['session_token']))).status).toBe(200);
});

test.each([
  ['Why does this fail?', 'needs_reasoning', 'a'],
  ['Rename x', 'no_reasoning', 'b'],
])('the router judges %s', async (prompt, label, chosen) => {
  const reply = await simulator().post('/models/session/intent', { prompt, available_models: ['a', 'b'] });
  expect(await reply.json()).toMatchObject({
    predicted_label: label,
    chosen_model: chosen,
    candidate_models: expect.any(Array),
  });
});

test.each([
  ['/models/session', {}],
  ['/models/session/intent', { prompt: 'x' }],
])('%s without what it needs is refused', async (path, sent) => {
  expect((await simulator().post(path, sent)).status).toBe(400);
});

test.each([
  ['2026-08-01', 200],
  ['2026-06-01', 404],
  [undefined, 404],
])('POST /auto under API version %s: %i', async (version, status) => {
  const reply = await simulator().post('/auto', hints, { 'x-github-api-version': version });
  const text = await reply.text();
  expect(reply.status).toBe(status);
  if (status === 404) expect(text).toBe('invalid apiVersion');
});
