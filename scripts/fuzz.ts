/** `npm run fuzz:bodies` and `fuzz:streams`: the long form of one fuzz, at the lowest priority that the system has. */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { root } from './steps.ts';

const [what = ''] = process.argv.slice(2);
const longRuns = '500000';

os.setPriority(10);
const { status } = spawnSync('vitest', ['run', '--project', 'second', `test/second/${what}-fuzz.test.ts`], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FUZZ_RUNS: process.env['FUZZ_RUNS'] ?? longRuns },
});
process.exitCode = status ?? 1;
