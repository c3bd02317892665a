/** The words for a name that gets no model. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { ambiguousModel, missingModel } from './missing-model.ts';
import { retiredModels } from './retired-models.ts';

const tier = { inputNanoAiu: 250e9, outputNanoAiu: 1500e9, cacheReadNanoAiu: undefined, cacheWriteNanoAiu: undefined };
const seat = [
  sampleModel('claude-opus-5'),
  sampleModel('claude-opus-5.5', { prices: { batchSize: 1_000_000, default: tier } }),
  sampleModel('claude-sonnet-5.5'),
  sampleModel('claude-opus-6', { policyState: 'disabled' }),
  sampleModel('gemini-3.8-flash'),
  sampleModel('gpt-6-luna'),
];

const said = (asked: string, change: object = {}) =>
  missingModel({ asked, models: seat, otherRoad: ['GPT-7.5'], ...change });

test.each([
  ['claude-opus-4.6', /retired by GitHub on 2026-09-01.*claude-opus-5\.5 \(250 in, 1500 out credits for a million/],
  ['anthropic/claude-opus-4-6-20260101[1m]', /retired.*claude-opus-5\.5/],
  ['claude-sonnet-4-5-20250929', /retired.*claude-sonnet-5\.5: ask/],
  ['gemini-3.5-flash', /retired by GitHub on 2026-10-02.*gemini-3\.8-flash/],
  ['google/gemini-3.5-flash-preview', /retired by GitHub on 2026-10-02.*gemini-3\.8-flash/],
  ['gpt-5-mini', /retired by GitHub on 2026-10-19.*gpt-6-luna/],
  ['gpt-5-mini:latest', /retired by GitHub on 2026-10-19.*gpt-6-luna/],
  ['claude-opuss-5.5:latest', /not found\. Did you mean claude-opus-5\.5, /],
  ['grok-4.5', /retired.*GET \/v1\/models/],
  ['gpt-7-5', /other way of signing in/],
  ['claude-opuss-5.5', /not found\. Did you mean claude-opus-5\.5, /],
  ['clude-sonet-5-5', /Did you mean claude-sonnet-5\.5/],
  ['xyzzy', /'xyzzy' not found\. GET/],
])('%s', (asked, words) => {
  const error = said(asked);
  expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
  expect(error.message).toMatch(words);
});

test('an alias that leads nowhere says whose it is', () => {
  expect(said('fast', { alias: { from: 'key', target: 'gpt-9' } }).message).toMatch(/alias of this key for gpt-9/);
});

test('what several models are called is refused with their names', () => {
  expect(ambiguousModel('mini', seat).message).toMatch(/several: claude-opus-5, claude-opus-5\.5,/);
});

test('every retirement has a day and stands there once', () => {
  expect(new Set(retiredModels.map(({ id }) => id)).size).toBe(retiredModels.length);
  for (const { since } of retiredModels) expect(since).toMatch(/^2026-\d\d-\d\d$/);
});
