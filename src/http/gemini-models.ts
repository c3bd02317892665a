/** The seat's models as Google's clients list them. */
import { advertisedLimits } from '../canonical/advertised-limits.ts';
import type { ListedModel } from './models-list.ts';
import { titleOf } from './models-list.ts';

/** One page with all: `nextPageToken` is left out, as Google does on its last page. */
export function geminiPage(listed: readonly ListedModel[]) {
  return { models: listed.map(geminiModel) };
}

export function geminiModel({ id, model, tier }: ListedModel) {
  const { promptTokens, outputTokens } = advertisedLimits(model, tier);
  return {
    name: `models/${id}`,
    baseModelId: model.id,
    version: model.version ?? model.id,
    displayName: model.name,
    description: titleOf(model),
    inputTokenLimit: promptTokens ?? 0,
    outputTokenLimit: outputTokens ?? 0,
    supportedGenerationMethods:
      model.kind === 'embeddings' ? ['embedContent'] : ['generateContent', 'streamGenerateContent', 'countTokens'],
    thinking: model.supports.reasoning,
  };
}
