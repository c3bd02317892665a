/** The limits that clients are told: they compact by them, so they stop where prompts would become dearer. */
import type { ContextTier, Model, ModelLimits } from './model.ts';

export type AdvertisedLimits = Pick<ModelLimits, 'contextTokens' | 'promptTokens' | 'outputTokens'>;

/** Within the default tier the model's own limits, or the last token before the dearer one (`decisions.md` 40). */
export function advertisedLimits(
  { limits, prices }: Pick<Model, 'limits' | 'prices'>,
  tier: ContextTier,
): AdvertisedLimits {
  const { contextTokens, promptTokens, outputTokens } = limits;
  const threshold = tier === 'default' ? prices?.longAboveTokens : undefined;
  return {
    contextTokens: smaller(contextTokens, threshold),
    promptTokens: smaller(promptTokens ?? contextTokens, threshold),
    outputTokens,
  };
}

function smaller(limit: number | undefined, threshold: number | undefined): number | undefined {
  return limit === undefined || (threshold !== undefined && threshold < limit) ? (threshold ?? limit) : limit;
}
