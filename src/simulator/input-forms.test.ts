import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';

const simulator = useSimulator();

type Body = Record<string, unknown>;

const hello = [{ role: 'user', content: 'Hello' }];
const sound: Readonly<Record<string, Body>> = {
  '/chat/completions': { model: 'gpt-4.1', messages: hello },
  '/responses': { model: 'gpt-6.1-sol', input: 'Hello' },
  '/v1/messages': { model: 'claude-opus-5.5', max_tokens: 100, messages: hello },
};

async function verdict(path: string, body: Body, beta?: string) {
  const reply = await simulator().post(path, { ...sound[path], ...body }, { 'anthropic-beta': beta });
  const answer = JSON.parse(await reply.text()) as { error?: { message: string; code?: string } };
  const rules = simulator().simulator.breaches.map(({ rule }) => rule);
  return { status: reply.status, rules: rules.filter((rule) => !rule.startsWith('initiator')), ...answer.error };
}

const parts = (...content: unknown[]) => ({ messages: [{ role: 'user', content }] });
const named = (name: string, type = 'function') => ({ type, function: { name } });

test.each<[string, string, Body, string]>([
  ['field-type', 'a temperature of 5', { temperature: 5 }, "Invalid 'temperature': integer above maximum value."],
  [
    'field-type',
    'a temperature in words',
    { temperature: 'hot' },
    'got string, want number, Location: /properties/temp',
  ],
  ['field-type', 'a thousand choices', { n: 1000 }, 'Expected a value <= 128, but got 1000'],
  ['field-type', 'no choice', { n: 0 }, 'Expected a value >= 1, but got 0'],
  ['field-type', 'max_tokens in words', { max_tokens: '10' }, 'want integer'],
  ['field-type', 'half a token', { max_completion_tokens: 1.5 }, 'want integer'],
  ['field-type', 'a stream in words', { stream: 'yes' }, 'got string, want boolean'],
  ['field-type', 'tools in an object', { tools: {} }, 'got object, want array'],
  ['field-type', 'a form of answer', { response_format: { type: 'yaml' } }, "'text', 'json_object', and 'json_schema'"],
  ['body', 'a part that nobody knows', parts({ type: 'hologram' }), "type has to be either 'image_url' or 'text'"],
  ['body', 'a part of Messages', parts({ type: 'image', source: {} }), "type has to be either 'image_url' or 'text'"],
  ['body', 'a picture without one', parts({ type: 'image_url' }), 'image_url is required for content type image_url'],
  ['body', 'a text without one', parts({ type: 'text' }), 'got null, want string'],
  ['tool', 'a hosted tool', { tools: [named('f', 'web_search')] }, "Supported values are: 'function' and 'custom'."],
  [
    'tool',
    'two tools of one name for Claude',
    { model: 'claude-opus-5.5', tools: [named('f'), named('f')] },
    'tools: Tool names must be unique.',
  ],
  [
    'tool',
    'two tools of one name for Gemini',
    { model: 'gemini-3.8-flash', tools: [named('f'), named('f')] },
    'Duplicate function declaration found: f',
  ],
])('Chat, %s refuses %s', async (rule, _, body, words) => {
  const vision = { 'copilot-vision-request': /"image(?:_url)?"/.test(JSON.stringify(body)) ? 'true' : undefined };
  const reply = await simulator().post('/chat/completions', { ...sound['/chat/completions'], ...body }, vision);
  const { error } = JSON.parse(await reply.text()) as { error: { message: string; code: string } };
  const rules = simulator().simulator.breaches.map((breach) => breach.rule);
  expect([reply.status, error.code, rules]).toEqual([400, 'invalid_request_body', [rule]]);
  expect(error.message).toContain(words);
});

const tool = { type: 'function', name: 'f', parameters: { type: 'object' } };
const forced = { type: 'function', name: 'g' };
const group = { type: 'namespace', name: 'n', description: 'd', tools: [{ ...tool, name: 'g' }] };

test.each<[string, string, Body, string, string]>([
  ['field-type', 'include', { include: ['thoughts'] }, 'invalid_value', "Invalid value: 'thoughts'. Supported values"],
  [
    'field-type',
    'include in words',
    { include: 'thoughts' },
    'invalid_type',
    "'include': expected an array, but got a",
  ],
  [
    'field-type',
    'a summary',
    { reasoning: { summary: 'long' } },
    'invalid_value',
    "'auto', 'concise', 'detailed', and",
  ],
  ['field-type', 'a truncation', { truncation: 'always' }, 'invalid_value', "'auto' and 'disabled'."],
  ['field-type', 'verbosity', { text: { verbosity: 'huge' } }, 'invalid_value', "'low', 'medium', and 'high'."],
  ['field-type', 'a form of text', { text: { format: { type: 'yaml' } } }, 'invalid_value', "Invalid value: 'yaml'"],
  ['field-type', 'instructions', { instructions: 4 }, 'invalid_type', 'expected a string, but got a number'],
  ['field-type', 'a stream in words', { stream: 'yes' }, 'invalid_type', 'expected a boolean, but got a string'],
  ['field-type', 'a temperature of 5', { temperature: 5 }, 'integer_above_max_value', 'Expected a value <= 2'],
  ['field-type', 'a top_p of -0.5', { top_p: -0.5 }, 'decimal_below_min_value', 'Expected a value >= 0'],
  [
    'field-type',
    'a long cache key',
    { prompt_cache_key: 'k'.repeat(65) },
    'string_above_max_length',
    'maximum length 64',
  ],
  ['unknown-field', 'nothing to answer', { input: [] }, 'missing_required_parameter', 'must be provided'],
  [
    'tool-choice',
    'a tool that is not there',
    { tools: [tool], tool_choice: forced },
    'invalid_request_body',
    "'g' not",
  ],
])('Responses, %s refuses %s', async (rule, _, body, code, words) => {
  const { message, ...rest } = await verdict('/responses', body);
  expect(rest).toMatchObject({ status: 400, rules: [rule], code });
  expect(message).toContain(words);
});

test.each<[string, Body]>([
  ['within a namespace', { tools: [tool, group] }],
  ['that the input brings', { tools: [tool], input: [...hello, { type: 'additional_tools', tools: [group] }] }],
])('Responses takes the choice of a tool %s', async (_, body) => {
  expect(await verdict('/responses', { ...body, tool_choice: forced })).toMatchObject({ status: 200, rules: [] });
});

const advanced = 'advanced-tool-use-2025-11-20';
const look = { name: 'look', input_schema: { type: 'object' } };
const use = { type: 'tool_use', id: 't1', name: 'look', input: {} };
const result = { type: 'tool_result', tool_use_id: 't1', content: 'x' };
const text = { type: 'text', text: 'words' };
const loop = (called: readonly unknown[], given: readonly unknown[]) => ({
  tools: [look],
  messages: [...hello, { role: 'assistant', content: called }, { role: 'user', content: given }],
});
const missing = '`tool_use` ids were found without `tool_result` blocks immediately after: t1';
const reference = [{ ...result, content: [{ type: 'tool_reference', tool_name: 'find' }] }];

test.each<[string, string, Body, string, string?]>([
  ['field-type', 'a cold temperature', { temperature: -1 }, 'temperature: Input should be greater than or equal to 0'],
  ['field-type', 'a temperature in words', { temperature: 'hot' }, 'temperature: Input should be a valid number'],
  ['field-type', 'a stream in words', { stream: 'yes' }, 'stream: Input should be a valid boolean'],
  ['field-type', 'tools in an object', { tools: {} }, 'tools: Input should be a valid list'],
  ['field-type', 'one stop', { stop_sequences: 'x' }, 'stop_sequences: Input should be a valid list'],
  ['field-type', 'metadata', { metadata: { a: 1 } }, 'metadata.a: Extra inputs are not permitted'],
  [
    'field-type',
    'edits that are none',
    { context_management: { edits: 5 } },
    'context_management.edits: Input should be a valid list',
    'context-management-2025-06-27',
  ],
  ['tool', 'a tool of nobody', { tools: [{ type: 'oven_20260101', name: 'oven' }] }, "Input tag 'oven_20260101' found"],
  [
    'tool',
    'the computer',
    { tools: [{ type: 'computer_20250124', name: 'computer' }] },
    "Input tag 'computer_20250124'",
  ],
  ['tool', 'tools all deferred', { tools: [{ ...look, defer_loading: true }] }, 'must be non-deferred', advanced],
  ['block', 'a document without source', parts({ type: 'document' }), '.document.source: Field required'],
  [
    'block',
    'a reference to no tool',
    loop([use], reference),
    "Tool reference 'find' has no corresponding tool definition",
    advanced,
  ],
  ['tool-pairs', 'a text in front of the results', loop([use], [text, result]), missing],
  ['tool-pairs', 'a text behind the calls', loop([use, text], [result]), missing],
  [
    'tool-pairs',
    'a turn in front of the results',
    { messages: [...loop([use], []).messages.slice(0, 2), ...hello, { role: 'user', content: [result] }] },
    missing,
  ],
])('Messages, %s refuses %s', async (rule, _, body, words, beta) => {
  const { message, status, rules } = await verdict('/v1/messages', body, beta);
  expect([status, rules]).toEqual([400, [rule]]);
  expect(message).toContain(words);
});

test.each<[string, Body, string?]>([
  ['a text behind the results', loop([use], [result, text])],
  ['a text in front of the calls', loop([text, use], [result])],
  ['a turn behind the results', { messages: [...loop([use], [result]).messages, ...hello] }],
  ['the computer with its beta', { tools: [{ type: 'computer_20250124', name: 'c' }] }, 'computer-use-2025-01-24'],
])('Messages takes %s', async (_, body, beta) => {
  expect(await verdict('/v1/messages', body, beta)).toMatchObject({ status: 200, rules: [] });
});
