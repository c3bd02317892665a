/** What one exchange adds to each figure. */
import { expect, test } from 'vitest';
import { sampleEstimate, sampleRecord } from '../../../test/support/sample-record.ts';
import type { ExchangeRecord } from '../../canonical/exchange-record.ts';
import { exchangeFigures } from './exchange-figures.ts';

const samplesOf = (record: ExchangeRecord) =>
  Object.fromEntries(
    exchangeFigures.flatMap(({ name, samples }) => {
      const found = samples(record);
      return found.length === 0 ? [] : [[name.replace('crossfeed_', ''), found]];
    }),
  );
const model = 'claude-opus-5.5';
const place = ['anthropic-messages', 'raw'];

test('a call that was billed', () => {
  expect(samplesOf(sampleRecord)).toEqual({
    exchanges_total: [[['anthropic-messages', 'generate', model, 'raw', 'finished'], 1]],
    tokens_total: [
      [[model, 'input'], 1234],
      [[model, 'cache_read'], 18_432],
      [[model, 'output'], 356],
      [[model, 'reasoning'], 100],
    ],
    credits_total: [[[model, 'reported'], 0.42]],
    exchange_duration_seconds: [[place, 12.412]],
    first_token_seconds: [[place, 0.812]],
    upstream_head_seconds: [[place, 0.64]],
    queue_seconds: [[[], 0.002]],
  });
});

test('a call that was cut: its cost is unknown, and what it was expected to take stands apart', () => {
  const cut: ExchangeRecord = {
    ...sampleRecord,
    outcome: 'failed',
    errorCode: 'upstream_truncated',
    usage: null,
    cost: { nanoAiu: null, source: 'unknown', tier: null },
    estimate: sampleEstimate,
    edits: [{ rule: 'repaired', reason: 'x' }],
    cache: { cause: 'changed', block: 'tool 7', lostTokens: 10, costNanoAiu: null, alarm: false },
    firstTokenMs: null,
    headMs: null,
    waitedMs: null,
  };
  expect(samplesOf(cut)).toEqual({
    exchanges_total: [[['anthropic-messages', 'generate', model, 'raw', 'failed'], 1]],
    errors_total: [[['anthropic-messages', 'upstream_truncated'], 1]],
    unknown_cost_exchanges_total: [[[model], 1]],
    unknown_cost_expected_credits_total: [[[model], 0.5]],
    edits_total: [[['repaired'], 1]],
    cache_misses_total: [[['changed'], 1]],
    exchange_duration_seconds: [[place, 12.412]],
  });
  expect(samplesOf({ ...cut, estimate: null })).not.toHaveProperty('unknown_cost_expected_credits_total');
});

test('a call that found no model', () => {
  const refused: ExchangeRecord = {
    ...sampleRecord,
    model: null,
    lane: null,
    usage: null,
    cost: { nanoAiu: 0, source: 'priced', tier: null },
    durationMs: 0,
  };
  expect(samplesOf(refused)).toMatchObject({
    exchanges_total: [[['anthropic-messages', 'generate', '', '', 'finished'], 1]],
    credits_total: [[['', 'priced'], 0]],
    exchange_duration_seconds: [[['anthropic-messages', ''], 0]],
  });
});

test('what is spread over time is told up to twenty minutes of a call, and a minute and twenty of a wait', () => {
  const bounds = exchangeFigures.flatMap(({ name, buckets }) => (buckets ? [[name, buckets[0], buckets.at(-1)]] : []));
  expect(bounds).toEqual([
    ['crossfeed_exchange_duration_seconds', 0.1, 1280],
    ['crossfeed_first_token_seconds', 0.1, 1280],
    ['crossfeed_upstream_head_seconds', 0.1, 1280],
    ['crossfeed_queue_seconds', 0.001, 80],
  ]);
  for (const { buckets } of exchangeFigures) expect(buckets).toEqual(buckets?.toSorted((one, other) => one - other));
});
