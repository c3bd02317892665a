/** What a lesson changes in a request, and which one is drawn where another did not help. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import { editJson } from '../../framing/json-text.ts';
import { readLessons } from './learnable-refusal.ts';
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

test('a beta that is known not to help gives way to leaving the field out', () => {
  const refused = { message: 'tools.0.defer_loading: Extra inputs are not permitted', param: undefined };
  const body = { tools: [{ name: 'a', defer_loading: true }] };
  const sent = { path: '/v1/messages' as const, body, betas: [], lessons: [] };
  const isFutile = ({ kind }: Lesson) => kind === 'needs-beta';
  const drawn = (more: object) =>
    readLessons({ ...refused, upstreamCode: undefined }, { ...sent, ...more }).map(({ kind, path }) => [kind, path]);
  expect(drawn({})).toEqual([['needs-beta', 'tools.*.defer_loading']]);
  expect(drawn({ isFutile })).toEqual([['field', 'tools.*.defer_loading']]);
  expect(drawn({ isFutile: () => true })).toEqual([]);
});
