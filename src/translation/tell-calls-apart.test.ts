/** Which calls of a conversation get an id of their own. */
import { expect, test } from 'vitest';
import type { Item } from '../canonical/conversation.ts';
import { tellCallsApart } from './tell-calls-apart.ts';

const call = (callId: string) => ({ kind: 'tool-call', callId, name: 'f', arguments: '{}' }) as unknown as Item;
const result = (callId: string) => ({ kind: 'tool-result', callId, content: [] }) as unknown as Item;
const text = { kind: 'message', role: 'user', content: [] } as unknown as Item;

/** `a` is a call, `a!` its result, `.` something else. */
const itemsOf = (words: string) =>
  words.split(' ').map((word) => (word === '.' ? text : word.endsWith('!') ? result(word.slice(0, -1)) : call(word)));

const wordsOf = (items: readonly Item[]) =>
  items
    .map((item) => (item.kind === 'tool-call' ? item.callId : item.kind === 'tool-result' ? `${item.callId}!` : '.'))
    .join(' ');

test.each([
  ['ids that differ stay', 'a b a! b!', 'a b a! b!', []],
  ['the second of a name is told apart', 'a a! . a a!', 'a a! . a_2 a_2!', [3]],
  ['and the third', 'a a! a a! a a!', 'a a! a_2 a_2! a_3 a_3!', [2, 4]],
  ['two at once, in their order', 'a a a! a!', 'a a_2 a! a_2!', [1]],
  ['a free name is found', 'a a! a_2 a_2! a a!', 'a a! a_2 a_2! a_2_ a_2_!', [4]],
  ['a result without its call counts for none', 'a! a a!', 'a! a a!', []],
  ['nor does a second result of one call', 'a a! a! a a!', 'a a! a! a_2 a_2!', [3]],
  ['a call without a result keeps its name', 'a a! a', 'a a! a', []],
])('%s', (_what, before, after, paths) => {
  const edits: (string | undefined)[] = [];
  const items = itemsOf(before);
  const told = tellCallsApart(items, ({ rule, path }) => {
    expect(rule).toBe('repaired');
    edits.push(path);
  });
  expect(wordsOf(told)).toBe(after);
  expect(edits).toEqual(paths.map((at) => `items.${at}`));
  if (paths.length === 0) expect(told).toBe(items);
});
