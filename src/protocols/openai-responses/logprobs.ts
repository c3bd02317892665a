/** Log probabilities as Responses tells them: bytes that nobody knows are none. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { TokenLogprob } from '../../canonical/stream-part.ts';

export function encodeLogprobs(tokens: readonly TokenLogprob[]): readonly JsonObject[] {
  return tokens.map(({ token, logprob, bytes, top }) => ({
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: top.map((other) => ({ ...other, bytes: other.bytes ?? [] })),
  }));
}
