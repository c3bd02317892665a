/** Log probabilities as Responses writes them, both directions. */
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import type { TokenLogprob } from '../../canonical/stream-part.ts';

function bytesOf(value: unknown): readonly number[] | null {
  return Array.isArray(value) && value.every((byte) => typeof byte === 'number') ? value : null;
}

function decodeToken(value: unknown): Omit<TokenLogprob, 'top'> | null {
  if (!isObject(value)) return null;
  const { token, logprob, bytes } = value;
  if (typeof token !== 'string' || typeof logprob !== 'number') return null;
  return { token, logprob, bytes: bytesOf(bytes) };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function decodeLogprobs(value: unknown): readonly TokenLogprob[] {
  return listOf(value).flatMap((entry) => {
    const token = decodeToken(entry);
    if (!token || !isObject(entry)) return [];
    return [{ ...token, top: listOf(entry['top_logprobs']).flatMap((other) => decodeToken(other) ?? []) }];
  });
}

export function encodeLogprobs(tokens: readonly TokenLogprob[]): readonly JsonObject[] {
  return tokens.map(({ token, logprob, bytes, top }) => ({
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: top.map((other) => ({ ...other, bytes: other.bytes ?? [] })),
  }));
}
