/** The calls of Gemini's API, whose paths name the model and the method: `/v1beta/models/{model}:{method}`. */
import { ProxyError } from '../errors/proxy-error.ts';
import type { InferenceRoute } from '../gateway/gateway.ts';
import { decodeSegment } from './request-target.ts';

/** Where its paths begin: half of the tools add the version to a base URL that has one. Its `/v1` is OpenAI's as well. */
export const geminiBases = ['/v1beta', '/v1beta/v1beta', '/v1/v1beta'] as const;

const callBase = /^(?:\/v1|\/v1beta|\/v1beta\/v1beta|\/v1\/v1beta|\/v1\/v1)?\/models\//;

interface GeminiMethod {
  readonly operation: InferenceRoute['operation'];
  readonly stream: boolean;
}

const methods: ReadonlyMap<string, GeminiMethod> = new Map([
  ['generateContent', { operation: 'generate', stream: false }],
  ['streamGenerateContent', { operation: 'generate', stream: true }],
  ['countTokens', { operation: 'count-tokens', stream: false }],
  ['embedContent', { operation: 'embed', stream: false }],
  ['batchEmbedContents', { operation: 'embed', stream: false }],
]);

export const geminiMethods: readonly string[] = [...methods.keys()];

/** The route of a call, e.g. of `/v1beta/models/gemini-3.8-pro:generateContent`; undefined for any other path. */
export function findGeminiCall(path: string, query: string): InferenceRoute | undefined {
  const parts = callParts(path);
  const method = parts && methods.get(parts.method);
  if (!parts || !method) return undefined;
  const { operation, stream } = method;
  return {
    protocol: 'gemini',
    operation,
    path: `/v1beta/models/{model}:${parts.method}`,
    urlSays: { model: parts.model, stream },
    ...(stream && altOf(query) !== 'sse' && { framing: 'json-array' }),
  };
}

/** Whether a path looks like a call, be its method known or not: ids of models have no colon but before a tag. */
export function isGeminiCall(path: string): boolean {
  return callParts(path) !== undefined;
}

/** Code: `invalid_request`, for a form of answer that nobody here writes (B-115). */
export function altFault({ protocol }: Pick<InferenceRoute, 'protocol'>, query: string): ProxyError | undefined {
  const alt = protocol === 'gemini' ? altOf(query) : null;
  if (alt === null || alt === 'sse' || alt === 'json') return undefined;
  return new ProxyError('invalid_request', 'alt: must be sse or json.', { param: 'alt' });
}

function altOf(query: string): string | null {
  if (query === '') return null;
  const parameters = new URLSearchParams(query);
  const alt = parameters.get('alt') ?? parameters.get('$alt');
  // `json;enum-encoding=int` is how Google's own libraries ask for numbers in place of names, which nobody needs here.
  return alt === null ? null : (alt.split(';')[0] ?? '').toLowerCase();
}

/** The colon may come encoded, and `models/` twice: both are what people get from joining texts. */
function callParts(path: string): { readonly model: string; readonly method: string } | undefined {
  const base = callBase.exec(path);
  const rest = base && decodeSegment(path.slice(base[0].length));
  const parts = rest == null ? null : /^(?:models\/)?(.+):([A-Za-z]+)$/s.exec(rest);
  const [, model, method] = parts ?? [];
  return model === undefined || method === undefined ? undefined : { model, method };
}
