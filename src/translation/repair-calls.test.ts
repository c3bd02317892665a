/** Whatever a history holds, each call ends up with one result right behind its turn, and doing it again changes nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Item } from '../canonical/conversation.ts';
import { repairCalls } from './repair-calls.ts';

const call = (callId: string): Item => ({
  kind: 'tool-call',
  callId,
  name: 't',
  namespace: null,
  form: 'function',
  input: '{}',
  sealed: null,
});
const result = (callId: string, text = 'r'): Item => ({
  kind: 'tool-result',
  callId,
  form: 'function',
  parts: [{ kind: 'text', text }],
  isError: null,
});
const says = (role: 'user' | 'assistant'): Item => ({ kind: 'message', role, parts: [{ kind: 'text', text: role }] });

const short = (items: readonly Item[]) =>
  items
    .map((item) =>
      item.kind === 'tool-call' ? `c${item.callId}` : item.kind === 'tool-result' ? `r${item.callId}` : 'm',
    )
    .join(' ');

function repair(items: readonly Item[]) {
  const rules: string[] = [];
  return { items: repairCalls(items, ({ rule }) => rules.push(rule)), rules };
}

test.each([
  ['sound pairs stay', [call('1'), call('2'), result('1'), result('2'), says('user')], 'c1 c2 r1 r2 m', []],
  ['#33 a missing result is stood in for', [call('1'), says('user')], 'c1 r1 m', ['repaired']],
  ['#33 a result of no call goes', [says('user'), result('9')], 'm', ['repaired']],
  ['#32 of two results the first stays', [call('1'), result('1', 'a'), result('1', 'b')], 'c1 r1', ['repaired']],
  ['a result from elsewhere moves', [call('1'), says('user'), result('1'), says('user')], 'c1 r1 m m', ['moved']],
  ['text within the turn stays before the results', [call('1'), says('assistant'), result('1')], 'c1 m r1', []],
  ['calls without an end of the turn', [call('1'), call('2')], 'c1 c2 r1 r2', ['repaired', 'repaired']],
  ['an id that is used twice', [call('1'), call('1'), result('1')], 'c1 r1', ['repaired']],
  [
    'an id that every turn uses anew loses no call',
    [call('1'), result('1'), says('user'), call('1'), result('1'), call('1'), result('1')],
    'c1 r1 m c1_2 r1_2 c1_3 r1_3',
    ['repaired', 'repaired'],
  ],
  [
    'one id for two parallel calls: the results go by their order',
    [call('1'), call('1'), result('1', 'a'), result('1', 'b')],
    'c1 c1_2 r1 r1_2',
    ['repaired'],
  ],
  [
    'an id that another call has is not taken',
    [call('1'), result('1'), call('1'), result('1'), call('1_2'), result('1_2')],
    'c1 r1 c1_2_ r1_2_ c1_2 r1_2',
    ['repaired'],
  ],
])('%s', (_name, items, expected, rules) => {
  const repaired = repair(items);
  expect(short(repaired.items)).toBe(expected);
  expect(repaired.rules).toEqual(rules);
});

const anyItem = fc.oneof(
  fc.constantFrom('1', '2', '3').map(call),
  fc.constantFrom('1', '2', '3').map((id) => result(id)),
  fc.constantFrom('user' as const, 'assistant' as const).map(says),
);

test('each call has one result in the run behind its turn, and a second repair changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyItem, { maxLength: 12 }), (items) => {
      const once = repair(items).items;
      const again = repair(once);
      expect(again.items).toEqual(once);
      expect(again.rules).toEqual([]);
      const calls = once.filter(({ kind }) => kind === 'tool-call').length;
      expect(once.filter(({ kind }) => kind === 'tool-result')).toHaveLength(calls);
      expect(once.filter(({ kind }) => kind === 'message')).toHaveLength(
        items.filter(({ kind }) => kind === 'message').length,
      );
    }),
    { numRuns: 1000 },
  );
});
