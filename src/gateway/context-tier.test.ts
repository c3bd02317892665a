/** The dearer tier's guard against conversations of any density: whoever stays below is never refused. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { refuseDearerTier, type TierQuestion } from './context-tier.ts';
import { promptSize } from './prompt-size.ts';

const tier = { inputNanoAiu: 1, outputNanoAiu: 1, cacheReadNanoAiu: 1, cacheWriteNanoAiu: 1 };
const most = 200_000;
const model = sampleModel('m', { prices: { batchSize: 1, default: tier, long: tier, longAboveTokens: most } });
const settings = { contextTier: 'default', longContext: [] } as const;

function ask(view: TierQuestion['view'], prompts: TierQuestion['prompts']): TierQuestion {
  return {
    route: { path: '/v1/messages', protocol: 'anthropic-messages', operation: 'generate' },
    model,
    interaction: undefined,
    view,
    caller: {},
    models: [model],
    prompts,
  };
}

const tenth = 'x'.repeat(10_000);
/** Turns of ten thousand bytes. */
const said = (bytes: number) => Array.from({ length: bytes / 10_000 }, () => ({ content: tenth }));
const point = (bytes: number, tokens: number) => ({ modelId: 'm', ...promptSize({ messages: said(bytes) }), tokens });
const question = (bytes: number, prompts: TierQuestion['prompts'], thinking = '') =>
  ask({ messages: [...said(bytes), { thinking }] }, prompts);

/** Bytes with as many tokens as that density makes of them: prose has 0.2, dense code and CJK up to 0.5. */
const piece = fc.record({
  bytes: fc.integer({ min: 1, max: 200_000 }),
  density: fc.double({ min: 0.15, max: 0.5, noNaN: true }),
});

interface Piece {
  readonly bytes: number;
  readonly density: number;
}

/** A text of so many bytes that differs from any other piece's. */
const textOf = ({ bytes, density }: Piece) => String(density).padEnd(bytes, 'x').slice(0, bytes);

const tokensOf = (pieces: readonly Piece[]) =>
  Math.ceil(pieces.reduce((total, { bytes, density }) => total + bytes * density, 0));
const viewOf = (pieces: readonly Piece[]) => ({ messages: pieces.map(textOf) });
const pointOf = (pieces: readonly Piece[]) => ({
  modelId: 'm',
  ...promptSize(viewOf(pieces)),
  tokens: tokensOf(pieces),
});
const questionOf = (pieces: readonly Piece[], prompts: TierQuestion['prompts']) => ask(viewOf(pieces), prompts);

test('whatever was said, comes to it, goes or is cleared: below the threshold nobody is refused', () => {
  const change = fc.constantFrom('keep', 'clear', 'drop', 'exchange');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(piece, change), { minLength: 1, maxLength: 8 }),
      fc.array(piece, { maxLength: 3 }),
      (said, added) => {
        const before = said.map(([one]) => one);
        const kept = said.flatMap(([one, what]) => {
          if (what === 'drop') return [];
          if (what === 'clear') return [{ bytes: 30, density: 0.25 }];
          return [what === 'exchange' ? { bytes: one.bytes + 1_000, density: one.density } : one];
        });
        const next = [...kept, ...added];
        fc.pre(tokensOf(next) <= most);
        const known = pointOf(before);
        expect(() => refuseDearerTier(settings, questionOf(next, [known]))).not.toThrow();
      },
    ),
    { numRuns: 500 },
  );
});

test('a session that only grows is refused soon after it could cross', () => {
  const before = Array.from({ length: 20 }, () => ({ bytes: 39_000, density: 0.25 }));
  const known = pointOf(before);
  const grown = (bytes: number) => questionOf([...before, { bytes, density: 0.25 }], [known]);
  expect(() => refuseDearerTier(settings, grown(20_000))).not.toThrow();
  expect(() => refuseDearerTier(settings, grown(40_000))).toThrow(/prompt is too long/);
});

test('thoughts that the upstream may leave out are not counted on', () => {
  const known = [point(500_000, 210_000)];
  expect(() => refuseDearerTier(settings, question(500_000, known))).toThrow(
    /prompt is too long: 210000 tokens > 200000/,
  );
  expect(() => refuseDearerTier(settings, question(500_000, known, 't'.repeat(40_000)))).not.toThrow();
});

test("a key's own tier comes before the settings", () => {
  const known = [point(500_000, 210_000)];
  const asked = question(500_000, known);
  expect(() => refuseDearerTier(settings, { ...asked, caller: { contextTier: 'long' } })).not.toThrow();
  const long = { contextTier: 'long', longContext: [] } as const;
  expect(() => refuseDearerTier(long, { ...asked, caller: { contextTier: 'default' } })).toThrow(/contextTier/);
});

test('of a session with sub-agents the prompt of the nearest size counts', () => {
  const prompts = [point(700_000, 199_000), point(20_000, 9_000)];
  expect(() => refuseDearerTier(settings, question(30_000, prompts))).not.toThrow();
  expect(() => refuseDearerTier(settings, question(720_000, prompts))).toThrow(/prompt is too long/);
});

test.each([
  ['without a second tier', { batchSize: 1, default: tier, longAboveTokens: most }],
  ['whose second tier begins nowhere', { batchSize: 1, default: tier, long: tier }],
] as const)('a model %s refuses nothing', (_what, prices) => {
  const asked = question(500_000, [point(500_000, 210_000)]);
  expect(() => refuseDearerTier(settings, { ...asked, model: sampleModel('m', { prices }) })).not.toThrow();
});

test('what is no generation is never too long', () => {
  const asked = question(500_000, [point(500_000, 210_000)]);
  const route = { ...asked.route, operation: 'count-tokens' } as const;
  expect(() => refuseDearerTier(settings, { ...asked, route })).not.toThrow();
});
