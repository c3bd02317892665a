/** Where images stand in each protocol, what takes their place, and which refusals call for it. */
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../errors/error-table.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { editJson } from '../../framing/json-text.ts';
import type { UpstreamPath } from '../upstream.ts';
import { imagesOf, isTooLarge, surplusImages, type PlacedImage } from './images.ts';

const words = '[image removed by Crossfeed: the request was too large for the upstream]';

function places(path: UpstreamPath, body: Readonly<Record<string, unknown>>): string[] {
  return imagesOf(path, body).map((image) => `${image.path.join('.')}${image.isNew ? ' new' : ''}`);
}

function replaced(path: UpstreamPath, body: Readonly<Record<string, unknown>>): unknown {
  const edits = imagesOf(path, body).map((image) => ({
    op: 'set' as const,
    path: image.path,
    value: image.placeholder,
  }));
  return JSON.parse(editJson(JSON.stringify(body), edits));
}

const base64 = (data: string) => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } });

test('Messages: deep in tool results, and cache markers stay', () => {
  const marker = { type: 'ephemeral' };
  const body = {
    messages: [
      { role: 'user', content: [{ ...base64('a'), cache_control: marker }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'see', input: { image: base64('arg') } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [base64('b')] }] },
    ],
  };
  expect(places('/v1/messages', body)).toEqual(['messages.0.content.0', 'messages.2.content.0.content.0 new']);
  expect(replaced('/v1/messages', body)).toEqual({
    messages: [
      { role: 'user', content: [{ type: 'text', text: words, cache_control: marker }] },
      body.messages[1],
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: words }] }] },
    ],
  });
});

test('Chat', () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } };
  const body = { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, image] }] };
  expect(places('/chat/completions', body)).toEqual(['messages.0.content.1 new']);
  expect(replaced('/chat/completions', body)).toEqual({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'text', text: words },
        ],
      },
    ],
  });
});

test('Responses: in messages and in tool outputs', () => {
  const image = { type: 'input_image', image_url: 'data:image/png;base64,AA' };
  const body = {
    input: [
      { type: 'message', role: 'user', content: [image] },
      { type: 'function_call', call_id: 'c', name: 'see', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: [image] },
    ],
  };
  expect(places('/responses', body)).toEqual(['input.0.content.0', 'input.2.output.0 new']);
  const text = { type: 'input_text', text: words };
  expect(replaced('/responses', body)).toEqual({
    input: [
      { type: 'message', role: 'user', content: [text] },
      body.input[1],
      { type: 'function_call_output', call_id: 'c', output: [text] },
    ],
  });
});

test('an image has the same id in every turn, and another one another id', () => {
  const body = { messages: [{ role: 'user', content: [base64('a'), base64('b'), base64('a')] }] };
  const [first, second, third] = imagesOf('/v1/messages', body);
  expect(first?.id).toBe(third?.id);
  expect(first?.id).not.toBe(second?.id);
});

test.each<[large: boolean, code: ErrorCode, status: number, message: string]>([
  [true, 'request_too_large', 413, 'failed to parse request'],
  [true, 'invalid_request', 400, 'Request Entity Too Large'],
  [true, 'invalid_request', 400, 'messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 6 > 5'],
  [true, 'invalid_request', 400, 'too many images in the request'],
  [false, 'invalid_request', 400, 'external image URLs are not supported'],
  [false, 'context_length_exceeded', 413, 'Request body is too large for model context window'],
  [false, 'invalid_request', 400, 'max_tokens is too large'],
])('%s: %s %d %s', (large, code, status, message) => {
  expect(isTooLarge(new ProxyError(code, message, { upstreamStatus: status }))).toBe(large);
});

test('our own limit on a body is no refusal of the upstream', () => {
  expect(isTooLarge(new ProxyError('request_too_large', 'The request body is too large.'))).toBe(false);
});

/** Capital letters are new images. */
const shown = (letters: string): PlacedImage[] =>
  letters.split('').map((letter) => ({
    path: [],
    id: letter.toLowerCase(),
    isNew: letter !== letter.toLowerCase(),
    placeholder: {},
  }));

test.each([
  ['as many as go', 'abcd', 4, ''],
  ['one too many: a quarter is left free', 'abcdE', 4, 'ab'],
  ['two too many', 'abcdEF', 4, 'abc'],
  ['more old ones than need to go stay', 'abcdefghI', 8, 'abc'],
  ['a bound that has no quarter', 'abC', 2, 'a'],
  ['one image only', 'aB', 1, 'a'],
  ['new ones, the first of them', 'ABCDEF', 4, 'ab'],
  ['old ones before new ones', 'aBCDEF', 4, 'ab'],
  ['an old one that is shown again', 'abcdA', 4, 'bc'],
  ['the same image several times', 'aaabC', 4, 'a'],
])('of too many images go: %s', (_what, letters, most, gone) =>
  expect(surplusImages(shown(letters), most).join('')).toBe(gone),
);
