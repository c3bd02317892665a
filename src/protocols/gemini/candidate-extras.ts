/** What a candidate says beside its parts: the web pages it cites, and how likely its tokens were. */
import type { Annotation } from '../../canonical/content.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { TokenLogprob } from '../../canonical/stream-part.ts';

/** Each page once. Where it is cited is left out: Gemini counts bytes, and others do not say what they count. */
export function encodeGrounding(annotations: readonly Annotation[]): JsonObject {
  const pages = new Map<string, JsonObject>();
  for (const annotation of annotations) {
    if (annotation.kind !== 'url' || pages.has(annotation.url)) continue;
    const { url, title } = annotation;
    pages.set(url, { web: { uri: url, ...(title === null ? {} : { title }) } });
  }
  return { groundingChunks: [...pages.values()] };
}

export function encodeGeminiLogprobs(tokens: readonly TokenLogprob[]): JsonObject {
  const candidate = ({ token, logprob }: Omit<TokenLogprob, 'top'>) => ({ token, logProbability: logprob });
  return {
    chosenCandidates: tokens.map(candidate),
    topCandidates: tokens.map(({ top }) => ({ candidates: top.map(candidate) })),
  };
}
