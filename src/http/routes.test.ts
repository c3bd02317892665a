/** Tests of the route table. */
import { expect, test } from 'vitest';
import { altFault } from './gemini-routes.ts';
import { accessOf, findInference, shapeOf, takesQueryKey } from './routes.ts';

test.each(['/v1/chat/completions', '/v1/responses', '/v1/messages', '/v1/messages/count_tokens', '/v1/embeddings'])(
  '%s is one route, with no, one or two /v1',
  (path) => {
    const route = findInference(path);
    expect(route?.path).toBe(path);
    expect(findInference(path.slice(3))).toBe(route);
    expect(findInference(`/v1${path}`)).toBe(route);
    expect(findInference(`/v1/v1${path}`)).toBeUndefined();
  },
);

test.each(['/api/chat', '/api/generate', '/api/embed', '/api/embeddings'])(
  '%s is one route, also below /v1',
  (path) => {
    const route = findInference(path);
    expect(route?.path).toBe(path);
    expect(findInference(`/v1${path}`)).toBe(route);
  },
);

test.each([
  ['/v1beta/models/gemini-3.8-pro:generateContent', '', 'generate', 'gemini-3.8-pro', false, undefined],
  ['/v1/models/gemini-3.8-pro:generateContent', '', 'generate', 'gemini-3.8-pro', false, undefined],
  ['/models/gemini-3.8-pro:generateContent', '', 'generate', 'gemini-3.8-pro', false, undefined],
  ['/v1/v1beta/models/gemini-3.8-pro:generateContent', '', 'generate', 'gemini-3.8-pro', false, undefined],
  ['/v1beta/v1beta/models/gemini-3.8-pro:generateContent', '', 'generate', 'gemini-3.8-pro', false, undefined],
  ['/v1beta/models/models/gpt-5.2:generateContent', '', 'generate', 'gpt-5.2', false, undefined],
  ['/v1beta/models/gpt-5.2%3AgenerateContent', '', 'generate', 'gpt-5.2', false, undefined],
  ['/v1beta/models/org%2Fgpt:latest:countTokens', '', 'count-tokens', 'org/gpt:latest', false, undefined],
  ['/v1beta/models/gpt-5.2:streamGenerateContent', '', 'generate', 'gpt-5.2', true, 'json-array'],
  ['/v1beta/models/gpt-5.2:streamGenerateContent', 'key=k&alt=json', 'generate', 'gpt-5.2', true, 'json-array'],
  ['/v1beta/models/gpt-5.2:streamGenerateContent', 'alt=sse&key=k', 'generate', 'gpt-5.2', true, undefined],
  ['/v1beta/models/gpt-5.2:streamGenerateContent', '$alt=SSE', 'generate', 'gpt-5.2', true, undefined],
  ['/v1beta/models/text-embedding-3-small:embedContent', '', 'embed', 'text-embedding-3-small', false, undefined],
  ['/v1beta/models/text-embedding-3-small:batchEmbedContents', '', 'embed', 'text-embedding-3-small', false, undefined],
] as const)('%s?%s: %s with %s', (path, query, operation, model, stream, framing) => {
  const route = findInference(path, query);
  expect(route).toMatchObject({ protocol: 'gemini', operation, urlSays: { model, stream } });
  expect(route?.framing).toBe(framing);
});

test.each(['/v1beta/models/x:predict', '/v1beta/models/x', '/v1beta/models', '/v1beta/models/:countTokens'])(
  '%s is no inference',
  (path) => expect(findInference(path)).toBeUndefined(),
);

test.each([
  ['alt=xml', 'alt: must be sse or json.'],
  ['$alt=media', 'alt: must be sse or json.'],
  ['alt=sse', undefined],
  ['alt=json%3Benum-encoding%3Dint', undefined],
  ['', undefined],
])('Gemini with ?%s: %s (B-115)', (query, fault) =>
  expect(altFault({ protocol: 'gemini' }, query)?.message).toBe(fault),
);

test('?alt= of others is theirs', () => expect(altFault({ protocol: 'openai-chat' }, 'alt=xml')).toBeUndefined());

test.each([
  ['/healthz', 'public'],
  ['/readyz', 'public'],
  ['/api/hello', 'public'],
  ['/', 'public'],
  ['/v1/models', 'keyed'],
  ['/models/x', 'keyed'],
  ['/metrics', 'keyed'],
  ['/usage', 'keyed'],
  ['/crossfeed/v1/status', 'keyed'],
  ['/api/tags', 'keyed'],
  ['/v1beta/models', 'keyed'],
  ['/token', 'nowhere'],
  ['/modelsx', 'nowhere'],
  ['/favicon.ico', 'nowhere'],
] as const)('%s is %s', (path, access) => expect(accessOf(path)).toBe(access));

test.each([
  ['/v1/messages', {}, 'anthropic-messages'],
  ['/messages/batches', {}, 'anthropic-messages'],
  ['/v1/messagesx', {}, 'openai-chat'],
  ['/v1beta/models', {}, 'gemini'],
  ['/v1beta2', {}, 'openai-chat'],
  ['/v1/v1beta/models', {}, 'gemini'],
  ['/v1/models/gpt-5.2:generateContent', {}, 'gemini'],
  ['/v1/models/gpt-5.2:latest', {}, 'openai-chat'],
  ['/api/chat', {}, 'ollama'],
  ['/api/pull', {}, 'ollama'],
  ['/v1/api/tags', {}, 'ollama'],
  ['/responses/x', {}, 'openai-responses'],
  ['/v1/chat/completions', { 'x-api-key': 'k' }, 'openai-chat'],
  ['/v1/models', { 'x-api-key': 'k' }, 'anthropic-messages'],
  ['/v1/models', { 'anthropic-version': '2023-06-01' }, 'anthropic-messages'],
  ['/v1/models', { 'x-goog-api-key': 'k' }, 'gemini'],
  ['/v1/models', {}, 'openai-chat'],
] as const)('errors of %s with %o are %s', (path, headers, shape) => expect(shapeOf(path, headers)).toBe(shape));

test.each([
  ['/v1beta/models/gemini-3.8-pro:generateContent', true],
  ['/v1/models', true],
  ['/v1betas', false],
  ['/v1/messages', false],
  ['/crossfeed/v1/status', false],
])("?key= below %s may be a key (%s): Gemini's client header alone made any path take it", (path, takes) =>
  expect(takesQueryKey(path)).toBe(takes),
);
