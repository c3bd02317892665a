import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { createSimulator, simulatedOauthToken } from './index.ts';

const simulator = useSimulator();

type Body = Record<string, unknown>;

interface Answer {
  readonly error?: { readonly message: string; readonly code: string; readonly param?: string };
  readonly output?: readonly Body[];
}

const model = 'gpt-6.1-sol';

async function ask(body: Body) {
  const full = { model, input: 'Hello', ...body };
  const vision = JSON.stringify(full).includes('"input_image"') ? 'true' : undefined;
  const reply = await simulator().post('/responses', full, { 'copilot-vision-request': vision });
  const answer = JSON.parse(await reply.text()) as Answer;
  const rules = simulator().simulator.breaches.map(({ rule }) => rule);
  return { status: reply.status, answer, rules: rules.filter((rule) => !rule.startsWith('initiator')) };
}

const hello = { role: 'user', content: 'Hello' };
const items = (...input: unknown[]) => ({ input });
const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'c1', output: '' };
const tool = (changed: Body = {}) => ({ type: 'function', name: 'f', parameters: { type: 'object' }, ...changed });
const tools = (...list: unknown[]) => ({ tools: list });
const format = (changed: Body) => ({ text: { format: { type: 'json_schema', name: 'x', ...changed } } });
const open = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const closed = { ...open, additionalProperties: false };
const image = (data: string) => items({ role: 'user', content: [{ type: 'input_image', image_url: data }] });

test.each<[string, string, Body, string, string]>([
  ['unknown-field', 'a field of Chat', { max_tokens: 20 }, 'unknown_parameter', "Unknown parameter: 'max_tokens'."],
  ['unknown-field', 'stop', { stop: ['x'] }, 'unknown_parameter', "Unknown parameter: 'stop'."],
  ['unknown-field', 'messages', { messages: [] }, 'unknown_parameter', "'messages'"],
  ['unknown-field', 'cache retention', { prompt_cache_retention: '24h' }, 'unsupported_parameter', 'retention'],
  ['unknown-field', 'cache options', { prompt_cache_options: {} }, 'unsupported_parameter', 'prompt_cache_options'],
  ['unknown-field', 'a safety id', { safety_identifier: 'x' }, 'unsupported_parameter', 'safety_identifier'],
  ['refused-field', 'a conversation', { conversation: 'conv_1' }, 'unsupported_value', 'conversation is not supported'],
  ['max-tokens', 'fifteen tokens', { max_output_tokens: 15 }, 'integer_below_min_value', '>= 16, but got 15'],
  ['max-tokens', 'too many tokens', { max_output_tokens: 128_001 }, 'invalid_request_body', 'at most 128000'],
  ['effort', 'an odd effort', { reasoning: { effort: 'max' } }, 'unsupported_value', "'high', and 'xhigh'."],
  ['sampling', 'temperature', { temperature: 0 }, 'invalid_request_body', "'temperature' is not supported"],
  ['tool', 'a tool without type', tools({ name: 'f' }), 'invalid_request_body', "'tools[0].type'"],
  [
    'tool',
    'the nested form of Chat',
    tools({ type: 'function', function: { name: 'f' } }),
    'invalid_request_body',
    "'tools[0].name'",
  ],
  ['tool', 'image generation', tools({ type: 'image_generation' }), 'unsupported_value', 'image_generation'],
  ['tool', 'a long name', tools(tool({ name: 'f'.repeat(65) })), 'invalid_request_body', "Invalid 'tools[0].name'"],
  [
    'tool',
    'a list as parameters',
    tools(tool({ parameters: { type: 'array' } })),
    'invalid_function_parameters',
    `got 'type: "array"'`,
  ],
  [
    'tool',
    'no type of parameters',
    tools(tool({ parameters: {} })),
    'invalid_function_parameters',
    `got 'type: "None"'`,
  ],
  [
    'tool',
    'an open strict schema',
    tools(tool({ parameters: open, strict: true })),
    'invalid_function_parameters',
    "'additionalProperties' is required",
  ],
  [
    'tool',
    'an optional strict property',
    tools(tool({ parameters: { ...closed, required: [] }, strict: true })),
    'invalid_function_parameters',
    "Missing 'a'.",
  ],
  [
    'tool',
    'a tool in a namespace',
    tools({ type: 'namespace', name: 'n', description: 'd', tools: [tool({ name: 'a b' })] }),
    'invalid_request_body',
    "Invalid 'tools[0].tools[0].name'",
  ],
  [
    'tool',
    'an odd grammar',
    tools({ type: 'custom', name: 'c', format: { type: 'grammar', syntax: 'ebnf' } }),
    'invalid_request_body',
    "'lark' and 'regex'",
  ],
  [
    'tool',
    'a grammar without words',
    tools({ type: 'custom', name: 'c', format: { type: 'grammar', syntax: 'lark' } }),
    'invalid_request_body',
    'format.definition',
  ],
  [
    'tool-choice',
    'the nested choice of Chat',
    { ...tools(tool()), tool_choice: { type: 'function', function: { name: 'f' } } },
    'unknown_parameter',
    "'tool_choice.function'",
  ],
  [
    'tool-choice',
    'the choice of Anthropic',
    { ...tools(tool()), tool_choice: 'any' },
    'invalid_request_body',
    "Invalid value: 'any'",
  ],
  [
    'text-format',
    'a list at the root',
    format({ schema: { type: 'array' } }),
    'invalid_json_schema',
    `got 'type: "array"'`,
  ],
  [
    'text-format',
    'an open strict answer',
    format({ schema: open, strict: true }),
    'invalid_json_schema',
    "In context=(), 'additionalProperties'",
  ],
  ['text-format', 'no name', format({ name: undefined, schema: open }), 'invalid_request_body', 'text.format.name'],
  ['item', 'an item of no kind', items({ type: 'thought' }), 'invalid_request_body', "Invalid value: 'thought'"],
  ['item', 'a field of an item', items({ ...hello, name: 'x' }), 'unknown_parameter', "'input[0].name'"],
  [
    'item',
    'a call without arguments',
    items({ ...call, arguments: undefined }, output),
    'invalid_request_body',
    "'input[0].arguments'",
  ],
  [
    'item',
    'arguments as an object',
    items({ ...call, arguments: {} }, output),
    'invalid_request_body',
    'expected a string, but got an object',
  ],
  ['item', 'null for content', items({ role: 'user', content: null }), 'invalid_request_body', 'but got null instead'],
  ['item', 'reasoning without a summary', items({ type: 'reasoning' }), 'invalid_request_body', "'input[0].summary'"],
  ['item', 'an odd role', items({ role: 'tool', content: 'x' }), 'invalid_request_body', "Invalid value: 'tool'"],
  [
    'item',
    'input text of the assistant',
    items({ role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }),
    'invalid_request_body',
    "'output_text' and 'refusal'",
  ],
  [
    'item',
    'output text of the user',
    items({ role: 'user', content: [{ type: 'output_text', text: 'x' }] }),
    'invalid_request_body',
    "Invalid value: 'output_text'",
  ],
  [
    'item-id',
    'a long call id',
    items({ ...call, call_id: 'c'.repeat(65) }),
    'string_above_max_length',
    'input[0].call_id',
  ],
  [
    'item-id',
    'a reference',
    items({ type: 'item_reference', id: 'msg_1' }),
    'invalid_request_body',
    'Items are not persisted',
  ],
  [
    'image',
    'an odd media type',
    image('data:image/bmp;base64,AAAA'),
    'invalid_request_body',
    'image media type not supported',
  ],
  [
    'image',
    'a large image',
    image(`data:image/png;base64,${'A'.repeat(4_200_000)}`),
    'invalid_request_body',
    '3150000 bytes > 3145728',
  ],
  [
    'tool-pairs',
    'an output without its call',
    items(output),
    'invalid_request_body',
    'No tool call found for function call output with call_id c1',
  ],
])('%s refuses %s', async (rule, _, body, code, words) => {
  const { status, answer, rules } = await ask(body);
  expect([Math.floor(status / 100), answer.error?.code, rules]).toEqual([4, code, [rule]]);
  expect(answer.error?.message).toContain(words);
});

test.each<[string, Body]>([
  [
    'null where nothing is said',
    { service_tier: null, prompt_cache_retention: null, conversation: null, tool_choice: null },
  ],
  [
    'an open schema that is not strict',
    { ...tools(tool({ parameters: open })), ...format({ schema: open, strict: false }) },
  ],
  ['no parameters at all', tools(tool({ parameters: null }))],
  [
    'calls and their outputs in any order of both',
    items(hello, call, { ...call, call_id: 'c2' }, { ...output, call_id: 'c2' }, output),
  ],
  ['hosted tools that are run', tools({ type: 'web_search' }, { type: 'tool_search' })],
  [
    'images in outputs',
    items(hello, call, { ...output, output: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] }),
  ],
])('takes %s', async (_, body) => {
  expect(await ask(body)).toMatchObject({ status: 200, rules: [] });
});

const reasoning = { include: ['reasoning.encrypted_content'], reasoning: { effort: 'low' } };

test('reasoning that names itself needs what it led to; nameless it may stand alone', async () => {
  const [thought = {}, said = {}] = (await ask(reasoning)).answer.output ?? [];
  expect(await ask({ ...reasoning, ...items(hello, thought, said, hello) })).toMatchObject({ status: 200 });
  const alone = await ask({ ...reasoning, ...items(hello, thought, hello) });
  expect([alone.status, alone.rules]).toEqual([400, ['lone-reasoning']]);
  expect(alone.answer.error?.message).toContain('was provided without its required following item');
  const { id: _, ...nameless } = thought;
  expect(await ask({ ...reasoning, ...items(hello, nameless, hello) })).toMatchObject({ status: 200 });
});

test('ids and sealed content of another account are refused', async () => {
  const other = createSimulator({ scenario: { login: 'another-octocat' } });
  const { url } = await other.listen();
  const headers = { authorization: `Bearer ${simulatedOauthToken}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model, input: 'Hello', ...reasoning });
  const reply = await fetch(`${url}/responses`, { method: 'POST', headers, body });
  const [thought = {}, said = {}] = ((await reply.json()) as Answer).output ?? [];
  await other.close();
  const { id: _, ...nameless } = thought;
  const sealed = await ask(items(hello, nameless, hello));
  expect(sealed.answer.error).toMatchObject({
    code: 'invalid_encrypted_content',
    message: expect.stringContaining('verified'),
  });
  const named = await ask(items(hello, said, hello));
  expect(named.answer.error?.message).toBe('input item ID does not belong to this connection');
});
