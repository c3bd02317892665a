/** Finds the model that a caller's name means. */
import type { Model } from '../canonical/model.ts';

/**
 * The model called `asked`, or undefined. The dash and dot forms of a catalogue id are the same model
 * (`claude-opus-5-5` is `claude-opus-5.5`); an exact match wins, and no name ever slides to another version.
 */
export function resolveModel(models: readonly Model[], asked: string): Model | undefined {
  const exact = models.find((model) => model.id === asked);
  if (exact) return exact;
  const dashed = asked.replaceAll('.', '-');
  return models.find((model) => model.id.replaceAll('.', '-') === dashed);
}
