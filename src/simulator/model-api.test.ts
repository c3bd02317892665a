import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { defaultModels } from './models.ts';

const fixed = defaultModels
  .filter(({ type }) => type === 'embeddings')
  .map((spec) => ({ ...spec, id: 'fixed', fixedDimensions: true }));
const simulator = useSimulator({ scenario: { models: [...defaultModels, ...fixed] } });

async function verdict(path: string, body: Record<string, unknown>) {
  const reply = await simulator().post(path, body);
  const text = await reply.text();
  const rules = simulator().simulator.breaches.map(({ rule }) => rule);
  return { status: reply.status, text, rules };
}

const messages = [{ role: 'user', content: 'Hello' }];
const long = [{ role: 'user', content: 'x'.repeat(800_000) }];

test.each([
  ['a model that is not sold', '/chat/completions', { model: 'gpt-99', messages }, 'model_not_supported', ['model']],
  [
    'a model that policy disables',
    '/responses',
    { model: 'gpt-6-astra', input: 'x' },
    'model_not_supported',
    ['model'],
  ],
  [
    'an endpoint it does not have',
    '/responses',
    { model: 'gpt-4.1', input: 'x' },
    'unsupported_api_for_model',
    ['endpoint'],
  ],
  [
    'a newer model on chat',
    '/chat/completions',
    { model: 'gpt-6-luna', messages },
    'unsupported_api_for_model',
    ['endpoint'],
  ],
])('%s is refused, and was to be known before', async (_, path, body, code, rules) => {
  expect(await verdict(path, body)).toEqual({ status: 400, text: expect.stringContaining(code), rules });
});

test.each([
  [
    'a listed model that nobody can use',
    '/chat/completions',
    { model: 'mai-code-1-flash', messages },
    'no_available_model_endpoints',
  ],
  [
    'a long prompt on chat',
    '/chat/completions',
    { model: 'gpt-4.1', messages: long },
    'model_max_prompt_tokens_exceeded',
  ],
  [
    'a long prompt on Messages',
    '/v1/messages',
    { model: 'claude-haiku-5.5', max_tokens: 9, messages: long },
    'tokens > 168000 maximum',
  ],
  [
    'a long prompt on Responses',
    '/responses',
    { model: 'gpt-6-luna', input: 'x'.repeat(1_200_000) },
    'context_length_exceeded',
  ],
])('%s is refused, and is nobody’s fault', async (_, path, body, words) => {
  expect(await verdict(path, body)).toEqual({ status: 400, text: expect.stringContaining(words), rules: [] });
});

const model = 'text-embedding-3-small';

test.each([
  ['no text', { model, input: [] }, 'non-empty array'],
  ['a bare text', { model, input: 'x' }, 'non-empty array'],
  ['tokens', { model, input: [[1, 2]] }, 'non-empty strings'],
  ['too many texts', { model, input: Array.from({ length: 513 }, () => 'x') }, 'at most 512 are allowed'],
  [
    'too long a text',
    { model, input: ['x'.repeat(40_000)] },
    'maximum context length is 8191 tokens, however you requested 10000',
  ],
  ['too many dimensions', { model, input: ['x'], dimensions: 2000 }, 'between 1 and 1536'],
  [
    'dimensions of who has fixed ones',
    { model: 'fixed', input: ['x'], dimensions: 256 },
    'does not support specifying dimensions',
  ],
])('embeddings of %s are refused', async (_, body, words) => {
  const { status, text, rules } = await verdict('/embeddings', body);
  expect([status, rules]).toEqual([400, ['embeddings']]);
  expect(text).toContain(words);
});

test('a refusal in JSON is typed as plain text, as the real one does', async () => {
  const reply = await simulator().post('/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 9, messages: [] });
  expect([reply.status, reply.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
  expect(JSON.parse(await reply.text())).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
});
