/** Which tools stay here, turn after turn, where several agents share a session. */
import { expect, test } from 'vitest';
import { pruneTools } from './prune-tools.ts';

const offer = (agent: string, forced?: string) => ({
  tools: Array.from({ length: 129 }, (_none, index) => ({ type: 'function', name: `${agent}${index}` })),
  ...(forced === undefined ? {} : { tool_choice: { type: 'function', name: forced } }),
});

test('what one agent of a session was offered does not change with the offer of another', () => {
  const first = pruneTools('/responses', offer('a', 'a128'));
  expect(first.pruned).toEqual(['a127']);
  const other = pruneTools('/responses', offer('b'), first.pruned);
  expect(other.pruned).toEqual(['b128', 'a127']);
  const again = pruneTools('/responses', offer('a'), other.pruned);
  expect(again.pruned).toEqual(['a127', 'b128']);
  expect(again.jsonEdits).toEqual(first.jsonEdits);
});

test('a session remembers only so many', () => {
  const before = Array.from({ length: 10_000 }, (_none, index) => `old${index}`);
  expect(pruneTools('/responses', offer('a'), before).pruned).toHaveLength(4096);
});
