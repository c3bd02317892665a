/** Tests of the route table. */
import { expect, test } from 'vitest';
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
  ['/api/chat', {}, 'ollama'],
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
