/** The rarer members of Chat, translated: each has a word in our form, is refused by name, or is told as an edit. */
import { describe, expect, test } from 'vitest';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeChatRequest } from './decode-request.ts';

const turns = [{ role: 'user', content: 'hi' }];

function decode(extra: Readonly<Record<string, unknown>>) {
  const edits: RequestEdit[] = [];
  const request = decodeChatRequest({ model: 'm', messages: turns, ...extra }, (edit) => void edits.push(edit));
  return { request, edits };
}

describe('members that ask for something that no other endpoint gives', () => {
  test.each([
    ['a predicted answer', { prediction: { type: 'content', content: 'x' } }, 'prediction'],
    ['a search of the web', { web_search_options: { search_context_size: 'low' } }, 'web_search_options'],
    ['a search of the web that says no more than that', { web_search_options: {} }, 'web_search_options'],
    ['a voice', { audio: { voice: 'alloy', format: 'wav' } }, 'audio'],
  ])('%s is told as an edit', (_what, extra, path) => {
    expect(decode(extra).edits).toEqual([expect.objectContaining({ rule: 'not-carried', path })]);
  });

  test.each([
    ['several answers', { n: 2 }, 'n'],
    ['no answer', { n: 0 }, 'n'],
    ['a text for their number', { n: '2' }, 'n'],
    ['sound', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }, 'modalities'],
  ])('%s is refused by name', (_what, extra, param) => {
    expect(() => decode(extra)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});

test.each([
  ['one answer', { n: 1 }],
  ['text alone', { modalities: ['text'] }],
  ['no probabilities', { logprobs: false }],
  ['nothing of all that', { prediction: null, audio: null, web_search_options: null, modalities: null }],
])('%s is no loss', (_what, extra) => expect(decode(extra).edits).toEqual([]));

test.each([
  [{ logprobs: true }, 0],
  [{ logprobs: true, top_logprobs: 3 }, 3],
  [{ logprobs: false, top_logprobs: 3 }, null],
])('%o asks for the probabilities of %s further tokens', (extra, topLogprobs) =>
  expect(decode(extra).request.topLogprobs).toBe(topLogprobs),
);

test('functions are tools as older clients spell them', () => {
  const { request, edits } = decode({
    functions: [{ name: 'f', parameters: { type: 'object' } }],
    function_call: 'auto',
  });
  expect(request.tools).toEqual([expect.objectContaining({ name: 'f' })]);
  expect(edits).toEqual([]);
});
