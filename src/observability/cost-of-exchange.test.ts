/** What an exchange cost, for each way it can end. */
import { expect, test } from 'vitest';
import { sampleUsage } from '../../test/support/sample-record.ts';
import type { ModelPrices } from '../canonical/model.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import { costOfExchange, type EndedExchange } from './cost-of-exchange.ts';

const prices: ModelPrices = {
  batchSize: 1_000_000,
  default: {
    inputNanoAiu: 500e9,
    outputNanoAiu: 2500e9,
    cacheReadNanoAiu: 50e9,
    cacheWriteNanoAiu: 625e9,
  },
  long: { inputNanoAiu: 1000e9, outputNanoAiu: 3750e9, cacheReadNanoAiu: 100e9, cacheWriteNanoAiu: 1250e9 },
  longAboveTokens: 200_000,
};
const counts: TokenUsage = {
  inputTokens: 1000,
  cacheReadTokens: 10_000,
  cacheWriteTokens: 2000,
  outputTokens: 300,
  reasoningTokens: 100,
  costNanoAiu: null,
};
const ended: EndedExchange = {
  operation: 'generate',
  outcome: 'finished',
  errorCode: null,
  usage: counts,
  prices,
  admitted: true,
  answered: true,
};
const failed = { outcome: 'failed', errorCode: 'upstream_truncated' } as const;
const refused = { outcome: 'failed', usage: null, answered: false } as const;
const left = { outcome: 'canceled', usage: null, answered: false } as const;
const bare = { cacheReadTokens: null, cacheWriteTokens: null, outputTokens: null, reasoningTokens: null };
const free = { nanoAiu: 0, source: 'priced', tier: null };
const unknown = { nanoAiu: null, source: 'unknown', tier: null };

test.each<[string, Partial<EndedExchange>, object]>([
  [
    'a bill wins over the prices',
    { usage: sampleUsage },
    { nanoAiu: 420_000_000, source: 'reported', tier: 'default' },
  ],
  ['a bill of nothing is a bill', { usage: { ...counts, costNanoAiu: 0 } }, { nanoAiu: 0, source: 'reported' }],
  ['a bill counts without prices', { usage: sampleUsage, prices: null }, { nanoAiu: 420_000_000, source: 'reported' }],
  ['a bill that came before the stream broke counts', { ...failed, usage: sampleUsage }, { source: 'reported' }],
  ['a bill counts though the client left', { outcome: 'canceled', usage: sampleUsage }, { source: 'reported' }],
  ['counts without a bill are priced', {}, { nanoAiu: 3_000_000_000, source: 'priced', tier: 'default' }],
  [
    'a prompt above the threshold is priced in the long tier',
    { usage: { ...counts, inputTokens: 200_000 } },
    { nanoAiu: 204_625_000_000, source: 'priced', tier: 'long' },
  ],
  [
    'the threshold itself is in the default tier',
    { usage: { ...counts, ...bare, inputTokens: 200_000, outputTokens: 0 } },
    { nanoAiu: 100_000_000_000, source: 'priced', tier: 'default' },
  ],
  ['a model without prices has no cost that we know', { prices: null }, unknown],
  [
    'a count without a price has none',
    { prices: { batchSize: 1, default: { ...prices.default, cacheWriteNanoAiu: undefined } } },
    { nanoAiu: null, source: 'unknown' },
  ],
  ['chat counts at the end: what came is all', { ...failed }, { nanoAiu: 3_000_000_000, source: 'priced' }],
  [
    'an answer without an output count, e.g. Messages cut behind its first event',
    { ...failed, usage: { ...counts, outputTokens: null } },
    { nanoAiu: null, source: 'unknown', tier: 'default' },
  ],
  [
    'embeddings have no output',
    { operation: 'embed', usage: { ...counts, ...bare } },
    { nanoAiu: 500_000_000, source: 'priced' },
  ],
  ['an answer that counted nothing', { usage: null }, unknown],
  ['cut before any count', { ...failed, usage: null }, unknown],
  ['the client left while it streamed', { ...left, answered: true }, unknown],
  ['the client left before the head', left, unknown],
  ['the client left while it waited its turn', { ...left, admitted: false }, free],
  ['refused by us', { ...refused, admitted: false, errorCode: 'invalid_request' }, free],
  ['refused by the upstream', { ...refused, errorCode: 'rate_limited' }, free],
  ['an upstream that failed', { ...refused, errorCode: 'upstream_error' }, free],
  ['an upstream that was not reached', { ...refused, errorCode: 'upstream_unreachable' }, free],
  ['no head in time', { ...refused, errorCode: 'upstream_timeout' }, unknown],
  [
    'a connection that died behind the request: the model may have been at work',
    { ...refused, errorCode: 'empty_response' },
    unknown,
  ],
  ['an answer that is no HTTP', { ...refused, errorCode: 'upstream_invalid_response' }, unknown],
  ['a web page or a redirect instead of an answer', { ...refused, errorCode: 'not_an_api_response' }, free],
  ['count-tokens', { operation: 'count-tokens', usage: null }, free],
])('%s', (_what, changed, expected) => {
  expect(costOfExchange({ ...ended, ...changed })).toMatchObject(expected);
});
