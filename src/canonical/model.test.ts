import { expect, test } from 'vitest';
import { isClaude, isGoogle } from './model.ts';

test.each([
  ['Google', [], true, false],
  ['google', [], true, false],
  ['Anthropic', [], false, true],
  ['', ['/v1/messages'], false, true],
  ['OpenAI', ['/responses'], false, false],
] as const)('whose a model of %j at %j is', (vendor, endpoints, google, claude) => {
  expect([isGoogle({ vendor }), isClaude({ vendor, endpoints })]).toEqual([google, claude]);
});
