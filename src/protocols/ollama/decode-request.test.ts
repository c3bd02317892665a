/** Requests to Ollama in our words: each mapping, a sentence a row. */
import type { ChatRequest, GenerateRequest, Message } from 'ollama';
import { expect, test } from 'vitest';
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { sampleRequest } from '../../../test/support/sample-request.ts';
import { decodeOllamaChat, decodeOllamaGenerate } from './decode-request.ts';

const hi: readonly Message[] = [{ role: 'user', content: 'hi' }];
const png = 'iVBORw0KGgoAAAANSUhEUg==';

function chat(body: Partial<ChatRequest> | JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeOllamaChat({ model: 'm', messages: hi, ...body }, (edit) => edits.push(edit));
  return { request, edits };
}

function generate(body: Partial<GenerateRequest> | JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeOllamaGenerate({ model: 'm', prompt: 'hi', ...body }, (edit) => edits.push(edit));
  return { request, edits };
}

const text = (value: string) => ({ kind: 'text', text: value }) as const;
const image = (data: string, mediaType = 'image/png') =>
  ({ kind: 'image', source: { kind: 'data', mediaType, data } }) as const;
const call = { kind: 'tool-call', namespace: null, form: 'function', sealed: null } as const;
const result = { kind: 'tool-result', form: 'function', isError: null } as const;
const callOf = (name: string, args: unknown, id?: string) => ({
  ...(id === undefined ? {} : { id }),
  function: { name, arguments: args },
});

test.each<[string, readonly (Message | JsonObject)[], readonly Item[]]>([
  [
    'system turns stay where they were said',
    [
      { role: 'system', content: 'a' },
      { role: 'user', content: 'b' },
      { role: 'system', content: 'c' },
    ],
    [
      { kind: 'message', role: 'system', parts: [text('a')] },
      { kind: 'message', role: 'user', parts: [text('b')] },
      { kind: 'message', role: 'system', parts: [text('c')] },
    ],
  ],
  [
    'images stand before the text of their turn',
    [{ role: 'user', content: 'what?', images: [png] }],
    [{ kind: 'message', role: 'user', parts: [image(png), text('what?')] }],
  ],
  [
    'one message is thoughts, text and calls, in that order',
    [{ role: 'assistant', content: 'look', thinking: 'why', tool_calls: [callOf('f', { x: 1 })] }],
    [
      { kind: 'reasoning', text: 'why', sealed: null },
      { kind: 'message', role: 'assistant', parts: [text('look')] },
      { ...call, callId: 'call_0_0', name: 'f', input: '{"x":1}' },
    ],
  ],
  [
    'calls and results keep the ids that newer clients send back, in any order',
    [
      { role: 'assistant', content: '', tool_calls: [callOf('f', {}, 'a'), callOf('f', {}, 'b')] },
      { role: 'tool', content: 'B', tool_call_id: 'b' },
      { role: 'tool', content: 'A', tool_call_id: 'a', tool_name: 'f' },
    ],
    [
      { ...call, callId: 'a', name: 'f', input: '{}' },
      { ...call, callId: 'b', name: 'f', input: '{}' },
      { ...result, callId: 'b', parts: [text('B')] },
      { ...result, callId: 'a', parts: [text('A')] },
    ],
  ],
  [
    'results without ids answer the calls of their name, those of one name in their order',
    [
      { role: 'assistant', content: '', tool_calls: [callOf('f', {}), callOf('g', {}), callOf('f', {})] },
      { role: 'tool', content: 'G', tool_name: 'g' },
      { role: 'tool', content: 'F1', tool_name: 'f' },
      { role: 'tool', content: 'F2', name: 'f' },
    ],
    [
      { ...call, callId: 'call_0_0', name: 'f', input: '{}' },
      { ...call, callId: 'call_0_1', name: 'g', input: '{}' },
      { ...call, callId: 'call_0_2', name: 'f', input: '{}' },
      { ...result, callId: 'call_0_1', parts: [text('G')] },
      { ...result, callId: 'call_0_0', parts: [text('F1')] },
      { ...result, callId: 'call_0_2', parts: [text('F2')] },
    ],
  ],
  [
    'results of old clients, which say no name at all, answer in order',
    [
      { role: 'assistant', content: '', tool_calls: [callOf('f', { n: 1 }), callOf('g', '{"n":2}')] },
      { role: 'tool', content: '1' },
      { role: 'tool', content: '2' },
    ],
    [
      { ...call, callId: 'call_0_0', name: 'f', input: '{"n":1}' },
      { ...call, callId: 'call_0_1', name: 'g', input: '{"n":2}' },
      { ...result, callId: 'call_0_0', parts: [text('1')] },
      { ...result, callId: 'call_0_1', parts: [text('2')] },
    ],
  ],
  [
    "an id of the client's own making, for calls that it kept without one, answers by name",
    [
      { role: 'assistant', content: '', tool_calls: [callOf('f', {}), callOf('g', {})] },
      { role: 'tool', content: 'G', tool_call_id: 'mine', tool_name: 'g' },
    ],
    [
      { ...call, callId: 'call_0_0', name: 'f', input: '{}' },
      { ...call, callId: 'call_0_1', name: 'g', input: '{}' },
      { ...result, callId: 'call_0_1', parts: [text('G')] },
    ],
  ],
  [
    'a call of an earlier turn that nobody answered is not answered by a later result',
    [
      { role: 'assistant', content: '', tool_calls: [callOf('f', { n: 1 })] },
      { role: 'user', content: 'stop' },
      { role: 'assistant', content: '', tool_calls: [callOf('f', { n: 2 })] },
      { role: 'tool', content: '2', tool_name: 'f' },
    ],
    [
      { ...call, callId: 'call_0_0', name: 'f', input: '{"n":1}' },
      { kind: 'message', role: 'user', parts: [text('stop')] },
      { ...call, callId: 'call_2_0', name: 'f', input: '{"n":2}' },
      { ...result, callId: 'call_2_0', parts: [text('2')] },
    ],
  ],
  [
    'calls in several messages of one turn are answered together',
    [
      { role: 'assistant', content: '', tool_calls: [callOf('f', {})] },
      { role: 'assistant', content: '', tool_calls: [callOf('g', {})] },
      { role: 'tool', content: 'F', tool_name: 'f' },
      { role: 'tool', content: 'G', tool_name: 'g' },
    ],
    [
      { ...call, callId: 'call_0_0', name: 'f', input: '{}' },
      { ...call, callId: 'call_1_0', name: 'g', input: '{}' },
      { ...result, callId: 'call_0_0', parts: [text('F')] },
      { ...result, callId: 'call_1_0', parts: [text('G')] },
    ],
  ],
  [
    'a result without a call keeps its id or gets one of its place',
    [
      { role: 'tool', content: 'a', tool_call_id: 'lost' },
      { role: 'tool', content: 'b' },
    ],
    [
      { ...result, callId: 'lost', parts: [text('a')] },
      { ...result, callId: 'call_1_result', parts: [text('b')] },
    ],
  ],
  [
    'a message that says nothing is none',
    [...hi, { role: 'assistant', content: '' }],
    [{ kind: 'message', role: 'user', parts: [text('hi')] }],
  ],
])('%s', (_name, messages, items) => {
  expect(chat({ messages }).request.items).toEqual(items);
});

const sampling = sampleRequest().sampling;

test.each<[string, Partial<ChatRequest> | JsonObject, Partial<ModelRequest>]>([
  [
    'nothing said is nothing asked',
    {},
    { reasoning: null, maxOutputTokens: null, stop: [], sampling, topLogprobs: null },
  ],
  ['think true', { think: true }, { reasoning: { effort: null, budgetTokens: null, mode: 'on', show: true } }],
  ['think false', { think: false }, { reasoning: { effort: null, budgetTokens: null, mode: 'off', show: false } }],
  ['think in a word', { think: 'high' }, { reasoning: { effort: 'high', budgetTokens: null, mode: 'on', show: true } }],
  [
    'a word of newer models',
    { think: 'max' },
    { reasoning: { effort: 'max', budgetTokens: null, mode: 'on', show: true } },
  ],
  ['no format, as some spell it', { format: '' }, { output: { format: { kind: 'text' }, verbosity: null } }],
  [
    'a schema',
    { format: { type: 'object', properties: {} } },
    {
      output: {
        format: {
          kind: 'json-schema',
          name: null,
          description: null,
          schema: { type: 'object', properties: {} },
          strict: null,
        },
        verbosity: null,
      },
    },
  ],
  ['an output limit', { options: { num_predict: 64 } }, { maxOutputTokens: 64 }],
  ['no limit', { options: { num_predict: -1 } }, { maxOutputTokens: null }],
  ['as much as the window holds', { options: { num_predict: -2 } }, { maxOutputTokens: null }],
  ['a limit of 0 is none', { options: { num_predict: 0 } }, { maxOutputTokens: null }],
  ['one stop sequence', { options: { stop: 'END' } }, { stop: ['END'] }],
  ['several', { options: { stop: ['a', '', 'b'] } }, { stop: ['a', 'b'] }],
  [
    'options that say something',
    {
      options: { temperature: 0, top_p: 0.5, top_k: 3, seed: 0, presence_penalty: 1, frequency_penalty: -1 },
    },
    {
      sampling: { ...sampling, temperature: 0, topP: 0.5, topK: 3, seed: 0, presencePenalty: 1, frequencyPenalty: -1 },
    },
  ],
  [
    'options at what is the default anyway',
    { options: { top_k: 0, seed: -1, presence_penalty: 0, frequency_penalty: 0 } },
    { sampling },
  ],
  ['log probabilities', { logprobs: true, top_logprobs: 3 }, { topLogprobs: 3 }],
  ['log probabilities of the chosen alone', { logprobs: true }, { topLogprobs: 0 }],
  [
    'tools',
    { tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } }] },
    {
      tools: [
        {
          kind: 'function',
          name: 'f',
          namespace: null,
          description: 'd',
          schema: { type: 'object' },
          strict: null,
          deferred: false,
        },
      ],
    },
  ],
])('%s', (_name, body, expected) => {
  const { request, edits } = chat(body);
  expect(request).toMatchObject(expected);
  expect(edits).toEqual([]);
});

test.each<[string, Partial<GenerateRequest> | JsonObject, readonly Item[], readonly string[]]>([
  ['a prompt is a user turn', {}, [{ kind: 'message', role: 'user', parts: [text('hi')] }], []],
  [
    'system is a turn before it, images are of it',
    { system: 'be', images: [png] },
    [
      { kind: 'message', role: 'system', parts: [text('be')] },
      { kind: 'message', role: 'user', parts: [image(png), text('hi')] },
    ],
    [],
  ],
  ['raw changes nothing', { raw: true }, [{ kind: 'message', role: 'user', parts: [text('hi')] }], []],
  [
    'a template and a context are left out, and that is said',
    { template: '{{ .Prompt }}', context: [1, 2] },
    [{ kind: 'message', role: 'user', parts: [text('hi')] }],
    ['context', 'template'],
  ],
  [
    'an empty template is none',
    { template: '', suffix: '' },
    [{ kind: 'message', role: 'user', parts: [text('hi')] }],
    [],
  ],
])('generate: %s', (_name, body, items, paths) => {
  const { request, edits } = generate(body);
  expect(request.items).toEqual(items);
  expect(edits.map(({ path }) => path ?? '').sort()).toEqual(paths);
});

test.each([
  ['json', 'json'],
  ['a schema that asks for anything', {}],
])('%s is asked for in words as well, before all turns, and that is said', (_name, format) => {
  const wish = { kind: 'message', role: 'system', parts: [text('Answer with JSON and nothing else.')] };
  for (const { request, edits } of [chat({ format }), generate({ format })]) {
    expect(request.output.format).toEqual({ kind: 'json-object' });
    expect(request.items).toEqual([wish, { kind: 'message', role: 'user', parts: [text('hi')] }]);
    expect(edits).toMatchObject([{ rule: 'approximated', path: 'format' }]);
  }
});

test.each<[string, JsonObject]>([
  ['messages', { messages: [] }],
  ['messages', { messages: 'hi' }],
  ['messages[0]', { messages: ['hi'] }],
  ['messages[0].role', { messages: [{ role: 'robot', content: 'hi' }] }],
  ['messages[0].role', { messages: [{ role: 'constructor', content: 'hi' }] }],
  ['messages[0].content', { messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] }],
  ['messages[0].images', { messages: [{ role: 'user', content: 'hi', images: png }] }],
  ['messages[0].images[0]', { messages: [{ role: 'user', content: 'hi', images: ['cat.png'] }] }],
  ['messages[0].tool_calls[0].function', { messages: [{ role: 'assistant', tool_calls: [{}] }] }],
  ['messages[0].tool_calls[0].function.name', { messages: [{ role: 'assistant', tool_calls: [{ function: {} }] }] }],
  ['tools[0].function', { tools: [{ type: 'web_search' }] }],
  ['tools[0].function.name', { tools: [{ type: 'function', function: {} }] }],
  ['tools[0].function.parameters', { tools: [{ function: { name: 'f', parameters: { $ref: 'https://a.example' } } }] }],
  ['options', { options: 'fast' }],
  ['options.temperature', { options: { temperature: 'hot' } }],
  ['options.num_predict', { options: { num_predict: -3 } }],
  ['think', { think: 3 }],
  ['format', { format: 'xml' }],
  ['top_logprobs', { logprobs: true, top_logprobs: 21 }],
  ['_debug_render_only', { _debug_render_only: true }],
])('%s is refused where it makes no sense', (param, body) => {
  expect(() => chat(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
});

test.each<[string, JsonObject]>([
  ['suffix', { suffix: 'return' }],
  ['prompt', { prompt: '' }],
  ['prompt', { prompt: 7 }],
  ['system', { system: 7 }],
])('generate: %s is refused where it makes no sense', (param, body) => {
  expect(() => generate(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
});

test('a longer conversation begins as the shorter one did: ids are of the place', () => {
  const turns = [
    ...hi,
    { role: 'assistant', content: '', tool_calls: [callOf('f', { n: 1 }), callOf('f', { n: 2 })] },
    { role: 'tool', content: '1' },
    { role: 'tool', content: '2' },
    { role: 'assistant', content: '', tool_calls: [callOf('f', { n: 3 })] },
    { role: 'tool', content: '3' },
  ];
  const whole = chat({ messages: turns }).request.items;
  for (const length of turns.keys()) {
    const { items } = chat({ messages: turns.slice(0, length + 1) }).request;
    expect(whole.slice(0, items.length)).toEqual(items);
  }
});
