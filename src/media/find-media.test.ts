import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../canonical/json-value.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { editJson } from '../framing/json-text.ts';
import { images, pdf } from '../../test/support/sample-images.ts';
import { findMedia } from './find-media.ts';

const { png, gif } = images;
const url = (data: string, type = 'image/png') => `data:${type};base64,${data}`;

interface Row {
  readonly title: string;
  readonly protocol: ProtocolId;
  readonly body: JsonObject;
  readonly param: string;
  /** What stands in the body once a GIF was put there. */
  readonly put: JsonObject;
}

const rows: readonly Row[] = [
  {
    title: 'Chat: an image',
    protocol: 'openai-chat',
    body: {
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: url(png), detail: 'low' } }] }],
    },
    param: 'messages[0].content[0].image_url.url',
    put: {
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: url(gif, 'image/gif'), detail: 'low' } }] },
      ],
    },
  },
  {
    title: 'Chat: an image as older clients spell it',
    protocol: 'openai-chat',
    body: { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: url(png) }] }] },
    param: 'messages[0].content[0].image_url',
    put: { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: url(gif, 'image/gif') }] }] },
  },
  {
    title: 'Chat: a file',
    protocol: 'openai-chat',
    body: { messages: [{ role: 'user', content: [{ type: 'file', file: { filename: 'a.pdf', file_data: pdf } }] }] },
    param: 'messages[0].content[0].file.file_data',
    put: {
      messages: [
        { role: 'user', content: [{ type: 'file', file: { filename: 'a.pdf', file_data: url(gif, 'image/gif') } }] },
      ],
    },
  },
  {
    title: 'Responses: an image in the output of a tool',
    protocol: 'openai-responses',
    body: { input: [{ type: 'function_call_output', output: [{ type: 'input_image', image_url: url(png) }] }] },
    param: 'input[0].output[0].image_url',
    put: {
      input: [{ type: 'function_call_output', output: [{ type: 'input_image', image_url: url(gif, 'image/gif') }] }],
    },
  },
  {
    title: 'Responses: a file by its address',
    protocol: 'openai-responses',
    body: { input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://example.com/a.pdf' }] }] },
    param: 'input[0].content[0].file_url',
    put: {
      input: [
        {
          role: 'user',
          content: [{ type: 'input_file', filename: 'document.pdf', file_data: url(gif, 'image/gif') }],
        },
      ],
    },
  },
  {
    title: 'Messages: an image in the result of a tool',
    protocol: 'anthropic-messages',
    body: {
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't',
              content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }],
            },
          ],
        },
      ],
    },
    param: 'messages.0.content.0.content.0.source.data',
    put: {
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't',
              content: [{ type: 'image', source: { type: 'base64', media_type: 'image/gif', data: gif } }],
            },
          ],
        },
      ],
    },
  },
  {
    title: 'Messages: a document by its address',
    protocol: 'anthropic-messages',
    body: {
      messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'url', url: 'https://a.example/' } }] }],
    },
    param: 'messages.0.content.0.source.url',
    put: {
      messages: [
        {
          role: 'user',
          content: [{ type: 'document', source: { type: 'base64', media_type: 'image/gif', data: gif } }],
        },
      ],
    },
  },
  {
    title: 'Gemini: inline data',
    protocol: 'gemini',
    body: {
      contents: [{ role: 'user', parts: [{ text: 'x' }, { inlineData: { mimeType: 'image/png', data: png } }] }],
    },
    param: 'contents[0].parts[1].inlineData.data',
    put: { contents: [{ role: 'user', parts: [{ text: 'x' }, { inlineData: { mimeType: 'image/gif', data: gif } }] }] },
  },
  {
    title: 'Gemini: inline data, spelled as in its other documents',
    protocol: 'gemini',
    body: { contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data: png } }] }] },
    param: 'contents[0].parts[0].inline_data.data',
    put: { contents: [{ parts: [{ inline_data: { mime_type: 'image/gif', data: gif } }] }] },
  },
  {
    title: 'Gemini: a file by its address',
    protocol: 'gemini',
    body: { contents: [{ parts: [{ fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } }] }] },
    param: 'contents[0].parts[0].fileData.fileUri',
    put: { contents: [{ parts: [{ inlineData: { mimeType: 'image/gif', data: gif } }] }] },
  },
  {
    title: 'Ollama: an image of a turn',
    protocol: 'ollama',
    body: { messages: [{ role: 'user', content: 'x', images: [png] }] },
    param: 'messages[0].images[0]',
    put: { messages: [{ role: 'user', content: 'x', images: [gif] }] },
  },
  {
    title: 'Ollama: an address, as clients made for OpenAI send it',
    protocol: 'ollama',
    body: { messages: [{ role: 'user', content: 'x', images: ['https://example.com/a.png'] }] },
    param: 'messages[0].images[0]',
    put: { messages: [{ role: 'user', content: 'x', images: [gif] }] },
  },
  {
    title: 'Ollama: an image of a prompt',
    protocol: 'ollama-generate',
    body: { prompt: 'x', images: [png] },
    param: 'images[0]',
    put: { prompt: 'x', images: [gif] },
  },
];

describe('where each protocol has them', () => {
  test.each(rows)('$title', ({ protocol, body, param, put }) => {
    const [medium, ...others] = findMedia(protocol, body);
    expect(others).toEqual([]);
    expect(medium?.param).toBe(param);
    expect(JSON.parse(editJson(JSON.stringify(body), medium?.put('image/gif', gif) ?? []))).toEqual(put);
  });

  test.each<[ProtocolId, JsonObject]>([
    ['openai-chat', { messages: [{ role: 'user', content: 'hi' }] }],
    [
      'openai-chat',
      { messages: [{ role: 'assistant', tool_calls: [{ function: { arguments: { type: 'image_url' } } }] }] },
    ],
    ['anthropic-messages', { messages: [{ content: [{ type: 'tool_use', input: { type: 'image', source: {} } }] }] }],
    ['anthropic-messages', { messages: [{ content: [{ type: 'document', source: { type: 'text', data: 'x' } }] }] }],
    ['openai-responses', { input: 'hi' }],
    ['openai-responses', { input: [{ content: [{ type: 'input_image', file_id: 'file-1' }] }] }],
    ['gemini', { contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data: 'AAAA' } }] }] }],
    ['ollama', { messages: [{ role: 'user', content: 'x', images: null }] }],
    ['openai-completions', { prompt: 'x' }],
    ['openai-chat', {}],
  ])('%s: nothing in %j', (protocol, body) => expect(findMedia(protocol, body)).toEqual([]));
});

test.each<[string, ProtocolId, JsonObject, isMisspelled: boolean]>([
  ['data as it belongs', 'openai-chat', { type: 'image_url', image_url: { url: url(png) } }, false],
  [
    'BASE64 in capitals',
    'openai-chat',
    { type: 'image_url', image_url: { url: `DATA:image/png;a=b;BASE64,${png}` } },
    true,
  ],
  ['data as an address', 'anthropic-messages', { type: 'image', source: { type: 'url', url: url(png) } }, true],
  ['data as bytes', 'anthropic-messages', { type: 'image', source: { type: 'base64', data: png } }, false],
])('%s is data, however it is spelled', (_what, protocol, block, isMisspelled) => {
  const found = findMedia(protocol, { messages: [{ role: 'user', content: [block] }] });
  expect(found).toMatchObject([{ content: { kind: 'inline', data: png }, isMisspelled }]);
});

test('a file of Gemini whose address is its data is that data', () => {
  const fileData = { mimeType: 'image/png', fileUri: url(png) };
  const found = findMedia('gemini', { contents: [{ parts: [{ fileData }] }] });
  expect(found).toMatchObject([{ content: { kind: 'inline', data: png }, isMisspelled: true }]);
});

test('what came after the last answer is new', () => {
  const turn = (role: string) => ({ role, content: [{ type: 'image_url', image_url: { url: url(png) } }] });
  const media = findMedia('openai-chat', {
    messages: [turn('user'), { role: 'assistant', content: 'x' }, turn('user')],
  });
  expect(media.map(({ isNew }) => isNew)).toEqual([false, true]);
});

test('a text stands where a block stood, with its cache marker', () => {
  const block = { type: 'image', source: { type: 'base64', data: png }, cache_control: { type: 'ephemeral' } };
  const [medium] = findMedia('anthropic-messages', { messages: [{ role: 'user', content: [block] }] });
  expect(medium?.say('gone')).toEqual({
    op: 'set',
    path: ['messages', 0, 'content', 0],
    value: { type: 'text', text: 'gone', cache_control: { type: 'ephemeral' } },
  });
});

test('nesting without end costs nothing', () => {
  let content: unknown = [];
  for (let depth = 0; depth < 100; depth += 1) content = [{ type: 'x', content }];
  expect(findMedia('anthropic-messages', { messages: [{ content }] })).toEqual([]);
});
