/** What the proxy learns from refusals, against a simulated upstream whose rules change under it. */
import { afterEach, expect, test } from 'vitest';
import { startProxy, type StartedProxy, type StartProxyOptions } from './support/start-proxy.ts';
import { createFakeClock } from './support/fake-clock.ts';

const claude = 'claude-sonnet-5.5';
const gpt = 'gpt-6.1-sol';

let started: StartedProxy | undefined;
afterEach(async () => started?.close());

async function start(options?: StartProxyOptions): Promise<StartedProxy> {
  started = await startProxy(options);
  return started;
}

interface Answer {
  readonly status: number;
  readonly edits: string;
  readonly text: string;
}

async function ask(
  { url, key }: StartedProxy,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const edits = response.headers.get('x-crossfeed-edits') ?? '';
  return { status: response.status, edits, text: await response.text() };
}

const hello = { role: 'user', content: 'Hello.' };
const message = (more: object = {}) => ({ model: claude, max_tokens: 100, messages: [hello], ...more });

/** What reached the upstream at `path`, oldest first. */
function sent({ simulator }: StartedProxy, path: string): Record<string, unknown>[] {
  return simulator.requestsTo(path).map(({ json }) => json as Record<string, unknown>);
}

test('a field that is refused since today: left out, sent once more, known from then on', async () => {
  const rig = await start();
  const body = message({ metadata: { user_id: 'me' }, stream: true });
  expect((await ask(rig, '/v1/messages', body)).edits).not.toContain('learned-field');
  rig.simulator.refuseInput({ field: 'metadata' });

  const learned = await ask(rig, '/v1/messages', body);
  expect(learned.status).toBe(200);
  expect(learned.edits).toContain('learned-field');
  expect(sent(rig, '/v1/messages').map((one) => 'metadata' in one)).toEqual([true, true, false]);

  expect((await ask(rig, '/v1/messages', body)).edits).toContain('learned-field');
  expect(sent(rig, '/v1/messages').map((one) => 'metadata' in one)).toEqual([true, true, false, false]);
  expect(rig.proxy.status().learned).toMatchObject([
    { kind: 'field', path: 'metadata', modelId: claude, endpoint: '/v1/messages' },
  ]);
  const records = await rig.store.exchanges.recent(3);
  expect(records.map(({ edits }) => edits.filter(({ rule }) => rule === 'learned-field').length)).toEqual([1, 1, 0]);
});

test('answers that are no streams learn as well, and the rule is told to the key', async () => {
  const rig = await start();
  rig.simulator.refuseInput({ field: 'tools.*.strict' });
  const tools = [{ name: 'read', input_schema: { type: 'object', properties: {} }, strict: false }];
  expect((await ask(rig, '/v1/messages', message({ tools }))).status).toBe(200);
  const own = await fetch(`${rig.url}/crossfeed/v1/status`, { headers: { authorization: `Bearer ${rig.key}` } });
  expect(await own.json()).toMatchObject({ learned: [{ path: 'tools.*.strict' }] });
});

test('what another model or endpoint refuses is another matter', async () => {
  const rig = await start();
  rig.simulator.refuseInput({ field: 'metadata', model: claude });
  const metadata = { user_id: 'me' };
  await ask(rig, '/v1/messages', message({ metadata }));
  await ask(rig, '/v1/messages', { ...message({ metadata }), model: 'claude-opus-5.5' });
  expect(sent(rig, '/v1/messages').at(-1)).toHaveProperty('metadata');
});

test('two fields: the first stays learned though the second stopped the call, and the next call passes', async () => {
  const rig = await start();
  rig.simulator.refuseInput({ field: 'metadata' });
  rig.simulator.refuseInput({ field: 'service_tier' });
  const body = message({ metadata: { user_id: 'me' }, service_tier: 'auto' });
  const first = await ask(rig, '/v1/messages', body);
  expect(first.status).toBe(400);
  expect(first.text).toContain('service_tier: Extra inputs are not permitted');
  expect((await ask(rig, '/v1/messages', body)).status).toBe(200);
  expect(sent(rig, '/v1/messages')).toHaveLength(4);
});

test('a rule that did not help is not kept, nothing is sent a third time, and it is not tried with the next call', async () => {
  const rig = await start();
  const refusal = {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'metadata: Extra inputs are not permitted' },
  };
  rig.simulator.addFault({ on: '/v1/messages', times: 3, do: { kind: 'status', status: 400, body: refusal } });
  const answer = await ask(rig, '/v1/messages', message({ metadata: { user_id: 'me' } }));
  expect(answer.status).toBe(400);
  expect(sent(rig, '/v1/messages')).toHaveLength(2);
  // The same words again: the same guess would be one upstream call for nothing, with every call of the client.
  expect((await ask(rig, '/v1/messages', message({ metadata: { user_id: 'me' } }))).status).toBe(400);
  expect(sent(rig, '/v1/messages')).toHaveLength(3);
  expect(rig.proxy.status().learned).toEqual([]);
});

test('what a person wrote is never left out', async () => {
  const rig = await start();
  const words = 'messages.0.content: Extra inputs are not permitted';
  const refusal = { type: 'error', error: { type: 'invalid_request_error', message: words } };
  rig.simulator.addFault({ on: '/v1/messages', do: { kind: 'status', status: 400, body: refusal } });
  const answer = await ask(rig, '/v1/messages', message());
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(words);
  expect(sent(rig, '/v1/messages')).toHaveLength(1);
});

test('a beta that is refused since today, and a field that needs one', async () => {
  const rig = await start();
  const beta = 'interleaved-thinking-2025-05-14';
  rig.simulator.refuseInput({ beta });
  const asked = await ask(rig, '/v1/messages', message(), { 'anthropic-beta': beta });
  expect(asked.status).toBe(200);
  expect(asked.edits).toContain('learned-beta');
  rig.simulator.refuseInput({ field: 'tools.*.input_examples', unlessBeta: 'advanced-tool-use-' });
  const tools = [{ name: 'read', input_schema: { type: 'object', properties: {} }, input_examples: [] }];
  expect((await ask(rig, '/v1/messages', message({ tools }))).status).toBe(200);
  const [last] = rig.simulator.requestsTo('/v1/messages').slice(-1);
  expect(last?.headers['anthropic-beta']).toBe('advanced-tool-use-2025-11-20');
  expect(last?.json).toMatchObject({ tools: [{ input_examples: [] }] });
});

test.each([
  ['/v1/responses', '/responses', { field: 'prompt_cache_key' }, { model: gpt, input: 'Hi.', prompt_cache_key: 'k' }],
  [
    '/v1/responses',
    '/responses',
    { field: 'text.verbosity' },
    { model: gpt, input: 'Hi.', text: { verbosity: 'low' } },
  ],
  [
    '/v1/responses',
    '/responses',
    { value: 'reasoning.summary', is: 'detailed' },
    { model: gpt, input: 'Hi.', reasoning: { summary: 'detailed' } },
  ],
  [
    '/v1/chat/completions',
    '/chat/completions',
    { field: 'presence_penalty' },
    { model: 'gpt-4.1', messages: [hello], presence_penalty: 0.1 },
  ],
])('%s learns %s %o', async (path, upstreamPath, rule, body) => {
  const rig = await start();
  rig.simulator.refuseInput(rule);
  expect(await ask(rig, path, body)).toMatchObject({ status: 200 });
  expect((await ask(rig, path, body)).status).toBe(200);
  expect(sent(rig, upstreamPath)).toHaveLength(3);
});

test('forgotten by its owner, and after its days', async () => {
  const clock = createFakeClock(Date.now());
  const rig = await start({ clock, upstream: { learnedDays: 1 } });
  rig.simulator.refuseInput({ field: 'metadata' });
  const body = message({ metadata: { user_id: 'me' } });
  await ask(rig, '/v1/messages', body);
  const [rule] = rig.proxy.status().learned;
  expect(rig.proxy.forget(rule?.id)).toEqual([rule]);
  await ask(rig, '/v1/messages', body);
  expect(sent(rig, '/v1/messages')).toHaveLength(4);
  expect(rig.proxy.status().learned).toHaveLength(1);
  clock.advance(24 * 60 * 60 * 1000);
  expect(rig.proxy.status().learned).toEqual([]);
});

test.each([
  ['upstream.learnedDays 0', { learnedDays: 0 }],
  ['the rule in upstream.disabledRules', { disabledRules: ['learned-field'] }],
])('%s: the refusal is the caller’s', async (_what, upstream) => {
  const rig = await start({ upstream });
  rig.simulator.refuseInput({ field: 'metadata' });
  expect((await ask(rig, '/v1/messages', message({ metadata: { user_id: 'me' } }))).status).toBe(400);
  expect(sent(rig, '/v1/messages')).toHaveLength(1);
});
