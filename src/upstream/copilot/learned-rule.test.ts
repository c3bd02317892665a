/** What a lesson changes in a request. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import { editJson } from '../../framing/json-text.ts';
import { applyLessons, type Lesson } from './learned-rule.ts';

test.each<[string, JsonObject, JsonObject]>([
  ['keeps its value', { max_tokens: 5 }, { max_completion_tokens: 5 }],
  ['goes where both stand', { max_tokens: 5, max_completion_tokens: 7 }, { max_completion_tokens: 7 }],
  ['is not invented', { n: 1 }, { n: 1 }],
])('a limit that is wanted by another name %s', (_how, body, expected) => {
  const lesson: Lesson = { kind: 'rename', path: 'max_tokens', value: 'max_completion_tokens', words: '' };
  const edits = applyLessons([lesson], body, []).edits.map(({ edit }) => edit);
  expect(JSON.parse(editJson(JSON.stringify(body), edits))).toEqual(expected);
});
