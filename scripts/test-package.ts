/** `npm run test:package`: the packed package on the oldest Node that is allowed, and on the newest of each line. */
import { spawnSync } from 'node:child_process';
import { root } from './steps.ts';

const lines = '22.19.0,24.21.0,26.10.0';

const { status } = spawnSync('vitest', ['run', '--project', 'second', 'test/second/installed-package.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CROSSFEED_PACKAGE_NODES: process.env['CROSSFEED_PACKAGE_NODES'] ?? lines },
});
process.exitCode = status ?? 1;
