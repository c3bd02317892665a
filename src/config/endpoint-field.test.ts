/** An endpoint for a model is a setting that cannot be half right. */
import { expect, test } from 'vitest';
import { modelEndpoint, parseModelEndpoints } from './endpoint-field.ts';

test.each([
  ['gpt-6-sol=/responses', true],
  ['claude-opus-5.5=/chat/completions', true],
  ['gpt-6-sol=responses', false],
  ['=/responses', false],
  ['gpt-6-sol', false],
  [7, false],
])('%s', (input, ok) => {
  expect(modelEndpoint.parse(input).ok).toBe(ok);
});

test('what can be read is there by model', () => {
  expect([...parseModelEndpoints(['a=/responses', 'b', 'c=/v1/messages'])]).toEqual([
    ['a', '/responses'],
    ['c', '/v1/messages'],
  ]);
});
