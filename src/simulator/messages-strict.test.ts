import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';

const simulator = useSimulator();

type Body = Record<string, unknown>;

const user = (content: unknown) => ({ role: 'user', content });
const said = (...content: unknown[]) => ({ role: 'assistant', content });
const text = (words: string) => ({ type: 'text', text: words });
const use = (id: string, changed: Body = {}) => ({ type: 'tool_use', id, name: 'look', input: {}, ...changed });
const result = (id: string, changed: Body = {}) => ({ type: 'tool_result', tool_use_id: id, content: 'x', ...changed });
const hello = [user('Hello')];
const tool = { name: 'look', input_schema: { type: 'object' } };
const short = { cache_control: { type: 'ephemeral' } };
const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const image = (source: Body) => [user([{ type: 'image', source }])];
const png = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };

const newest = 'claude-opus-5.5';
const budget = 'claude-haiku-5.5';
const advanced = 'advanced-tool-use-2025-11-20';
const managed = 'context-management-2025-06-27';

async function verdict(body: Body, beta?: string) {
  const full = { max_tokens: 4000, messages: hello, model: newest, ...body };
  const vision = JSON.stringify(full).includes('"type":"image"') ? 'true' : undefined;
  const headers = { 'anthropic-beta': beta, 'copilot-vision-request': vision };
  const reply = await simulator().post('/v1/messages', full, headers);
  const answer = JSON.parse(await reply.text()) as { error?: { message: string } };
  const rules = simulator().simulator.breaches.map(({ rule }) => rule);
  return { status: reply.status, words: answer.error?.message, rules };
}

test.each<[string, string, Body, string, string?]>([
  ['body', 'a field of a message', { messages: [{ ...hello[0], id: 'm1' }] }, 'messages.0.id: Extra inputs'],
  ['unknown-field', 'a field of a tool', { tools: [{ ...tool, parameters: {} }] }, 'tools.0.custom.parameters: Extra'],
  ['unknown-field', 'contextTier', { contextTier: 'long' }, 'contextTier: Extra inputs are not permitted'],
  ['unknown-field', 'servers of MCP', { mcp_servers: [] }, 'mcp_servers: Extra inputs are not permitted'],
  ['unknown-field', 'input examples', { tools: [{ ...tool, input_examples: [] }] }, 'custom.input_examples: Extra'],
  ['unknown-field', 'no messages at all', { messages: undefined }, 'messages: Field required'],
  ['max-tokens', 'a part of a token', { max_tokens: 1.5 }, 'max_tokens: Input should be a valid integer'],
  ['output-config', 'a budget for the task', { output_config: { task_budget: 1 } }, 'output_config.task_budget: Extra'],
  [
    'output-config',
    'a format without schema',
    { output_config: { format: { type: 'json_schema' } } },
    'Field required',
  ],
  ['tool-name', 'two tools of one name', { tools: [tool, tool] }, 'tools: Tool names must be unique.'],
  ['tool-name', 'a dot in a name', { tools: [{ ...tool, name: 'a.b' }] }, 'String should match pattern'],
  ['tool-schema', 'a schema that is none', { tools: [{ ...tool, input_schema: 'x' }] }, 'Input should be an object'],
  [
    'tool-schema',
    'a schema without type',
    { tools: [{ ...tool, input_schema: {} }] },
    'input_schema.type: Field required',
  ],
  [
    'tool-schema',
    'a union at the root',
    { tools: [{ ...tool, input_schema: { type: 'object', oneOf: [] } }] },
    'does not support oneOf, allOf, or anyOf at the top level',
  ],
  [
    'tool-choice',
    'a choice without tools',
    { tool_choice: { type: 'auto' } },
    'only be specified while providing tools',
  ],
  [
    'tool-choice',
    'the choice of nothing',
    { tools: [tool], tool_choice: { type: 'tool', name: 'b' } },
    "Tool 'b' not found",
  ],
  ['tool-choice', 'the choice of OpenAI', { tools: [tool], tool_choice: { type: 'required' } }, "Input tag 'required'"],
  ['thinking', 'a kind of thinking', { thinking: { type: 'deep' } }, "Input tag 'deep'"],
  [
    'thinking',
    'a binding without its beta',
    { thinking: { type: 'adaptive', block_binding: {} } },
    'thinking.adaptive.block_binding: Extra inputs are not permitted',
  ],
  ['thinking', 'a display', { thinking: { type: 'adaptive', display: 'full' } }, "'summarized' or 'omitted'"],
  [
    'thinking',
    'temperature beside thoughts',
    { thinking: { type: 'adaptive' }, temperature: 0 },
    '`temperature` may only',
  ],
  ['thinking', 'top_k beside thoughts', { thinking: { type: 'adaptive' }, top_k: 5 }, '`top_k` must be unset'],
  ['thinking', 'top_p beside thoughts', { thinking: { type: 'adaptive' }, top_p: 0.5 }, '`top_p` must be greater'],
  ['sampling', 'a hot temperature', { temperature: 1.5 }, 'temperature: Input should be less than or equal to 1'],
  ['sampling', 'a blank stop sequence', { stop_sequences: ['\n'] }, 'each stop sequence must contain non-whitespace'],
  [
    'context-management',
    'clearing thoughts that there are none of',
    { context_management: { edits: [{ type: 'clear_thinking_20251015' }] } },
    'requires `thinking` to be enabled',
    managed,
  ],
  [
    'context-management',
    'an edit of another beta',
    { context_management: { edits: [{ type: 'compact_20260112' }] } },
    "Input tag 'compact_20260112'",
    managed,
  ],
  ['body', 'an empty text in system', { system: [text('')] }, 'system: text content blocks must be non-empty'],
  ['body', 'an image in system', { system: [{ type: 'document' }] }, "system.0.type: Input should be 'text'"],
  ['body', 'an empty message', { messages: [user([])] }, 'all messages must have non-empty content'],
  ['body', 'a blank message', { messages: [user(' \n')] }, 'must contain non-whitespace text'],
  ['body', 'null for content', { messages: [user(null)] }, 'messages.0.content: Input should be a valid list'],
  [
    'cache-marker',
    'an odd time to live',
    { system: [{ ...text('x'), cache_control: { type: 'ephemeral', ttl: '2h' } }] },
    "'5m' or '1h'",
  ],
  [
    'cache-marker',
    'an hour after five minutes',
    {
      system: [
        { ...text('x'), ...short },
        { ...text('x'), ...hour },
      ],
    },
    "must not come after a ttl='5m'",
  ],
  [
    'cache-marker',
    'a marker on an empty text',
    { messages: [user([{ ...text(''), ...short }])] },
    'cannot be set for empty text blocks',
  ],
  [
    'cache-marker',
    'a marker on a deferred tool',
    { tools: [tool, { ...tool, name: 'b', defer_loading: true, ...short }] },
    'cannot use prompt caching',
    advanced,
  ],
  [
    'block',
    'a marker on a thought',
    { messages: [...hello, said({ type: 'thinking', thinking: '', signature: '', ...short }), ...hello] },
    'thinking.cache_control: Extra inputs',
  ],
  [
    'block',
    'a kind of block',
    { messages: [user([{ type: 'input_text', text: 'x' }])] },
    "Input tag 'input_text' found using 'type'",
  ],
  [
    'block',
    'a field of a block',
    { messages: [user([{ ...text('x'), id: 1 }])] },
    'messages.0.content.0.text.id: Extra',
  ],
  [
    'block',
    'text that is none',
    { messages: [user([{ type: 'text' }])] },
    'messages.0.content.0.text.text: Field required',
  ],
  [
    'block',
    'a call by the user',
    { messages: [user([use('t1')])] },
    '`tool_use` blocks can only be in `assistant` messages',
  ],
  [
    'block',
    'a result by the assistant',
    { messages: [...hello, said(result('t1')), ...hello] },
    '`tool_result` blocks can only be in `user`',
  ],
  [
    'block',
    'an id with a dot',
    { messages: [...hello, said(use('t.1')), user([result('t.1')])] },
    'tool_use.id: String should match pattern',
  ],
  [
    'block',
    'input as a string',
    { messages: [...hello, said(use('t1', { input: '{}' })), user([result('t1')])] },
    'Input should be a valid dictionary',
  ],
  [
    'block',
    'a reference without the beta',
    {
      messages: [
        ...hello,
        said(use('t1')),
        user([result('t1', { content: [{ type: 'tool_reference', tool_name: 'look' }] })]),
      ],
    },
    "Input tag 'tool_reference'",
  ],
  [
    'image',
    'an address',
    { messages: image({ type: 'url', url: 'https://example.com/a.png' }) },
    'external image URLs',
  ],
  [
    'image',
    'an odd media type',
    { messages: image({ ...png, media_type: 'image/bmp' }) },
    "media_type: Input should be 'image/jpeg'",
  ],
  ['image', 'what is no base64', { messages: image({ ...png, data: 'not base64!' }) }, 'not valid base64'],
  [
    'image',
    'a large one',
    { messages: image({ ...png, data: 'A'.repeat(4_200_000) }) },
    'image exceeds the maximum size: 3150000',
  ],
  [
    'image',
    'eleven',
    { messages: [user(Array.from({ length: 11 }, () => ({ type: 'image', source: png })))] },
    'too many images in the request: 11 > 10',
  ],
  [
    'turn-order',
    'an assistant who begins',
    { messages: [said(text('x')), ...hello] },
    'first message must use the "user" role',
  ],
  [
    'tool-pairs',
    'two results for one call',
    { messages: [...hello, said(use('t1')), user([result('t1'), result('t1')])] },
    'each tool_use must have a single result',
  ],
  [
    'tool-pairs',
    'an id used twice',
    { messages: [...hello, said(use('t1'), use('t1')), user([result('t1')])] },
    '`tool_use` ids must be unique',
  ],
  [
    'tool-pairs',
    'a call at the end',
    { model: budget, messages: [...hello, said(use('t1'))] },
    'messages.1: `tool_use` ids were found without',
  ],
  [
    'prefill',
    'prefill with a blank behind it',
    { model: budget, messages: [...hello, said(text('I '))] },
    'cannot end with trailing whitespace',
  ],
  [
    'lost-thought',
    'a loop that lost its thought',
    {
      model: budget,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [...hello, said(use('t1')), user([result('t1')])],
    },
    'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`',
  ],
  [
    'signature',
    'a redacted thought of another',
    { messages: [...hello, said({ type: 'redacted_thinking', data: 'abc' }), ...hello] },
    'Invalid `data` in `redacted_thinking` block',
  ],
])('%s refuses %s', async (rule, _, body, words, beta) => {
  const answer = await verdict(body, beta);
  expect(answer.status).toBe(400);
  expect(answer.words).toContain(words);
  expect(answer.rules.filter((name) => !name.startsWith('initiator'))).toEqual([rule]);
});

test.each<[string, Body, string?]>([
  ['neighbours of one role', { messages: [...hello, ...hello, said(text('a')), said(text('b')), ...hello] }],
  [
    'calls of two neighbours, answered together',
    { messages: [...hello, said(use('t1')), said(use('t2')), user([result('t1'), result('t2')])] },
  ],
  ['a blank result', { messages: [...hello, said(use('t1')), user([result('t1', { content: [text('\n')] })])] }],
  ['citations of null', { messages: [...hello, said({ ...text('x'), citations: null }), ...hello] }],
  [
    'an hour before five minutes',
    {
      system: [
        { ...text('x'), ...hour },
        { ...text('x'), ...short },
      ],
    },
  ],
  [
    'a PDF',
    {
      messages: [
        user([{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } }]),
      ],
    },
  ],
  [
    'a document that names its titles',
    {
      messages: [
        user([{ type: 'document', title: 't', source: { type: 'text', media_type: 'text/plain', data: 'x' } }]),
      ],
    },
  ],
  [
    'a reference with the beta',
    {
      tools: [tool],
      messages: [
        ...hello,
        said(use('t1')),
        user([result('t1', { content: [{ type: 'tool_reference', tool_name: 'look' }] })]),
      ],
    },
    advanced,
  ],
  [
    'clearing thoughts',
    { thinking: { type: 'adaptive' }, context_management: { edits: [{ type: 'clear_thinking_20251015' }] } },
    managed,
  ],
  ['a tool of Anthropic', { tools: [{ type: 'bash_20250124', name: 'bash' }] }],
])('takes %s', async (_, body, beta) => {
  expect(await verdict(body, beta)).toMatchObject({ status: 200, words: undefined });
});
