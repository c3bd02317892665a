/** What `.ci/run` does after `npm ci`: the README's test command, the other checks, the second stage, real clients. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSteps } from './check-steps.ts';
import { findChromium } from './find-chromium.ts';
import type { Step, StepResult } from './steps.ts';
import { outputReport, resultLine, runStep, runSteps } from './steps.ts';
import { countFromText, countFromVitest, sumCounts } from './test-counts.ts';
import type { Count } from './test-counts.ts';

const minutes = 60_000;
const scratch = mkdtempSync(join(tmpdir(), 'crossfeed-ci-'));
const counts: Count[] = [];

/** A step that is no test run counts as one. */
function countStep({ passed }: StepResult): Count {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
}

function show(result: StepResult): void {
  console.log(resultLine(result));
  if (!result.passed) console.log(outputReport(result));
}

/** Runs vitest through an npm script and counts its single tests. */
async function runVitest(name: string, script: string, timeoutMs: number): Promise<void> {
  const file = join(scratch, `${script.replace(':', '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const result = await runStep({ name, command: ['npm', 'run', script, '--', ...reporters], timeoutMs });
  show(result);
  counts.push(countFromVitest(read(file), result.passed));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

// Five times what it takes on two idle cores: a busy machine is no reason to fail.
await runVitest('tests', 'test', 11 * minutes);

const alreadyRun = new Set(['tests', 'architecture']);
const others: Step[] = checkSteps.filter(({ name }) => !alreadyRun.has(name));
for (const result of await runSteps(others, 2, show)) counts.push(countStep(result));

await runVitest('second stage', 'test:second', 9 * minutes);

if (findChromium() === undefined)
  console.log('not run: browser tests, there is no Chromium and none could be installed');
else await runVitest('browser tests', 'test:browser', 5 * minutes);

const clients = await runStep({
  name: 'real clients',
  command: ['npm', 'run', '--silent', 'test:clients', '--', '--smoke'],
  timeoutMs: 5 * minutes,
});
console.log(resultLine(clients));
// Also when it passed: it says which clients could not be had (`not run: NAME, why`).
console.log(outputReport(clients));
counts.push(countFromText(clients.output, clients.passed));

rmSync(scratch, { recursive: true, force: true });
const total = sumCounts(counts);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
