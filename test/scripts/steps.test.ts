/** The runner of checks, on real small processes. */
import { expect, test } from 'vitest';
import { outputReport, runStep, runSteps } from '../../scripts/steps.ts';

const node = (name: string, code: string) => ({ name, command: ['node', '-e', code] as const });

test('a failing step stops nothing, and its words are kept', async () => {
  const told: string[] = [];
  const results = await runSteps(
    [node('bad', 'console.error("why"); process.exit(3)'), node('good', 'console.log("fine")')],
    1,
    ({ name }) => told.push(name),
  );
  expect(results).toMatchObject([
    { name: 'bad', passed: false, output: 'why\n' },
    { name: 'good', passed: true, output: 'fine\n' },
  ]);
  expect(told).toEqual(['bad', 'good']);
});

test('a step whose ground failed fails without running', async () => {
  const results = await runSteps(
    [node('build', 'process.exit(1)'), { ...node('package', 'console.log("ran")'), after: ['build'] }],
    2,
  );
  expect(results).toMatchObject([{ passed: false }, { passed: false, output: 'not run: build failed\n' }]);
});

test('a step that hangs is ended with what it started', async () => {
  const code = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });`;
  const result = await runStep({ ...node('hang', code), timeoutMs: 500 });
  expect(result).toMatchObject({ passed: false, output: expect.stringContaining('no end after') as string });
});

test('a program that is not there is a failed step', async () => {
  expect(await runStep({ name: 'gone', command: ['no-such-program'] })).toMatchObject({ passed: false });
});

test('steps run on the node of the checkout', async () => {
  const { output } = await runStep(node('version', 'console.log(process.version)'));
  expect(output.trim()).toBe(process.version);
});

test('a long output is cut to its end', () => {
  const output = Array.from({ length: 300 }, (_none, index) => `line ${index}`).join('\n');
  const report = outputReport({ name: 'x', passed: false, durationMs: 0, output });
  expect(report).toContain('line 299');
  expect(report).not.toContain('line 99\n');
});
