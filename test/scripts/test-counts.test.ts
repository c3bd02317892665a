/** The count that CI closes with: what test runners say, and what counts when they say nothing. */
import { expect, test } from 'vitest';
import { countFromText, countFromVitest, sumCounts } from '../../scripts/test-counts.ts';

const report = (passed: number, failed: number) => JSON.stringify({ numPassedTests: passed, numFailedTests: failed });

test.each([
  ['a good run', report(12, 0), true, { passed: 12, failed: 0 }],
  ['a run with failures', report(10, 2), false, { passed: 10, failed: 2 }],
  ['a run that broke without a failed test', report(12, 0), false, { passed: 12, failed: 1 }],
  ['a run that wrote no report', undefined, false, { passed: 0, failed: 1 }],
])('vitest: %s', (_what, text, ranWell, count) => {
  expect(countFromVitest(text, ranWell)).toEqual(count);
});

test.each([
  ['its closing line', 'x\n3 passed, 0 failed\n', true, { passed: 3, failed: 0 }],
  ['the last of several', '1 passed, 1 failed\n3 passed, 0 failed, 2 skipped\n', true, { passed: 3, failed: 0 }],
  ['a failure without one counted', '3 passed, 0 failed\n', false, { passed: 3, failed: 1 }],
  ['no line, a good end', 'done\n', true, { passed: 1, failed: 0 }],
  ['no line, a bad end', '', false, { passed: 0, failed: 1 }],
])('text: %s', (_what, text, ranWell, count) => {
  expect(countFromText(text, ranWell)).toEqual(count);
});

test('counts add up', () => {
  expect(
    sumCounts([
      { passed: 1, failed: 0 },
      { passed: 2, failed: 3 },
    ]),
  ).toEqual({ passed: 3, failed: 3 });
});
