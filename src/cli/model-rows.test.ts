/** A catalogue as rows: short for a person, exact for a pipe. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { modelRows } from './model-rows.ts';

const limits = (contextTokens: number | undefined, outputTokens: number | undefined) => ({
  ...sampleModel('x').limits,
  contextTokens,
  outputTokens,
});
const tier = { inputNanoAiu: 250e9, outputNanoAiu: 1500e9, cacheReadNanoAiu: undefined, cacheWriteNanoAiu: undefined };
const prices = { batchSize: 1_000_000, default: tier };
const models = [
  sampleModel('a', { prices, limits: limits(1_050_000, 64_000), endpoints: ['/v1/messages', '/chat/completions'] }),
  sampleModel('b', { limits: limits(999, undefined), preview: true, policyState: 'disabled', endpoints: [] }),
];

test('for a person', () => {
  expect(modelRows(models, true)).toEqual([
    ['a', 'Anthropic', 'chat', 'messages chat', '1.05M', '64k', 'enabled', '250 in, 1500 out'],
    ['b', 'Anthropic', 'chat, preview', 'none', '999', '?', 'disabled', '?'],
  ]);
});

test('for a pipe', () => {
  expect(modelRows(models, false)).toEqual([
    ['a', 'Anthropic', 'chat', '/v1/messages,/chat/completions', '1050000', '64000', 'enabled', '250 in, 1500 out'],
    ['b', 'Anthropic', 'chat', '', '999', '', 'disabled', ''],
  ]);
});
