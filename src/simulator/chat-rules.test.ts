import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { createSimulator, simulatedOauthToken } from './index.ts';

const simulator = useSimulator();

type Body = Record<string, unknown>;

interface Answer {
  readonly error?: { readonly message: string; readonly code?: string };
  readonly choices?: readonly { readonly message: Body }[];
}

const user = (content: unknown) => ({ role: 'user', content });
const hello = [user('Hello')];

async function ask(body: Body) {
  const full = { model: 'gpt-5.2', messages: hello, ...body };
  const vision = JSON.stringify(full).includes('"image_url"') ? 'true' : undefined;
  const reply = await simulator().post('/chat/completions', full, { 'copilot-vision-request': vision });
  const answer = JSON.parse(await reply.text()) as Answer;
  const rules = simulator().simulator.breaches.map(({ rule }) => rule);
  return { status: reply.status, answer, rules: rules.filter((rule) => !rule.startsWith('initiator')) };
}

const tool = (parameters: object = { type: 'object' }, changed: Body = {}) => ({
  tools: [{ type: 'function', function: { name: 'f', parameters, ...changed } }],
});
const call = (changed: Body = {}, declared: Body = {}) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}', ...declared }, ...changed }],
});
const result = (content: unknown = 'x', id = 'c1') => ({ role: 'tool', tool_call_id: id, content });
const loop = (changed: Body = {}, declared: Body = {}) => ({ messages: [...hello, call(changed, declared), result()] });
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const google = { model: 'gemini-3.8-flash' };
const claude = { model: 'claude-opus-5.5' };
const gemini = (property: object) => ({ ...google, ...tool({ type: 'object', properties: { a: property } }) });
const format = (json_schema: Body) => ({ response_format: { type: 'json_schema', json_schema } });
const marked = { role: 'user', content: 'x', copilot_cache_control: { type: 'ephemeral' } };

test.each<[string, string, Body, string]>([
  ['max-tokens', 'too many tokens', { max_completion_tokens: 128_001 }, 'supports at most 128000 completion tokens'],
  ['max-tokens', 'no tokens', { model: 'gpt-4.1', max_tokens: 0 }, '>= 1, but got 0'],
  ['sampling', 'five stops', { model: 'gpt-4.1', stop: ['a', 'b', 'c', 'd', 'e'] }, 'maximum length 4'],
  ['sampling', 'a stop for a reasoning GPT', { stop: 'x' }, "'stop' is not supported with this model"],
  ['sampling', 'logprobs of a reasoning GPT', { logprobs: true }, "'logprobs' is not supported"],
  ['effort', 'an odd effort', { reasoning_effort: 'max' }, "'reasoning_effort' does not support 'max' with this model"],
  [
    'effort',
    'an effort for who has none',
    { model: 'gpt-4.1', reasoning_effort: 'low' },
    'model gpt-4.1 does not support reasoning effort',
  ],
  ['tool', 'no tools in a list', { tools: [] }, "Invalid 'tools': empty array"],
  ['tool', 'the flat form of Responses', { tools: [{ type: 'function', name: 'f' }] }, "'tools[0].function'"],
  ['tool', 'parameters of no type', tool({}), `got 'type: "None"'`],
  ['tool', 'an open strict schema', tool({ type: 'object' }, { strict: true }), "'additionalProperties' is required"],
  [
    'tool',
    'a const for Gemini',
    gemini({ const: 1 }),
    `Unknown name "const" at 'tools[0].function_declarations[0].parameters.properties[0].value'`,
  ],
  [
    'tool',
    'an exclusive bound for Gemini',
    gemini({ type: 'integer', exclusiveMinimum: 0 }),
    'Unknown name "exclusiveMinimum"',
  ],
  [
    'tool',
    'a format for Gemini',
    gemini({ type: 'string', format: 'uri' }),
    "only 'enum' and 'date-time' are supported",
  ],
  ['tool', 'two types for Gemini', gemini({ type: ['string', 'null'] }), 'Proto field is not repeating'],
  ['tool', 'a list of anything for Gemini', gemini({ type: 'array' }), 'properties[0].value.items: missing field'],
  ['tool', 'numbers to choose from for Gemini', gemini({ type: 'integer', enum: [1] }), 'only allowed for STRING type'],
  [
    'tool',
    'a schema within a list for Gemini',
    gemini({ type: 'array', items: { uniqueItems: true } }),
    'properties[0].value.items',
  ],
  ['tool-choice', 'a choice without tools', { tool_choice: 'auto' }, "only allowed when 'tools' are specified"],
  ['tool-choice', 'an odd choice', { ...tool(), tool_choice: 'any' }, "Invalid value: 'any'"],
  [
    'tool-choice',
    'the choice of nothing',
    { ...tool(), tool_choice: { type: 'function', function: { name: 'g' } } },
    "not among 'tools'",
  ],
  ['text-format', 'a format without name', format({ schema: { type: 'object' } }), 'response_format.json_schema.name'],
  [
    'text-format',
    'an open strict answer',
    format({ name: 'x', schema: { type: 'object' }, strict: true }),
    "'additionalProperties' is required",
  ],
  ['cache-marker', 'five markers', { ...claude, messages: Array.from({ length: 5 }, () => marked) }, 'Found 5.'],
  ['body', 'an odd role', { messages: [{ role: 'model', content: 'x' }] }, "Invalid value: 'model'"],
  ['body', 'null of the user', { messages: [user(null)] }, "Invalid value for 'content': expected a string, got null"],
  ['body', 'a silent assistant', { messages: [...hello, { role: 'assistant', content: null }] }, 'got null'],
  ['body', 'an object as content', { messages: [user({ text: 'x' })] }, 'but got an object instead'],
  [
    'body',
    'an image in a result',
    { messages: [...hello, call(), result([image])] },
    "this message with role 'tool' contains an image URL",
  ],
  [
    'image',
    'an odd media type',
    { messages: [user([{ ...image, image_url: { url: 'data:image/bmp;base64,AAAA' } }])] },
    'image media type not supported',
  ],
  [
    'image',
    'eleven images',
    { messages: [user(Array.from({ length: 11 }, () => image))] },
    'too many images in the request: 11 > 10',
  ],
  ['image', 'an image for who sees none', { model: 'grok-4.7', messages: [user([image])] }, 'vision is not supported'],
  ['tool-call', 'a call without id', loop({ id: undefined }), "'messages[1].tool_calls[0].id'"],
  ['tool-call', 'a call without name', loop({}, { name: undefined }), 'function.name'],
  ['tool-call', 'arguments as an object', loop({}, { arguments: {} }), 'expected a string, but got an object'],
  ['tool-call', 'a call id of 41 letters', { messages: [...hello, call({ id: 'c'.repeat(41) })] }, 'with length 41'],
  [
    'tool-call',
    'no calls in a list',
    { messages: [...hello, { role: 'assistant', content: 'x', tool_calls: [] }] },
    'empty array',
  ],
  ['opaque', 'a call of Gemini without its signature', { ...google, ...loop() }, 'missing a thought_signature'],
  [
    'opaque',
    'a call of Gemini with another one',
    { ...google, ...loop({}, { thought_signature: 'abc' }) },
    'Thought signature is not valid',
  ],
  [
    'opaque',
    'changed reasoning of Claude',
    { ...claude, messages: [...hello, { role: 'assistant', content: 'x', reasoning_opaque: 'abc' }] },
    'could not be verified',
  ],
])('%s refuses %s', async (rule, _, body, words) => {
  const { status, answer, rules } = await ask(body);
  expect([status, rules]).toEqual([400, [rule]]);
  expect(answer.error?.message).toContain(words);
});

test.each<[string, Body]>([
  ['fields that nobody knows', { some_field: 1, user: 'u', seed: 1, presence_penalty: 0.5, n: 1, store: false }],
  [
    'a long call id elsewhere',
    { ...claude, messages: [...hello, call({ id: 'c'.repeat(41) }), result('x', 'c'.repeat(41))] },
  ],
  ['a schema of its own for Claude', { ...claude, ...format({ schema: {} }) }],
  ['checked calls of Gemini', { ...google, ...tool(), tool_choice: 'validated' }],
  ['a forced tool', { ...tool(), tool_choice: 'required' }],
  [
    'calls of Gemini that are settled',
    { ...google, messages: [...hello, call(), result(), { role: 'assistant', content: 'Done' }, ...hello] },
  ],
  [
    'calls of Gemini that are declared to be unsigned',
    { ...google, ...loop({}, { thought_signature: 'skip_thought_signature_validator' }) },
  ],
  [
    'the word in place of a signature',
    { ...google, ...loop({}, { thought_signature: 'skip_thought_signature_validator' }) },
  ],
  ['what Gemini takes', gemini({ type: 'string', format: 'date-time', enum: ['a'], nullable: true })],
])('takes %s', async (_, body) => {
  expect(await ask(body)).toMatchObject({ status: 200, rules: [] });
});

test('a call of Gemini comes back with its signature, in one piece or by its reasoning', async () => {
  const asked = { ...google, ...tool(), tool_choice: 'required' };
  const { message = {} } = (await ask(asked)).answer.choices?.[0] ?? {};
  const [made] = message['tool_calls'] as { id: string; function: Body }[];
  expect(made?.function['thought_signature']).toMatch(/./);
  const back = { ...google, ...tool(), messages: [...hello, message, result('x', made?.id)] };
  expect(await ask(back)).toMatchObject({ status: 200, rules: [] });
});

test.each(['urlImagesOnMessages', 'toolChoiceRequired'] as const)(
  'the disputed point %s is a switch',
  async (point) => {
    const bodies = {
      urlImagesOnMessages: {
        path: '/v1/messages',
        body: {
          ...claude,
          max_tokens: 9,
          messages: [user([{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }])],
        },
      },
      toolChoiceRequired: {
        path: '/chat/completions',
        body: { model: 'gpt-5.2', messages: hello, ...tool(), tool_choice: 'required' },
      },
    };
    const { path, body } = bodies[point];
    const statuses = [];
    for (const value of [true, false]) {
      const running = createSimulator({ scenario: { [point]: value } });
      const { url } = await running.listen();
      const headers = {
        authorization: `Bearer ${simulatedOauthToken}`,
        'content-type': 'application/json',
        'copilot-vision-request': 'true',
      };
      const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      statuses.push(reply.status);
      await reply.text();
      await running.close();
    }
    expect(statuses).toEqual([200, 400]);
  },
);
