/** Edits that overlap come to one pass over the text, with the same outcome as one after the other. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../canonical/json-value.ts';
import { editJson, type JsonEdit } from '../../../framing/json-text.ts';
import { remove, set } from './body-rule.ts';
import { createBodyDraft } from './body-draft.ts';

const rename = (from: string, to: string): JsonEdit => ({ op: 'rename', path: [from], to });

const rows: readonly (readonly [string, JsonObject, readonly JsonEdit[], JsonObject])[] = [
  ['a renamed value that is changed', { a: 1, b: 2 }, [rename('a', 'c'), set(['c'], 3)], { b: 2, c: 3 }],
  ['a renamed value that stays', { a: 1, b: 2 }, [rename('a', 'c')], { c: 1, b: 2 }],
  ['a change within what was set', { a: 1 }, [set(['a'], { b: [1, 2] }), remove('a', 'b', 0)], { a: { b: [2] } }],
  ['a set after a remove', { a: { b: 1 } }, [remove('a'), set(['a', 'c'], 2)], { a: { c: 2 } }],
  ['a remove after a set', { a: 1, b: 2 }, [set(['a'], 3), remove('a')], { b: 2 }],
  ['indices after a hole', { a: [1, 2, 3] }, [remove('a', 0), set(['a', 2], 4)], { a: [2, 4] }],
  ['a hole within a value that is moved', { a: [1, 2] }, [remove('a', 0), set(['b'], 1)], { a: [2], b: 1 }],
  ['an element behind the end', { a: [1] }, [remove('a', 0), set(['a', 1], 2)], { a: [2] }],
  ['an element of an empty list', { a: [] }, [set(['a', 0], 2)], { a: [2] }],
  ['nothing below what is not there', { a: [] }, [set(['a', 0, 'b'], 2)], { a: [] }],
];

test.each(rows)('%s', (_name, body, edits, expected) => {
  const text = JSON.stringify(body);
  const draft = createBodyDraft(body);
  for (const edit of edits) draft.apply(edit);
  expect(JSON.parse(editJson(text, draft.edits()))).toEqual(expected);
  // What came in is somebody else's.
  expect(JSON.stringify(body)).toBe(text);
});
