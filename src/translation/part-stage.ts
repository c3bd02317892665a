/** A stage between decoder and encoder: takes parts, emits parts, synchronously. */
import type { StreamPart } from '../canonical/stream-part.ts';

export type EmitPart = (part: StreamPart) => void;

/** A text as the literal of a delta. */
export function literalOf(text: string): string {
  return JSON.stringify(text);
}
