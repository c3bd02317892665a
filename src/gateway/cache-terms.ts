/** How long the prompt cache of a model keeps what a request put there. */
import { isClaude, type Model } from '../canonical/model.ts';

export interface CacheTerms {
  /** Whether what is new in the prompt is written to the cache, at a price of its own; null for what happens unasked. */
  readonly marked: boolean | null;
  /** After the last use. */
  readonly ttlMs: number;
  /** What is written for an hour costs more than the catalogue's price of a write. */
  readonly isHour: boolean;
}

const minuteMs = 60 * 1000;

/** Claude keeps what is marked; all others keep prompts by themselves, about as long as Claude does unless told. */
export function cacheTerms(model: Pick<Model, 'vendor' | 'endpoints'>, sentBody: Buffer): CacheTerms {
  if (!isClaude(model)) return { marked: null, ttlMs: 5 * minuteMs, isHour: false };
  const marked = sentBody.includes('cache_control');
  const isHour = marked && sentBody.includes('"1h"');
  return { marked, ttlMs: isHour ? 60 * minuteMs : 5 * minuteMs, isHour };
}
