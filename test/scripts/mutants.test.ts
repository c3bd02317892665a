/** Changed words: which are found in a source, which are left out, and which tests a source can fail. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mutantsOf, sample } from '../../scripts/mutants/find-mutants.ts';
import { createRelatedTests } from '../../scripts/mutants/related-tests.ts';

const changesOf = (code: string) => mutantsOf('x.ts', code).mutants.map(({ was, now }) => `${was}>${now}`);

test.each([
  ['a comparison', 'export const f = (a: number) => a < 3;', ['<><=', '3>4']],
  ['a number with another base', 'export const quote = 0x22;', ['0x22>35']],
  ['both sides of an or', 'export const f = (a: boolean, b: boolean) => a || !b;', ['||>&&', '!>']],
  ['a check that is gone', 'export function f(a: unknown) { if (isLost(a)) throw a; }', ['isLost(a)>false']],
  ['a method with a sister', "export const f = (a: string) => a.startsWith('x');", ['startsWith>endsWith']],
  ['a sum, and no joined text', "export const f = (a: number) => 'n ' + a + String(a + a);", ['+>-']],
  [
    'an operator behind brackets',
    'export const f = (a: number) => (a + 1) * (a /* < */ - 2);',
    ['*>/', '+>-', '1>2', '->+', '2>3'],
  ],
])('%s', (_what, code, expected) => {
  expect(changesOf(code)).toEqual(expected);
});

test.each([
  ['types', 'export type Answer = { ok: true; n: 1 | 2 };'],
  ['what is logged', 'log.warn({ count: a + 1 }, "gone");'],
  ['what a hash mixes with', 'export const f = (n: number) => Math.imul(n, 597);'],
  ['errors of ours', 'export const f = (n: number) => new Error(`${n + 1} rows`);'],
  ['texts, patterns and comments', "export const f = ['a < b', `1 + 1`, /a|b/]; // 1 < 2"],
  ['a default that only the types ask for', 'export const f = (list: number[], i: number) => list[i] ?? 0;'],
])('%s: left alone', (_what, code) => {
  expect(changesOf(code)).toEqual([]);
});

test('a value that is told its type is a value', () => {
  expect(changesOf('export const f = (a: unknown) => (a as number) + 1;')).toEqual(['+>-', '1>2']);
});

test('a sample is the same for its seed, also where a line was put in before', () => {
  const code = 'export const a = 1;\nexport const b = 2;\nexport const c = 3;\nexport const d = 4;\n';
  const drawn = (text: string) => sample(mutantsOf('x.ts', text).mutants, 2, 'seed').map((mutant) => mutant.code);
  expect(drawn(`// more\n${code}`)).toEqual(drawn(code));
  expect(drawn(code)).toHaveLength(2);
});

test('a source can fail the tests that load it, and none that knows its types alone', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const files = [
    'src/limits/fair-queue.ts',
    'src/limits/fair-queue.test.ts',
    'src/limits/account-limiter.ts',
    'src/limits/create-limiter.ts',
    'src/limits/create-limiter.test.ts',
    'src/limits/pause-gate.test.ts',
    'test/support/limiter-rig.ts',
  ];
  const related = createRelatedTests(root, files);
  expect(related('src/limits/fair-queue.ts')).toEqual(
    new Set(['src/limits/fair-queue.test.ts', 'src/limits/create-limiter.test.ts']),
  );
});
