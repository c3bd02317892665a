/** How many tests passed and failed, read from what test runners leave behind. */

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** A run that failed without a failed test (a crash, a time-out, a file that does not load) counts as one failure. */
function withVerdict(count: Count, ranWell: boolean): Count {
  return ranWell || count.failed > 0 ? count : { passed: count.passed, failed: 1 };
}

/** From vitest's JSON report; `undefined` where it wrote none. */
export function countFromVitest(report: string | undefined, ranWell: boolean): Count {
  if (report === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests } = JSON.parse(report) as { numPassedTests: number; numFailedTests: number };
  return withVerdict({ passed: numPassedTests, failed: numFailedTests }, ranWell);
}

/** From the last `N passed, N failed` line of a program's output; a program without one counts as a single test. */
export function countFromText(output: string, ranWell: boolean): Count {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1);
  if (last === undefined) return { passed: ranWell ? 1 : 0, failed: ranWell ? 0 : 1 };
  return withVerdict({ passed: Number(last[1]), failed: Number(last[2]) }, ranWell);
}

export function sumCounts(counts: readonly Count[]): Count {
  return counts.reduce((sum, count) => ({
    passed: sum.passed + count.passed,
    failed: sum.failed + count.failed,
  }));
}
