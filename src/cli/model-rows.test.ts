/** A catalogue as rows: short for a person, exact for a pipe. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { modelRows } from './model-rows.ts';

const limits = (contextTokens: number | undefined, outputTokens: number | undefined) => ({
  ...sampleModel('x').limits,
  contextTokens,
  outputTokens,
});
const models = [
  sampleModel('a', { limits: limits(1_050_000, 64_000), endpoints: ['/v1/messages', '/chat/completions'] }),
  sampleModel('b', { limits: limits(999, undefined), preview: true, policyState: 'disabled', endpoints: [] }),
];

test('for a person', () => {
  expect(modelRows(models, true)).toEqual([
    ['a', 'Anthropic', 'chat', 'messages chat', '1.05M', '64k', 'enabled'],
    ['b', 'Anthropic', 'chat, preview', 'none', '999', '?', 'disabled'],
  ]);
});

test('for a pipe', () => {
  expect(modelRows(models, false)).toEqual([
    ['a', 'Anthropic', 'chat', '/v1/messages,/chat/completions', '1050000', '64000', 'enabled'],
    ['b', 'Anthropic', 'chat', '', '999', '', 'disabled'],
  ]);
});
