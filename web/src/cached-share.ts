/** Which share of the prompts was read from the cache. */
import type { SpendFigures } from '../../src/canonical/spend-figures.ts';

export function cachedShare(
  figures: Pick<SpendFigures, 'inputTokens' | 'cacheReadTokens' | 'cacheWriteTokens'>,
): number | null {
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = figures;
  const all = inputTokens + cacheReadTokens + cacheWriteTokens;
  return all === 0 ? null : cacheReadTokens / all;
}
