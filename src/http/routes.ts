/** Every path of the data port, as data: what it means, who may ask it, and whose error shape it speaks. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { InferenceRoute } from '../gateway/gateway.ts';
import { findGeminiCall, geminiBases } from './gemini-routes.ts';

const inferenceRoutes: readonly InferenceRoute[] = [
  { path: '/v1/chat/completions', protocol: 'openai-chat', operation: 'generate' },
  { path: '/v1/completions', protocol: 'openai-completions', operation: 'generate' },
  { path: '/v1/responses', protocol: 'openai-responses', operation: 'generate' },
  { path: '/v1/responses/compact', protocol: 'openai-responses', operation: 'generate' },
  { path: '/v1/messages', protocol: 'anthropic-messages', operation: 'generate' },
  { path: '/v1/messages/count_tokens', protocol: 'anthropic-messages', operation: 'count-tokens' },
  { path: '/v1/embeddings', protocol: 'openai-chat', operation: 'embed' },
];

/** A line an event, unless the caller wants it whole: Ollama's own. */
const ollamaStream = { operation: 'generate', streamsByDefault: true, framing: 'ndjson' } as const;

const ollamaRoutes: readonly InferenceRoute[] = [
  { path: '/api/chat', protocol: 'ollama', ...ollamaStream },
  { path: '/api/generate', protocol: 'ollama-generate', ...ollamaStream },
  { path: '/api/embed', protocol: 'ollama', operation: 'embed' },
  { path: '/api/embeddings', protocol: 'ollama', operation: 'embed' },
];

/**
 * The forms of a documented path. Half of the tools add `/v1` to a base URL and half want it given, so people end up
 * with none or two.
 */
function spellings(path: string): readonly string[] {
  return [path, path.slice('/v1'.length), `/v1${path}`];
}

/** The tools of Ollama that are told a base URL for OpenAI's get one `/v1` too many. */
const ollamaSpellings = (path: string): readonly string[] => [path, `/v1${path}`];

const inferenceByPath: ReadonlyMap<string, InferenceRoute> = new Map([
  ...inferenceRoutes.flatMap((route) => spellings(route.path).map((path) => [path, route] as const)),
  ...ollamaRoutes.flatMap((route) => ollamaSpellings(route.path).map((path) => [path, route] as const)),
]);

/** Gemini's calls aside, whose paths hold the name of a model. */
export const inferencePaths: readonly string[] = [...inferenceByPath.keys()];

/** `query` says how a stream of Gemini's is framed. */
export function findInference(path: string, query = ''): InferenceRoute | undefined {
  return inferenceByPath.get(path) ?? findGeminiCall(path, query);
}

/** Where Ollama's own paths begin. */
export const ollamaBases = ollamaSpellings('/api');

/** What Ollama's clients ask of one model, with its name in a body. */
export const showPaths: ReadonlySet<string> = new Set(ollamaSpellings('/api/show'));

/** Answered to anybody on this machine: none of them says anything about the seat. */
const publicPaths: ReadonlySet<string> = new Set(['/', '/healthz', '/readyz', '/api/hello']);

/** Below these nothing is told without a key, not even that a path does not exist (B-045, B-052). */
const keyedPrefixes = [
  '/v1',
  '/v1beta',
  '/api',
  '/crossfeed',
  '/models',
  '/responses',
  '/metrics',
  '/usage',
  '/status',
] as const;

/** `public`: no key needed. `keyed`: a key first. `nowhere`: no such path, and no key would help. */
export function accessOf(path: string): 'public' | 'keyed' | 'nowhere' {
  if (publicPaths.has(path)) return 'public';
  return keyedPrefixes.some((prefix) => isBelow(path, prefix)) ? 'keyed' : 'nowhere';
}

export function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}

const shapeByPrefix: readonly (readonly [prefix: string, protocol: ProtocolId])[] = [
  ...geminiBases.map((prefix) => [prefix, 'gemini'] as const),
  ...ollamaBases.map((prefix) => [prefix, 'ollama'] as const),
  ...spellings('/v1/messages').map((prefix) => [prefix, 'anthropic-messages'] as const),
  ...spellings('/v1/responses').map((prefix) => [prefix, 'openai-responses'] as const),
];

/** Gemini's own paths, and the list that its SDK may ask below `/v1` too: only there `?key=` is a key, and nowhere else. */
export function takesQueryKey(path: string): boolean {
  return [...geminiBases, ...spellings('/v1/models')].some((prefix) => isBelow(path, prefix));
}

/** Whose shape an error takes when no inference route says it: by path, else by the caller's own headers. */
export function shapeOf(path: string, headers: IncomingHttpHeaders): ProtocolId {
  const route = findInference(path);
  if (route) return route.protocol;
  for (const [prefix, protocol] of shapeByPrefix) if (isBelow(path, prefix)) return protocol;
  if (headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined) return 'anthropic-messages';
  if (headers['x-goog-api-key'] !== undefined || headers['x-goog-api-client'] !== undefined) return 'gemini';
  return 'openai-chat';
}
