/** What a call will take, before it is sent: by its size, and by what its session and its model have shown. */
import { isClaude, tierOf, type ContextTier, type Model, type ModelPrices } from '../canonical/model.ts';
import { priceOf, type Estimate } from '../canonical/spend.ts';
import { quantile, type CallFigures } from '../tokens/call-figures.ts';
import type { CacheTerms } from './cache-terms.ts';
import type { PromptMass } from './prompt-mass.ts';

/** A call of a session as its usage came: the end of one line of its conversation so far. */
export interface CallPoint {
  readonly modelId: string;
  readonly kind: string;
  readonly mass: PromptMass;
  /** The whole prompt. */
  readonly tokens: number;
  /** What the cache holds of it. */
  readonly cachedTokens: number;
  /** The latest answers of this line. */
  readonly outputs: readonly number[];
  readonly terms: CacheTerms;
  readonly prices: ModelPrices | undefined;
  /** When it was sent, in ms since the epoch. */
  readonly sentAt: number;
}

export interface CallToEstimate {
  readonly model: Model;
  /** The caller's words, in which the sizes are. */
  readonly protocol: string;
  /** What the call is declared to be, else who began the turn. */
  readonly kind: string;
  readonly mass: PromptMass;
  readonly terms: CacheTerms;
  /** The most output that the caller takes; undefined where it does not say. */
  readonly maxOutputTokens: number | undefined;
  /** Of the session. */
  readonly points: readonly CallPoint[];
  readonly nowMs: number;
}

/** An estimate with what it would be otherwise. */
export interface CallForecast {
  readonly estimate: Estimate;
  /** With the usual output, whichever tier it is billed in; null where there is no such tier, or no price. */
  readonly tierNanoAiu: Readonly<Record<ContextTier, number | null>>;
  /** With the usual output, and a cache that has all, or nothing, of what the session put there. */
  readonly warmNanoAiu: number | null;
  readonly coldNanoAiu: number | null;
  /** How long ago the session put it there; null where it did not. */
  readonly idleMs: number | null;
  /** The call of the session that this one goes on from. */
  readonly previous: CallPoint | undefined;
}

/** Names of figures. */
export const figureOf = {
  /** Tokens of a prompt for one of its bytes. */
  rate: ({ id }: Pick<Model, 'id'>, protocol: string) => `rate ${id} ${protocol}`,
  output: ({ id }: Pick<Model, 'id'>, kind: string) => `output ${id} ${kind}`,
  /** The share of a warm cache that was found in it. */
  share: ({ id }: Pick<Model, 'id'>) => `share ${id}`,
} as const;

/** JSON of code and prose. Claude's tokenizers make more of the same text. */
const guessedRate = { claude: 0.31, others: 0.24 } as const;
/** In the middle and at most, where nothing was learned. */
const guessedOutput = { reasoning: [600, 8_000], plain: [300, 4_000] } as const;
/** A cache that works by itself holds whole blocks alone, and is not always asked. */
const guessedShare = 0.9;
/** Fewer answers of a line say less than those of its model. */
const leastOutputs = 3;
/** What nobody caches. */
const leastCachedTokens = 1_024;
/** An hour of cache is written at twice the price of input, five minutes at one and a quarter. */
const hourFactor = 1.6;
/** A prompt may lose so much of its bytes and still go on from the one before. */
const shrinks = 1.1;

export function estimateCall(figures: CallFigures, call: CallToEstimate): CallForecast {
  const { model, mass, terms, points, nowMs } = call;
  const previous = previousOf(mass, points, model.id);
  const inputTokens = inputOf(figures, call, previous);
  const [outputTokens, mostOutputTokens] = outputOf(figures, call, previous);
  const idleMs = previous ? Math.max(0, nowMs - previous.sentAt) : null;
  const warmTokens = previous ? Math.min(inputTokens, heldOf(figures, model, previous)) : 0;
  const isWarm = idleMs !== null && previous !== undefined && idleMs < previous.terms.ttlMs;
  const cacheReadTokens = isWarm ? warmTokens : 0;
  const prices = model.prices;
  const tier = prices ? tierOf(prices, inputTokens) : 'default';
  const price = (read: number, output: number, inTier = tier) =>
    prices === undefined ? null : priceCall(prices, inTier, terms, { input: inputTokens, read, output });
  return {
    estimate: {
      inputTokens,
      cacheReadTokens,
      outputTokens,
      mostOutputTokens,
      tier,
      nanoAiu: price(cacheReadTokens, outputTokens),
      mostNanoAiu: price(0, mostOutputTokens),
    },
    tierNanoAiu: {
      default: price(cacheReadTokens, outputTokens, 'default'),
      long: prices?.long === undefined ? null : price(cacheReadTokens, outputTokens, 'long'),
    },
    warmNanoAiu: price(warmTokens, outputTokens),
    coldNanoAiu: price(0, outputTokens),
    idleMs,
    previous,
  };
}

interface Counts {
  readonly input: number;
  readonly read: number;
  readonly output: number;
}

export function priceCall(
  prices: ModelPrices,
  tier: ContextTier,
  { marked, isHour }: CacheTerms,
  { input, read, output }: Counts,
): number | null {
  const fresh = input - read;
  return priceOf(
    {
      inputTokens: marked === true ? 0 : fresh,
      cacheReadTokens: read,
      cacheWriteTokens: marked === true ? Math.round(isHour ? fresh * hourFactor : fresh) : 0,
      outputTokens: output,
      reasoningTokens: null,
      costNanoAiu: null,
    },
    prices,
    tier,
  );
}

/** The longest prompt of the session that this one may go on from: sub-agents and titles share its id, and are shorter. */
export function previousOf(
  { bytes }: PromptMass,
  points: readonly CallPoint[],
  modelId: string,
): CallPoint | undefined {
  let best: CallPoint | undefined;
  for (const point of points) {
    if (point.modelId !== modelId || point.mass.bytes > bytes * shrinks) continue;
    if (best === undefined || point.mass.bytes >= best.mass.bytes) best = point;
  }
  return best;
}

/** What is known of the prompt before and what came since; else its size alone. */
function inputOf(figures: CallFigures, call: CallToEstimate, previous: CallPoint | undefined): number {
  const { mass } = call;
  if (previous === undefined) return Math.max(1, Math.round(mass.bytes * rateOf(figures, call) + mass.fixedTokens));
  const { mass: before, tokens } = previous;
  const known = (tokens - before.fixedTokens) / before.bytes;
  const rate = known > 0 ? known : rateOf(figures, call);
  const grown = (mass.bytes - before.bytes) * rate + mass.fixedTokens - before.fixedTokens;
  return Math.max(1, Math.round(tokens + grown));
}

function rateOf(figures: CallFigures, { model, protocol }: CallToEstimate): number {
  const learned = quantile(figures.of(figureOf.rate(model, protocol)), 0.5);
  return learned ?? (isClaude(model) ? guessedRate.claude : guessedRate.others);
}

function outputOf(
  figures: CallFigures,
  { model, kind, maxOutputTokens }: CallToEstimate,
  previous: CallPoint | undefined,
): readonly [usual: number, most: number] {
  const guess = model.supports.reasoning ? guessedOutput.reasoning : guessedOutput.plain;
  const ofModel = figures.of(figureOf.output(model, kind));
  const ofLine = previous?.kind === kind ? previous.outputs : [];
  const usual = quantile(ofLine.length < leastOutputs ? ofModel : ofLine, 0.5) ?? guess[0];
  const seen = [...ofModel, ...ofLine];
  const most = seen.length < leastOutputs ? guess[1] : (quantile(seen, 0.95) ?? guess[1]);
  const cap = Math.min(maxOutputTokens ?? Infinity, model.limits.outputTokens ?? Infinity);
  return [Math.round(Math.min(usual, cap)), Math.round(Math.min(Math.max(most, usual), cap))];
}

/** What of `previous` a warm cache gives back. */
export function heldOf(
  figures: CallFigures,
  model: Pick<Model, 'id'>,
  { tokens, cachedTokens, terms }: CallPoint,
): number {
  const held = terms.marked === null ? tokens : cachedTokens;
  if (held < leastCachedTokens && terms.marked === null) return 0;
  const share = quantile(figures.of(figureOf.share(model)), 0.5) ?? (terms.marked === null ? guessedShare : 1);
  return Math.round(held * share);
}
