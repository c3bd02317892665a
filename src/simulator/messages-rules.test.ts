import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';

const simulator = useSimulator();

const user = (content: unknown) => ({ role: 'user', content });
const hello = [user('Hello')];
const tool = { name: 'look', input_schema: { type: 'object' } };
const marker = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } };

const newest = 'claude-opus-5.5';
const budget = 'claude-haiku-5.5';

/** Asks as an agent where the last item is no human's: only the verdict on the body matters here. */
async function verdict(body: Record<string, unknown>, beta?: string) {
  const full = { max_tokens: 4000, messages: hello, model: newest, ...body };
  const reply = await simulator().post('/v1/messages', full, { 'anthropic-beta': beta });
  return { status: reply.status, text: await reply.text() };
}

test.each<[string, Record<string, unknown>, string | RegExp, string?]>([
  [
    'a beta outside the list',
    {},
    'unsupported beta header(s): claude-code-20250219, effort-2025-11-24',
    'claude-code-20250219,interleaved-thinking-2025-05-14, effort-2025-11-24',
  ],
  ['a field nobody knows', { betas: [] }, 'betas: Extra inputs are not permitted'],
  ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
  ['too many tokens', { max_tokens: 64_001 }, 'max_tokens: 64001 > 64000'],
  ['no messages', { messages: [] }, 'at least one message is required'],
  [
    'a cache scope',
    { system: [marker, { ...marker, cache_control: { type: 'ephemeral', scope: 'global' } }] },
    'system.1.cache_control.ephemeral.scope: Extra inputs are not permitted',
  ],
  [
    'a fifth marker',
    { system: [marker, marker, marker, marker], messages: [user([marker])] },
    'A maximum of 4 blocks with cache_control may be provided. Found 5.',
  ],
  [
    'a top-level marker on the older kind',
    { model: budget, cache_control: { type: 'ephemeral' } },
    'cache_control: Extra inputs are not permitted',
  ],
  [
    'context management without its beta',
    { context_management: { edits: [] } },
    'context_management: Extra inputs are not permitted',
  ],
  [
    'eager streaming of a tool',
    { tools: [{ ...tool, eager_input_streaming: true }] },
    'tools.0.custom.eager_input_streaming: Extra inputs are not permitted',
  ],
  [
    'a deferred tool without the beta',
    { tools: [tool, { ...tool, defer_loading: true }] },
    'tools.1.custom.defer_loading: Extra inputs are not permitted',
  ],
  [
    'web search',
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    'The use of the web search tool is not supported.',
  ],
  [
    'other hosted tools',
    {
      tools: [
        { type: 'web_fetch_20250910', name: 'web_fetch' },
        { type: 'code_execution_20250825', name: 'code' },
      ],
    },
    'rejected tool(s): web_fetch, code',
  ],
  ['a tool without a schema', { tools: [{ name: 'look' }] }, 'tools.0.custom.input_schema: Field required'],
  ['output_format', { output_format: {} }, 'output_format: This field is deprecated'],
  [
    'effort on a model without',
    { model: budget, output_config: { effort: 'high' } },
    'model claude-haiku-5.5 does not support reasoning effort',
  ],
  [
    'an effort it does not list',
    { model: 'claude-sonnet-5.5', output_config: { effort: 'xhigh' } },
    "'xhigh' is not supported",
  ],
  [
    'a budget on the newest kind',
    { thinking: { type: 'enabled', budget_tokens: 2000 } },
    '"thinking.type.enabled" is not supported',
  ],
  [
    'adaptive thinking on the older kind',
    { model: budget, thinking: { type: 'adaptive' } },
    'adaptive thinking is not supported',
  ],
  [
    'a budget above max_tokens',
    { model: budget, thinking: { type: 'enabled', budget_tokens: 4000 } },
    '`max_tokens` must be greater than `thinking.budget_tokens`',
  ],
  [
    'a tiny budget',
    { model: budget, thinking: { type: 'enabled', budget_tokens: 5 } },
    'greater than or equal to 1024',
  ],
  [
    'thinking with a forced tool',
    { thinking: { type: 'adaptive' }, tools: [tool], tool_choice: { type: 'any' } },
    'Thinking may not be enabled when tool_choice forces tool use.',
  ],
  [
    'a system turn on the older kind',
    { model: budget, messages: [{ role: 'system', content: 'x' }] },
    "messages.0.role: Input should be 'user' or 'assistant'",
  ],
  [
    'prefill on the newest kind',
    { messages: [...hello, { role: 'assistant', content: 'I' }] },
    'does not support assistant message prefill',
  ],
  ['an empty text block', { messages: [user([{ type: 'text', text: '' }])] }, 'text content blocks must be non-empty'],
  [
    'a foreign signature',
    {
      messages: [
        ...hello,
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'abc.def' }] },
        ...hello,
      ],
    },
    'messages.1.content.0: Invalid `signature` in `thinking` block',
  ],
  [
    'a call without a result',
    {
      messages: [
        ...hello,
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: {} }] },
        ...hello,
      ],
    },
    '`tool_use` ids were found without `tool_result` blocks immediately after: t1',
  ],
  [
    'a result without a call',
    { messages: [user([{ type: 'tool_result', tool_use_id: 't9', content: 'x' }])] },
    'unexpected `tool_use_id` found in `tool_result` blocks: t9',
  ],
  [
    'a prompt beyond the model',
    { model: budget, messages: [user('x'.repeat(700_000))] },
    /^prompt is too long: \d+ tokens > 168000 maximum$/,
  ],
])('refuses %s', async (_, body, words, beta) => {
  const { status, text } = await verdict(body, beta);
  const { error, message } = JSON.parse(text) as { error?: { message: string }; message?: string };
  expect(status).toBe(400);
  expect(error?.message ?? message).toMatch(words);
});

test('an image by address is refused, also in a tool result', async () => {
  const body = {
    max_tokens: 10,
    model: newest,
    messages: [user([{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }])],
  };
  const reply = await simulator().post('/v1/messages', body, { 'copilot-vision-request': 'true' });
  expect([reply.status, await reply.text()]).toEqual([
    400,
    expect.stringContaining('external image URLs are not supported'),
  ]);
});

test('errors come in three envelopes', async () => {
  const shapes = [
    await verdict({ tools: [{ type: 'web_search_20250305' }] }),
    await verdict({}, 'unknown-beta'),
    await verdict({ max_tokens: 0 }),
  ].map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  expect(shapes.map((shape) => Object.keys(shape))).toEqual([['message'], ['error'], ['type', 'error', 'request_id']]);
});

test.each<[string, Record<string, unknown>, string?]>([
  ['context management with its beta', { context_management: { edits: [] } }, 'context-management-2025-06-27'],
  [
    'a deferred tool with the beta',
    { tools: [tool, { ...tool, name: 'b', defer_loading: true }] },
    'advanced-tool-use-2025-11-20',
  ],
  ['a top-level marker on the newest kind', { cache_control: { type: 'ephemeral' } }],
  ['a system turn on the newest kind', { messages: [{ role: 'system', content: 'x' }, ...hello] }],
  ['prefill on the older kind', { model: budget, messages: [...hello, { role: 'assistant', content: 'I' }] }],
  ['what has no effect', { service_tier: 'auto', metadata: { user_id: 'x' }, temperature: 0.5 }],
  ['a marker with a time to live', { system: [{ ...marker, cache_control: { type: 'ephemeral', ttl: '1h' } }] }],
  ['a name with dashes', { model: 'claude-opus-5-5' }],
])('takes %s', async (_, body, beta) => {
  expect(await verdict(body, beta)).toMatchObject({ status: 200 });
});

test('omitted thinking shows no thought, and its signature still comes back', async () => {
  const thinking = { type: 'adaptive' };
  const first = JSON.parse((await verdict({ thinking })).text) as { content: { type: string; thinking?: string }[] };
  expect(first.content[0]).toMatchObject({ type: 'thinking', thinking: '', signature: expect.stringMatching(/./) });
  const messages = [...hello, { role: 'assistant', content: first.content }, ...hello];
  expect((await verdict({ thinking, messages })).status).toBe(200);
  const forged = [{ ...first.content[0], thinking: 'something else' }];
  expect(
    (await verdict({ thinking, messages: [...hello, { role: 'assistant', content: forged }, ...hello] })).status,
  ).toBe(400);
});

test.each(['unknown', 'claude-opus-5.5', 'gemini-3.8-flash'])('counts tokens for %s', async (model) => {
  const body = { model, messages: hello, anything: 1 };
  const reply = await simulator().post('/v1/messages/count_tokens', body);
  const answer: unknown = JSON.parse(await reply.text());
  if (model === 'unknown') expect(answer).toMatchObject({ error: { code: 'model_not_supported' } });
  else expect(answer).toEqual({ input_tokens: 12 });
});
