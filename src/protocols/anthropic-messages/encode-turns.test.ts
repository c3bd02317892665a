/** Tests of turns as Messages wants them: what stands behind a call moves, with the thoughts that led to it. */
import { expect, test } from 'vitest';
import type { Item } from '../../canonical/conversation.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { encodeTurns } from './encode-turns.ts';

const says = (role: 'user' | 'assistant', text: string): Item => ({
  kind: 'message',
  role,
  parts: [{ kind: 'text', text }],
});
const thinks = (text: string): Item => ({
  kind: 'reasoning',
  text,
  sealed: { kind: 'signature', blob: `seal of ${text}`, id: null },
});
const calls = (callId: string): Item => ({
  kind: 'tool-call',
  callId,
  name: 'f',
  namespace: null,
  form: 'function',
  input: '{}',
  sealed: null,
});

/** One word a block of the model's turn. */
function wordsOf(...said: readonly Item[]) {
  const edits: RequestEdit[] = [];
  const turns = encodeTurns([says('user', 'q'), ...said], 0, (edit) => edits.push(edit));
  const words = turns[1]?.content.map(({ id, text, thinking }) => id ?? text ?? thinking);
  return { words, rules: edits.map(({ rule }) => rule) };
}

test.each<[string, readonly Item[], readonly string[], readonly string[]]>([
  ['a text', [calls('c1'), says('assistant', 'a')], ['a', 'c1'], ['moved']],
  ['a thought and its text', [calls('c1'), thinks('t'), says('assistant', 'a')], ['t', 'a', 'c1'], ['moved']],
  [
    'several of both',
    [thinks('t'), calls('c1'), says('assistant', 'a'), calls('c2'), thinks('u'), says('assistant', 'b')],
    ['t', 'a', 'u', 'b', 'c1', 'c2'],
    ['moved', 'moved'],
  ],
  ['a thought and its call', [calls('c1'), thinks('t'), calls('c2')], ['c1', 't', 'c2'], []],
])('behind a call stands %s', (_name, said, words, rules) => {
  expect(wordsOf(...said)).toEqual({ words, rules });
});
