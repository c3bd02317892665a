/** A call comes back under the name and in the form that the caller gave its tool, with nothing of its input lost. */
import { expect, test } from 'vitest';
import type { BlockStart, StreamPart } from '../canonical/stream-part.ts';
import { restoreCalls, type CallerTool } from './restore-calls.ts';

const patch: CallerTool = { name: 'apply_patch', namespace: null, form: 'custom' };
const read: CallerTool = { name: 'read', namespace: 'files', form: 'function' };
const calls = new Map([
  ['apply_patch', patch],
  ['files_read', read],
]);
const aliases = new Map([['patch_1', 'apply_patch']]);

const begin = (name: string, block = 0): BlockStart => ({
  type: 'block-start',
  block,
  kind: 'tool-call',
  callId: `call_${block}`,
  name,
  namespace: null,
  form: 'function',
});
const piece = (text: string, block = 0): StreamPart => ({ type: 'delta', block, literal: JSON.stringify(text) });
const end = (block = 0): StreamPart => ({ type: 'block-end', block });

function restored(parts: readonly StreamPart[]): readonly StreamPart[] {
  const out: StreamPart[] = [];
  const push = restoreCalls((part) => out.push(part), calls, aliases);
  for (const part of parts) push(part);
  return out;
}

const textOf = (parts: readonly StreamPart[], block = 0) =>
  parts
    .map((part) => (part.type === 'delta' && part.block === block ? (JSON.parse(part.literal) as string) : ''))
    .join('');

test.each([
  ['by its own name', 'apply_patch', { name: 'apply_patch', form: 'custom' }],
  ['by an alias', 'patch_1', { name: 'apply_patch', form: 'custom' }],
  ['of a namespace', 'files_read', { name: 'read', namespace: 'files', form: 'function' }],
  ["the model's own idea", 'made_up', { name: 'made_up', namespace: null, form: 'function' }],
])('a call %s', (_what, name, expected) => {
  expect(restored([begin(name)])[0]).toMatchObject({ callId: 'call_0', ...expected });
});

test.each([
  ['in one piece', ['{"input":"a\\nb"}'], 'a\nb'],
  ['in many', ['{"in', 'put":"a', '\\', 'nb"', '}'], 'a\nb'],
  ['with nothing in it', ['{"input":""}'], ''],
  ['as it stands, where it is no such object', ['*** Begin', ' Patch'], '*** Begin Patch'],
  ['as it stands, where it never becomes one', ['{"inp'], '{"inp'],
  ['among other members', ['{"why":"x","input":"a"}'], 'a'],
])('the input of a custom tool: %s', (_what, pieces, input) => {
  const parts = restored([begin('patch_1'), ...pieces.map((text) => piece(text)), end()]);
  expect(textOf(parts)).toBe(input);
  expect(parts.at(-1)).toEqual(end());
  expect(parts.filter((part) => part.type === 'delta' && part.literal === '""')).toEqual([]);
});

test('two calls at a time do not mix, and arguments of a function keep their bytes', () => {
  const parts = restored([
    begin('apply_patch', 0),
    begin('files_read', 1),
    piece('{"input":', 0),
    piece('{"path": 1}', 1),
    piece('"x"}', 0),
    end(1),
    piece('', 0),
    end(0),
  ]);
  expect(textOf(parts, 0)).toBe('x');
  expect(parts.filter((part) => part.type === 'delta' && part.block === 1)).toEqual([piece('{"path": 1}', 1)]);
});

test('a block that follows under the same number is none of the call', () => {
  const text: BlockStart = { type: 'block-start', block: 0, kind: 'text', phase: null };
  const parts = restored([begin('apply_patch'), piece('{"input":"x"}'), end(), text, piece('{"input":"y"}'), end()]);
  expect(parts.slice(-3)).toEqual([text, piece('{"input":"y"}'), end()]);
});
