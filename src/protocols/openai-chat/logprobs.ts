/** Log probabilities as Chat Completions tells them: bytes that nobody knows are null. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { TokenLogprob } from '../../canonical/stream-part.ts';

export function encodeLogprobs(tokens: readonly TokenLogprob[]): readonly JsonObject[] {
  return tokens.map(({ top, ...token }) => ({ ...token, top_logprobs: top }));
}
