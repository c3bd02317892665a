/** Embeddings, old and new: what goes up, and what comes back. */
import type { EmbedRequest, EmbedResponse } from 'ollama';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeOllamaEmbed, decodeOllamaEmbeddings, encodeOllamaEmbed, encodeOllamaEmbeddings } from './embeddings.ts';

const silent = () => {};
const answer = {
  data: [
    { index: 1, embedding: [3, 4] },
    { index: 0, embedding: [1, 2] },
  ],
  usage: { prompt_tokens: 5, total_tokens: 5 },
};

test.each<[Partial<EmbedRequest>, JsonObject]>([
  [{ input: 'a' }, { input: 'a' }],
  [
    { input: ['a', 'b'], dimensions: 8, truncate: true, keep_alive: '5m' },
    { input: ['a', 'b'], dimensions: 8 },
  ],
])('%j goes up as %j', (view, body) => {
  expect(decodeOllamaEmbed({ model: 'm', ...view }, silent)).toEqual({ model: 'm', ...body });
});

test('the older form has one prompt, and options of the machine are reported', () => {
  const edits: RequestEdit[] = [];
  const view = { model: 'm', prompt: 'a', options: { num_ctx: 1 } };
  expect(decodeOllamaEmbeddings(view, (edit) => edits.push(edit))).toEqual({ model: 'm', input: 'a' });
  expect(edits).toMatchObject([{ rule: 'not-carried', path: 'options' }]);
});

test.each<[string, () => unknown]>([
  ['input', () => decodeOllamaEmbed({ input: 7 }, silent)],
  ['input', () => decodeOllamaEmbed({ input: ['a', [1, 2]] }, silent)],
  ['input[1]', () => decodeOllamaEmbed({ input: ['a', ''] }, silent)],
  ['dimensions', () => decodeOllamaEmbed({ input: 'a', dimensions: 0 }, silent)],
  ['prompt', () => decodeOllamaEmbeddings({ input: 'a' }, silent)],
])('%s is refused where it makes no sense', (param, decode) => {
  expect(decode).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
});

test('vectors come back in the order of their texts', () => {
  const expected = {
    model: 'asked',
    embeddings: [
      [1, 2],
      [3, 4],
    ],
    total_duration: 0,
    load_duration: 0,
    prompt_eval_count: 5,
  } satisfies EmbedResponse;
  expect(encodeOllamaEmbed(answer, 'asked')).toEqual(expected);
  expect(encodeOllamaEmbeddings(answer)).toEqual({ embedding: [1, 2] });
});

test('a vector that is no list of numbers is an error', () => {
  const odd = { data: [{ index: 0, embedding: 'AAAA' }] };
  expect(() => encodeOllamaEmbed(odd, 'm')).toThrow(expect.objectContaining({ code: 'upstream_invalid_response' }));
});
