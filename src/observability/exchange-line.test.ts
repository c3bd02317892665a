/** The line of an exchange as a person reads it. */
import { expect, test } from 'vitest';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { exchangeLine, formatCount, formatCredits, formatMs } from './exchange-line.ts';
import { sampleEstimate, sampleRecord, sampleUsage } from '../../test/support/sample-record.ts';

const unknown = { nanoAiu: null, source: 'unknown', tier: null } as const;
const line = (over: Partial<ExchangeRecord>): string => exchangeLine({ ...sampleRecord, ...over });

test.each<[string, Partial<ExchangeRecord>, string]>([
  [
    'a streamed answer',
    {},
    '200  /v1/messages            claude-opus-5.5       raw          12.4s (first 812ms)  in 1.2k +18k cached  out 356  0.42 cr',
  ],
  [
    'an answer that did not stream, from a model that does not say what it used',
    { stream: false, usage: null, cost: unknown, durationMs: 941, model: 'gpt-5.6', askedModel: 'gpt-5.6' },
    '200  /v1/messages            gpt-5.6               raw          941ms',
  ],
  [
    'an alias, edits, an ending of ours',
    {
      askedModel: 'opus',
      lane: 'patched',
      usage: { ...sampleUsage, cacheReadTokens: null, costNanoAiu: null },
      cost: { nanoAiu: 3_100_000, source: 'priced', tier: 'default' },
      synthesizedEnding: true,
      edits: ['a', 'b', 'a'].map((rule) => ({ rule, reason: '' })),
    },
    '200  /v1/messages            opus → claude-opus-5.5  patched      12.4s (first 812ms)  in 1.2k  out 356  0.0031 cr  ending added  edits a, b',
  ],
  [
    'the dashed form of the same model',
    { askedModel: 'claude-opus-5-5', usage: null, cost: unknown, stream: false },
    '200  /v1/messages            claude-opus-5.5       raw          12.4s',
  ],
  [
    'a failure before the route was known',
    {
      outcome: 'failed',
      status: 404,
      askedModel: null,
      model: null,
      lane: null,
      usage: null,
      cost: { nanoAiu: 0, source: 'priced', tier: null },
      firstTokenMs: null,
      durationMs: 3,
      errorCode: 'model_not_found',
      errorMessage: 'No model "x".',
    },
    '404  /v1/messages            -                     -              3ms  model_not_found: No model "x".  · Choose a model that the seat lists: GET /v1/models. `crossfeed doctor --only models` looks.',
  ],
  [
    'a client that left',
    { outcome: 'canceled', status: 0, usage: null, cost: unknown, estimate: sampleEstimate, firstTokenMs: null },
    '---  /v1/messages            claude-opus-5.5       raw          12.4s  about 0.50 cr, not reported  client left',
  ],
])('%s', (_, over, expected) => {
  expect(line(over)).toBe(expected);
});

test('colours wrap words and change none', () => {
  const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
  const paint = {
    green: tag('g'),
    yellow: tag('y'),
    red: tag('r'),
    cyan: tag('c'),
    dim: tag('d'),
    bold: tag('b'),
  };
  const painted = exchangeLine({ ...sampleRecord, outcome: 'failed', status: 502, errorCode: 'tls_error' }, paint);
  expect(painted).toContain('<r>502</r>');
  expect(painted.replaceAll(/<\/?[a-z]>/g, '')).toBe(line({ outcome: 'failed', status: 502, errorCode: 'tls_error' }));
});

test.each([
  [0, '0ms'],
  [999, '999ms'],
  [2410, '2.41s'],
  [9999, '10.0s'],
  [99_960, '1m40s'],
  [185_000, '3m05s'],
])('%d ms is %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test.each([
  [999, '999'],
  [1234, '1.2k'],
  [18_432, '18k'],
  [1_050_000, '1.05M'],
])('%d tokens are %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test.each([
  [0, '0'],
  [3_100_000, '0.0031'],
  [420_000_000, '0.42'],
  [12_500_000_000, '12.5'],
  [250_000_000_000, '250'],
])('%d nano-AIU are %s credits', (nano, text) => {
  expect(formatCredits(nano)).toBe(text);
});
