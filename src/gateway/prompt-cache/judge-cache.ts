/** Why less of a prompt was read from the cache than the call before it had left there. */
import type { CacheFinding } from '../../canonical/cache-finding.ts';
import { isClaude, isGoogle, tierOf, type Model } from '../../canonical/model.ts';
import type { Endpoint } from '../../canonical/protocol-id.ts';
import { promptTokensOf } from '../../canonical/spend.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import type { CacheTerms } from '../cache-terms.ts';
import type { Comparison } from './compare-prompts.ts';

/** Smaller losses are noise: vendors cache in steps of 128 tokens and from 1,024 on. */
const leastLostTokens = 1_024;
/** The share of what was cached that must be missing. */
const leastLostShare = 0.1;
/** The same prompt that is read by less than this was lost by the backend; above it, it was cut a little short. */
const backendShare = 0.5;
/** So many of the latest calls are looked at, and so many losses among them are an alarm. */
export const watchedCalls = 10;
const alarmingMisses = 3;

/** What a call of a conversation has left in the cache. */
export interface CachedPrompt {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Of all its blocks. */
  readonly weight: number;
  readonly endpoint: Endpoint;
  readonly isTranslated: boolean;
  /** Wall and monotonic, when it was sent: one jumps, the other stands still while the machine sleeps. */
  readonly sentAt: number;
  readonly sentMs: number;
  readonly ttlMs: number;
  /** Of its latest calls, this one last: whether the backend had lost the prompt. */
  readonly misses: readonly boolean[];
}

export interface JudgedCall {
  readonly model: Model;
  readonly terms: CacheTerms;
  readonly endpoint: Endpoint;
  readonly isTranslated: boolean;
  readonly weight: number;
  readonly sentAt: number;
  readonly sentMs: number;
  readonly usage: TokenUsage;
  /** The call that it goes on from, and what became of its prompt; null for the first of a conversation. */
  readonly earlier: { readonly prompt: CachedPrompt; readonly comparison: Comparison } | null;
  /** Another model of the session has had this conversation. */
  readonly isSwitched: boolean;
  /** The client said since then that it compacts. */
  readonly isCompacted: boolean;
}

/** The least that a vendor caches; where models differ, the most of them. */
export function leastCachedTokens(model: Model): number {
  return isClaude(model) || isGoogle(model) ? 4_096 : 1_024;
}

/** Null where all was read that could be expected, or nobody can tell. */
export function judgeCache(call: JudgedCall): CacheFinding | null {
  const { usage, earlier, model } = call;
  const prompt = promptTokensOf(usage);
  const read = usage.cacheReadTokens;
  if (prompt === null || read === null) return null;
  if (earlier === null) {
    if (prompt < leastCachedTokens(model)) return null;
    return found(call, call.isSwitched ? 'model-switch' : 'first', 0);
  }
  const { prompt: before, comparison } = earlier;
  const { change, prefixWeight, sharedWeight, rebilledWeight, relation } = comparison;
  const cached = before.cachedTokens;
  const missing = cached - read;
  const limit = Math.max(leastLostTokens, cached * leastLostShare);
  if (missing < limit) return null;
  const tokensOf = (weight: number) => (weight / Math.max(1, before.weight)) * before.promptTokens;
  const promised = Math.min(cached, tokensOf(sharedWeight));
  const lost = Math.min(missing, promised - read);

  if (relation === 'shortened') return found(call, 'compaction', 0);
  if (isCold(call, before)) return lost < limit ? null : found(call, 'cold', lost);
  if (before.endpoint !== call.endpoint || before.isTranslated !== call.isTranslated)
    return lost < limit ? null : found(call, 'moved', lost);
  if (change === null) {
    if (lost < leastLostTokens || read > promised * backendShare) return null;
    const misses = [...before.misses, true].slice(-watchedCalls).filter(Boolean).length;
    return { ...found(call, 'backend', lost), alarm: misses >= alarmingMisses };
  }
  if (call.isCompacted) return found(call, 'compaction', 0);
  const rebilled = tokensOf(rebilledWeight);
  // What the client took back, or says anew, was not lost; and what was read behind the change was not either.
  if (rebilled < limit || read > tokensOf(prefixWeight) + rebilled / 2) return null;
  return { ...found(call, 'changed', Math.min(missing, rebilled)), block: change.name, alarm: true };
}

function isCold({ sentAt, sentMs }: JudgedCall, before: CachedPrompt): boolean {
  return Math.max(sentAt - before.sentAt, sentMs - before.sentMs) >= before.ttlMs;
}

function found(call: JudgedCall, cause: CacheFinding['cause'], lost: number): CacheFinding {
  const lostTokens = Math.max(0, Math.round(lost));
  return { cause, block: null, lostTokens, costNanoAiu: costOfLoss(call, lostTokens), alarm: false };
}

/** What was paid for them beyond the price of cached ones. */
function costOfLoss({ model, usage }: JudgedCall, tokens: number): number | null {
  const { prices } = model;
  if (tokens === 0) return 0;
  if (prices === undefined) return null;
  const tier = tierOf(prices, promptTokensOf(usage) ?? 0);
  const row = (tier === 'long' ? prices.long : undefined) ?? prices.default;
  const isWritten = (usage.cacheWriteTokens ?? 0) > 0;
  const paid = (isWritten ? row.cacheWriteNanoAiu : undefined) ?? row.inputNanoAiu;
  if (paid === undefined || row.cacheReadNanoAiu === undefined) return null;
  return Math.max(0, Math.round((tokens * (paid - row.cacheReadNanoAiu)) / prices.batchSize));
}

/** What `call` has left in the cache for the next one; null where its usage does not say. */
export function cachedPrompt(call: JudgedCall, finding: CacheFinding | null): CachedPrompt | null {
  const { usage, terms, model, earlier, weight, endpoint, isTranslated, sentAt, sentMs } = call;
  const promptTokens = promptTokensOf(usage);
  if (promptTokens === null) return null;
  const unasked = promptTokens < leastCachedTokens(model) ? 0 : promptTokens;
  // Messages says what was read and written; others cache what was sent, and say only what was read of it.
  const said = (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0);
  const cachedTokens =
    terms.marked === false ? 0 : terms.marked === true && endpoint === '/v1/messages' ? said : Math.max(said, unasked);
  const misses = [...(earlier?.prompt.misses ?? []), finding?.cause === 'backend'].slice(-watchedCalls);
  return { promptTokens, cachedTokens, weight, endpoint, isTranslated, sentAt, sentMs, ttlMs: terms.ttlMs, misses };
}
