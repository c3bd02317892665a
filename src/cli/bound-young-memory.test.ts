/** The bound is V8's to keep: a process of its own says how large the space became. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Objects that live a while, as those of open streams do, and before them some seconds of work if they are asked for. */
const script = `import { getHeapSpaceStatistics } from 'node:v8';
const [, bound, seconds] = process.argv;
if (bound) (await import(bound)).boundYoungMemory();
for (let turn = 0; turn < Number(seconds ?? 0) * 10; turn += 1) {
  const until = performance.now() + 40;
  while (performance.now() < until) Math.sqrt(until);
  await new Promise((resolve) => setTimeout(resolve, 60));
}
const alive = [];
for (let at = 0; at < 1e6; at += 1) alive[at % 3e5] = { at, text: [at] };
const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
process.stdout.write(String(young.space_size));`;

const youngBytes = (...bound: readonly string[]) =>
  Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script, ...bound], { encoding: 'utf8' }));

const bound = new URL('bound-young-memory.ts', import.meta.url).href;

test('the young part of memory does not grow with what is alive', () => {
  const bounded = youngBytes(bound);
  expect(bounded).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(youngBytes()).toBeGreaterThan(4 * bounded);
});

test('it grows once the program is busy, to two halves of 16 MB', () => {
  expect(youngBytes(bound, '2.5')).toBe(32 * 1024 * 1024);
});
