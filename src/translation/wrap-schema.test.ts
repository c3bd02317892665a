/** Tests of answers whose root is no object: what is asked for, and that it comes back in whatever pieces it is written. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../canonical/json-value.ts';
import type { OutputRequest } from '../canonical/model-request.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { StreamPart } from '../canonical/stream-part.ts';
import { unwrapValues, type ValueForm } from './unwrap-value.ts';
import { wrapSchema } from './wrap-schema.ts';

const outputOf = (schema: JsonObject, isWord = false): OutputRequest => ({
  format: { kind: 'json-schema', name: null, description: null, schema, strict: null, ...(isWord && { isWord }) },
  verbosity: null,
});

function wrapped(schema: JsonObject, client: ProtocolId = 'gemini', isWord = false) {
  const edits: RequestEdit[] = [];
  const { output, wrapped: form } = wrapSchema(outputOf(schema, isWord), client, (edit) => edits.push(edit));
  return { schema: output.format.kind === 'json-schema' && output.format.schema, form, edits: edits.length };
}

const list = { type: 'array', items: { $ref: '#/$defs/row' } };
const $defs = { row: { type: 'string' } };
const around = (value: JsonObject) => ({
  type: 'object',
  properties: { value },
  required: ['value'],
  additionalProperties: false,
});

test('a list is asked for within an object, its definitions stay at the root', () => {
  expect(wrapped({ $schema: 'x', ...list, $defs })).toEqual({
    schema: { ...around(list), $defs },
    form: 'json',
    edits: 1,
  });
});

test('a word is asked for as JSON, and comes bare', () => {
  const word = { type: 'string', enum: ['a'] };
  expect(wrapped(word, 'gemini', true)).toEqual({ schema: around(word), form: 'word', edits: 1 });
});

test.each<[string, JsonObject, ProtocolId]>([
  ['an object', { type: 'object' }, 'gemini'],
  ['an object that does not say so', { properties: {} }, 'ollama'],
  ['a schema that names its root', { type: 'array', items: { $ref: '#' } }, 'gemini'],
  ["a list of OpenAI's callers, who are told", list, 'openai-chat'],
])('%s stays as it is', (_name, schema, client) => {
  expect(wrapped(schema, client)).toEqual({ schema, form: null, edits: 0 });
});

function unwrapped(pieces: readonly string[], form: ValueForm = 'json'): string {
  let said = '';
  const push = unwrapValues((part) => {
    if (part.type === 'delta') said += String(JSON.parse(part.literal));
  }, form);
  const deltas = pieces.map((piece): StreamPart => ({ type: 'delta', block: 0, literal: JSON.stringify(piece) }));
  for (const part of [
    { type: 'block-start', block: 0, kind: 'text', phase: null } as const,
    ...deltas,
    { type: 'block-end', block: 0 } as const,
  ])
    push(part);
  return said;
}

const inPieces = (text: string, sizes: readonly number[]): readonly string[] => {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
};

test('any value comes out as it was written, in any pieces', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(0, 2),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (value, indent, sizes) => {
        const pieces = inPieces(JSON.stringify({ value }, null, indent), sizes);
        expect(JSON.parse(unwrapped(pieces))).toEqual(JSON.parse(JSON.stringify(value)));
      },
    ),
  );
});

test('a word comes without its quotes', () => {
  expect(unwrapped(inPieces(String.raw`{"value": "rock \"n\" roll"}`, [3]), 'word')).toBe('rock "n" roll');
});

test.each([
  ['prose', 'I will not.'],
  ['another object', '{"items":[1]}'],
  ['the bare list', '[1,2]'],
  ['nothing but a brace', '{'],
])('%s in its place is the answer as it stands', (_name, text) => {
  for (const form of ['json', 'word'] as const) expect(unwrapped(inPieces(text, [2]), form)).toBe(text);
});

test('an answer that was cut is told as far as it came', () => {
  expect(unwrapped(['{"value":["a', 'b"'])).toBe('["ab"');
});
