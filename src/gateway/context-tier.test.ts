/** The dearer tier's guard against conversations of any density: whoever stays below is never refused. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { refuseDearerTier, type TierQuestion } from './context-tier.ts';

const tier = { inputNanoAiu: 1, outputNanoAiu: 1, cacheReadNanoAiu: 1, cacheWriteNanoAiu: 1 };
const most = 200_000;
const model = sampleModel('m', { prices: { batchSize: 1, default: tier, long: tier, longAboveTokens: most } });
const settings = { contextTier: 'default', longContext: [] } as const;

function question(bytes: number, prompts: TierQuestion['prompts'], thought = ''): TierQuestion {
  return {
    route: { path: '/v1/messages', protocol: 'anthropic-messages', operation: 'generate' },
    model,
    interaction: undefined,
    view: { input: 'x'.repeat(bytes), messages: [{ content: [{ thinking: thought }] }] },
    caller: {},
    models: [model],
    prompts,
  };
}

/** Bytes with as many tokens as that density makes of them: prose has 0.2, dense code and CJK up to 0.5. */
const piece = fc.record({
  bytes: fc.integer({ min: 1, max: 200_000 }),
  density: fc.double({ min: 0.15, max: 0.5, noNaN: true }),
});

test('whatever was said and comes to it or goes: below the threshold nobody is refused', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 6 }),
      fc.array(piece, { maxLength: 3 }),
      fc.nat(5),
      (before, added, dropped) => {
        const sum = (pieces: typeof before, of: (one: (typeof before)[number]) => number) =>
          pieces.reduce((total, one) => total + of(one), 0);
        const tokensOf = (pieces: typeof before) => Math.ceil(sum(pieces, ({ bytes, density }) => bytes * density));
        const bytesOf = (pieces: typeof before) => sum(pieces, ({ bytes }) => bytes);
        const next = [...before.slice(dropped), ...added];
        // An old part that was exchanged for a new one of the same size leaves no trace in the bytes.
        fc.pre(dropped === 0 || added.length === 0);
        fc.pre(tokensOf(next) <= most);
        const known = [{ modelId: 'm', bytes: bytesOf(before), tokens: tokensOf(before) }];
        expect(() => refuseDearerTier(settings, question(bytesOf(next), known))).not.toThrow();
      },
    ),
    { numRuns: 300 },
  );
});

test('thoughts that the upstream may leave out are not counted on', () => {
  const known = [{ modelId: 'm', bytes: 500_000, tokens: 210_000 }];
  expect(() => refuseDearerTier(settings, question(500_000, known))).toThrow(
    /prompt is too long: 210000 tokens > 200000/,
  );
  expect(() => refuseDearerTier(settings, question(500_000, known, 't'.repeat(40_000)))).not.toThrow();
});

test("a key's own tier comes before the settings", () => {
  const known = [{ modelId: 'm', bytes: 500_000, tokens: 210_000 }];
  const asked = question(500_000, known);
  expect(() => refuseDearerTier(settings, { ...asked, caller: { contextTier: 'long' } })).not.toThrow();
  const long = { contextTier: 'long', longContext: [] } as const;
  expect(() => refuseDearerTier(long, { ...asked, caller: { contextTier: 'default' } })).toThrow(/contextTier/);
});

test('of a session with sub-agents the prompt of the nearest size counts', () => {
  const prompts = [
    { modelId: 'm', bytes: 700_000, tokens: 199_000 },
    { modelId: 'm', bytes: 20_000, tokens: 9_000 },
  ];
  expect(() => refuseDearerTier(settings, question(30_000, prompts))).not.toThrow();
  expect(() => refuseDearerTier(settings, question(720_000, prompts))).toThrow(/prompt is too long/);
});
