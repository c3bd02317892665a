/** Log probabilities as both of OpenAI's protocols write them. */
import { isObject } from '../canonical/json-value.ts';
import type { TokenLogprob } from '../canonical/stream-part.ts';

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function decodeToken(value: unknown): Omit<TokenLogprob, 'top'> | null {
  if (!isObject(value)) return null;
  const { token, logprob, bytes } = value;
  if (typeof token !== 'string' || typeof logprob !== 'number') return null;
  const areBytes = Array.isArray(bytes) && bytes.every((byte) => typeof byte === 'number');
  return { token, logprob, bytes: areBytes ? bytes : null };
}

export function decodeLogprobs(value: unknown): readonly TokenLogprob[] {
  return listOf(value).flatMap((entry) => {
    const token = decodeToken(entry);
    if (!token || !isObject(entry)) return [];
    return [{ ...token, top: listOf(entry['top_logprobs']).flatMap((other) => decodeToken(other) ?? []) }];
  });
}
