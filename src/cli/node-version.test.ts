/** Which Node versions are refused, warned of and accepted. */
import { expect, test } from 'vitest';
import { judgeNode } from './node-version.ts';

test.each([
  ['16.20.2', 'too-old'],
  ['20.20.2', 'too-old'],
  ['22.18.9', 'too-old'],
  ['22.19.0', 'holed'],
  ['22.22.1', 'holed'],
  ['22.22.2', 'fine'],
  ['24.14.0', 'holed'],
  ['24.14.1', 'fine'],
  ['24.21.0', 'fine'],
  ['25.0.0-nightly', 'fine'],
  ['26.1.0', 'fine'],
])('Node %s is %s', (version, kind) => {
  expect(judgeNode(version).kind).toBe(kind);
});

test('the message names the version and the cure', () => {
  const verdict = judgeNode('20.20.2');
  expect(verdict).toMatchObject({ message: expect.stringMatching(/20\.20\.2.*22\.19/) });
});
