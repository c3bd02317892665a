/** Tests of Gemini's contents: what each part becomes, and which result is of which call. */
import type { Content } from '@google/genai';
import { expect, test } from 'vitest';
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { decodeGeminiRequest } from './decode-request.ts';

function decode(body: JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeGeminiRequest({ model: 'm', stream: true, ...body }, (edit) => edits.push(edit));
  return { items: request.items, paths: edits.map(({ path }) => path), edits };
}

const itemsOf = (...contents: readonly (Content | JsonObject)[]) => decode({ contents }).items;
const user = (text: string): Item => ({ kind: 'message', role: 'user', parts: [{ kind: 'text', text }] });
const model = (text: string): Item => ({ kind: 'message', role: 'assistant', parts: [{ kind: 'text', text }] });
const sealed = (blob: string, text = ''): Item => ({
  kind: 'reasoning',
  text,
  sealed: { kind: 'thought', blob, id: null },
});
const callOf = (callId: string, name: string, input = '{}'): Item => ({
  kind: 'tool-call',
  callId,
  name,
  namespace: null,
  form: 'function',
  input,
  sealed: null,
});
const resultOf = (callId: string, text: string, isError: true | null = null): Item => ({
  kind: 'tool-result',
  callId,
  form: 'function',
  parts: [{ kind: 'text', text }],
  isError,
});
const called = (...names: readonly string[]): Content => ({
  role: 'model',
  parts: names.map((name) => ({ functionCall: { name, args: {} } })),
});
const returned = (...results: readonly (readonly [name: string, output: string, id?: string])[]): Content => ({
  role: 'user',
  parts: results.map(([name, output, id]) => ({
    functionResponse: { name, response: { output }, ...(id === undefined ? {} : { id }) },
  })),
});

test.each<[string, JsonObject, readonly Item[]]>([
  ['a text', { contents: 'hi' }, [user('hi')]],
  ['one content', { contents: { parts: [{ text: 'hi' }] } }, [user('hi')]],
  [
    'parts alone are one turn',
    { contents: [{ text: 'a' }, 'b'] },
    [
      {
        kind: 'message',
        role: 'user',
        parts: [
          { kind: 'text', text: 'a' },
          { kind: 'text', text: 'b' },
        ],
      },
    ],
  ],
  [
    'turns in their order, with and without a role',
    {
      contents: [
        { parts: [{ text: 'a' }] },
        { role: 'model', parts: [{ text: 'b' }] },
        { role: 'user', parts: [{ text: 'c' }] },
      ],
    },
    [user('a'), model('b'), user('c')],
  ],
  [
    '#53 the system turn leads, as a content',
    { systemInstruction: { role: 'user', parts: [{ text: 'be' }, { text: 'kind' }] }, contents: 'hi' },
    [
      {
        kind: 'message',
        role: 'system',
        parts: [
          { kind: 'text', text: 'be' },
          { kind: 'text', text: 'kind' },
        ],
      },
      user('hi'),
    ],
  ],
  [
    'names in snake_case',
    {
      system_instruction: 'be kind',
      contents: [
        { role: 'model', parts: [{ function_call: { name: 'f', args: { snake_case: 1 } }, thought_signature: 'S' }] },
        {
          parts: [
            { function_response: { name: 'f', response: { output: 'x' } } },
            { inline_data: { mime_type: 'image/png', data: 'QUJD' } },
          ],
        },
      ],
    },
    [
      { kind: 'message', role: 'system', parts: [{ kind: 'text', text: 'be kind' }] },
      sealed('S'),
      callOf('call_0', 'f', '{"snake_case":1}'),
      resultOf('call_0', 'x'),
      {
        kind: 'message',
        role: 'user',
        parts: [{ kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'QUJD' } }],
      },
    ],
  ],
  [
    'the chunks of a stream are one text again, whatever was thought between',
    {
      contents: [
        { role: 'model', parts: [{ text: 'Hm', thought: true }] },
        { role: 'model', parts: [{ text: 'm.', thought: true }] },
        { role: 'model', parts: [{ text: 'Grue' }] },
        { role: 'model', parts: [{ text: 'sse' }] },
        { role: 'model', parts: [{ functionCall: { name: 'f', args: {} }, thoughtSignature: 'S' }] },
        { role: 'model', parts: [{ text: '' }] },
      ],
    },
    [sealed('S', 'Hmm.'), model('Gruesse'), callOf('call_0', 'f')],
  ],
  [
    'a signature on an empty text, and one on a thought',
    {
      contents: [
        {
          role: 'model',
          parts: [
            { text: 'Hm', thought: true, thoughtSignature: 'A' },
            { text: 'x' },
            { text: '', thoughtSignature: 'B' },
          ],
        },
      ],
    },
    [sealed('A', 'Hm'), model('x'), sealed('B')],
  ],
  [
    "Google's skip words are no seals, also as bytes",
    {
      contents: [
        {
          role: 'model',
          parts: [
            { functionCall: { id: 'a', name: 'f' }, thoughtSignature: 'skip_thought_signature_validator' },
            {
              functionCall: { id: 'b', name: 'f' },
              thoughtSignature: Buffer.from('context_engineering_is_the_way_to_go').toString('base64'),
            },
          ],
        },
      ],
    },
    [callOf('a', 'f'), callOf('b', 'f')],
  ],
])('%s', (_name, body, items) => {
  expect(decode(body)).toEqual({ items, paths: [], edits: [] });
});

test.each<[string, readonly Content[], readonly Item[]]>([
  [
    'of parallel calls by name, in whatever order',
    [called('a', 'b'), returned(['b', 'B'], ['a', 'A'])],
    [callOf('call_0', 'a'), callOf('call_1', 'b'), resultOf('call_1', 'B'), resultOf('call_0', 'A')],
  ],
  [
    'of the same name twice, by order',
    [called('a', 'a'), returned(['a', '1'], ['a', '2'])],
    [callOf('call_0', 'a'), callOf('call_1', 'a'), resultOf('call_0', '1'), resultOf('call_1', '2')],
  ],
  [
    'of the latest turn that called, though an earlier call of that name waits',
    [called('a'), { role: 'user', parts: [{ text: 'again' }] }, called('a'), returned(['a', 'new'])],
    [callOf('call_0', 'a'), user('again'), callOf('call_1', 'a'), resultOf('call_1', 'new')],
  ],
  [
    'of turn after turn',
    [called('a'), returned(['a', '1']), called('a'), returned(['a', '2'])],
    [callOf('call_0', 'a'), resultOf('call_0', '1'), callOf('call_1', 'a'), resultOf('call_1', '2')],
  ],
  [
    'by the ids that were given',
    [
      {
        role: 'model',
        parts: [{ functionCall: { id: 'x', name: 'a' } }, { functionCall: { id: 'y', name: 'a' } }],
      },
      returned(['a', 'Y', 'y'], ['a', 'X', 'x']),
    ],
    [callOf('x', 'a'), callOf('y', 'a'), resultOf('y', 'Y'), resultOf('x', 'X')],
  ],
  [
    'by name where the result alone has an id',
    [called('a', 'b'), returned(['b', 'B', 'b-17'], ['a', 'A', 'a-17'])],
    [callOf('call_0', 'a'), callOf('call_1', 'b'), resultOf('call_1', 'B'), resultOf('call_0', 'A')],
  ],
  [
    'without any call, with an id that no call has',
    [returned(['a', 'A'], ['a', 'B', 'given'])],
    [resultOf('result_1', 'A'), resultOf('given', 'B')],
  ],
])('a result is paired %s', (_name, contents, items) => {
  expect(itemsOf(...contents)).toEqual(items);
});

test('minted ids keep clear of given ones, and stay the same in longer conversations', () => {
  const given: Content = { role: 'model', parts: [{ functionCall: { id: 'call_1', name: 'a' } }] };
  const short = itemsOf(given, returned(['a', 'A']), called('b'));
  expect(short.at(-1)).toEqual(callOf('call_1_', 'b'));
  expect(itemsOf(given, returned(['a', 'A']), called('b'), returned(['b', 'B']), called('c')).slice(0, 3)).toEqual(
    short,
  );
});

test.each<[string, JsonObject, string, true | null]>([
  ['its output', { output: 'plain' }, 'plain', null],
  ['an output that is no text, as JSON', { output: { a: 1 } }, '{"a":1}', null],
  ['its error', { error: 'broken' }, 'broken', true],
  ['both, as JSON', { output: 'x', error: 'y' }, '{"output":"x","error":"y"}', true],
  ['an error that says nothing is none', { output: 'x', error: null }, 'x', null],
  ['any other object, as JSON', { result: 'x' }, '{"result":"x"}', null],
  ['its content, as @ai-sdk/google says it', { name: 'f', content: 'plain' }, 'plain', null],
  ['a content beside another name, as JSON', { name: 'g', content: 'x' }, '{"name":"g","content":"x"}', null],
  ['an output among others, as JSON', { output: 'x', code: 0 }, '{"output":"x","code":0}', null],
])('what a function returned is %s', (_name, response, text, isError) => {
  expect(itemsOf(called('f'), { parts: [{ functionResponse: { name: 'f', response } }] })).toEqual([
    callOf('call_0', 'f'),
    resultOf('call_0', text, isError),
  ]);
});

test('a text that stands for an image of a result is not lost', () => {
  const parts = [{ functionResponse: { name: 'f', response: { output: 'see' }, parts: [{ text: '[removed]' }] } }];
  const [, result] = itemsOf(called('f'), { parts });
  expect(result).toMatchObject({ parts: [{ text: 'see' }, { text: '[removed]' }] });
});

test('a result holds the images that came with it', () => {
  const [, result] = itemsOf(called('f'), {
    parts: [
      {
        functionResponse: {
          name: 'f',
          response: {},
          parts: [{ inlineData: { mimeType: 'image/png', data: '_-8' } }],
        },
      },
    ],
  });
  expect(result).toMatchObject({
    parts: [{ kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: '/+8=' } }],
  });
});

test.each<[string, JsonObject, object]>([
  [
    'a document',
    { inlineData: { mimeType: 'application/pdf', data: 'QUJD', displayName: 'a.pdf' } },
    { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'QUJD' }, title: 'a.pdf' },
  ],
  ['sound', { inlineData: { mimeType: 'audio/mpeg', data: 'QUJD' } }, { kind: 'audio', format: 'mp3', data: 'QUJD' }],
  [
    'an image by its address',
    { fileData: { fileUri: 'https://a.test/x.png' } },
    { kind: 'image', source: { kind: 'url', url: 'https://a.test/x.png' } },
  ],
  [
    'a document by its address',
    { fileData: { fileUri: 'https://a.test/x', mimeType: 'application/pdf' } },
    { kind: 'document', source: { kind: 'url', url: 'https://a.test/x' } },
  ],
])('%s is a part of the turn', (_name, part, decoded) => {
  expect(itemsOf({ parts: [part] })).toEqual([{ kind: 'message', role: 'user', parts: [decoded] }]);
});

test.each<[string, JsonObject, string]>([
  ['film', { inlineData: { mimeType: 'video/mp4', data: 'QUJD' } }, 'contents.0.parts.0.inlineData'],
  ['code that Google ran', { executableCode: { code: 'x' } }, 'contents.0.parts.0.executableCode'],
  ['what Google ran itself', { toolCall: { id: 'x' } }, 'contents.0.parts.0.toolCall'],
  ['a member that nobody knows', { text: 'a', surprise: 1 }, 'contents.0.parts.0.surprise'],
  ['a seal of a user', { text: 'a', thoughtSignature: 'S' }, 'contents.0.parts.0.thoughtSignature'],
  [
    'results to come',
    { functionResponse: { name: 'f', response: {}, willContinue: true } },
    'contents.0.parts.0.functionResponse.willContinue',
  ],
])('%s is reported', (_name, part, path) => {
  const { paths, edits } = decode({ contents: [{ parts: [part, { text: 'hi' }] }] });
  expect(paths).toEqual([path]);
  expect(edits[0]?.rule).toBe('not-carried');
});

test('an image that a model drew is left out and reported', () => {
  const drawn = { role: 'model', parts: [{ text: 'Here.' }, { inlineData: { mimeType: 'image/png', data: 'QUJD' } }] };
  const { items, paths } = decode({ contents: [{ parts: [{ text: 'Draw.' }] }, drawn] });
  expect(items).toEqual([user('Draw.'), model('Here.')]);
  expect(paths).toEqual(['contents.1.parts.1']);
});

test.each<[string, JsonObject, string]>([
  ['no contents', {}, 'contents'],
  ['contents that are empty', { contents: [] }, 'contents'],
  ['an unknown role', { contents: [{ role: 'robot', parts: [{ text: 'a' }] }] }, 'contents[0].role'],
  ['a text that is none', { contents: [{ parts: [{ text: 7 }] }] }, 'contents[0].parts[0].text'],
  [
    'a call without a name',
    { contents: [{ parts: [{ functionCall: {} }] }] },
    'contents[0].parts[0].functionCall.name',
  ],
  [
    'arguments that are no object',
    { contents: [{ parts: [{ functionCall: { name: 'f', args: '{}' } }] }] },
    'contents[0].parts[0].functionCall.args',
  ],
  [
    "a file of Google's",
    { contents: [{ parts: [{ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } }] }] },
    'contents[0].parts[0].fileData.fileUri',
  ],
  [
    'an address within the network',
    { contents: [{ parts: [{ fileData: { fileUri: 'http://10.0.0.1/x.png' } }] }] },
    'contents[0].parts[0].fileData.fileUri',
  ],
  ['what Google keeps', { contents: 'hi', cachedContent: 'cachedContents/x' }, 'cachedContent'],
])('%s is refused', (_name, body, param) => {
  try {
    decode(body);
    expect.unreachable();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ProxyError);
    expect(thrown).toMatchObject({ code: 'invalid_request', param });
  }
});
