/** `npm run test:browser`: the dashboard in a real Chromium; says why where there is none, which is no failure. */
import { spawnSync } from 'node:child_process';
import { findChromium } from './find-chromium.ts';
import { root } from './steps.ts';

const chromium = findChromium();

function run(program: string, args: readonly string[]): number {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (chromium === undefined) {
  console.log('not run: browser tests, there is no Chromium (install Debian’s `chromium`, or set CHROMIUM_PATH)');
} else {
  const built = run('npm', ['run', '--silent', 'build:web']);
  process.exitCode = built || run('vitest', ['run', '--project', 'browser', ...process.argv.slice(2)]);
}
