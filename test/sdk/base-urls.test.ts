/** The ways in which people write a base URL and hand over a key: each must reach the same door. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();
const messages = [{ role: 'user' as const, content: 'Hello' }];

test.each([
  ['with /v1, as OpenAI tools want it', '/v1'],
  ['without', ''],
  ['with a slash behind', '/v1/'],
  ['with /v1 twice', '/v1/v1'],
  ["as Groq's SDK says it", '/openai/v1'],
  ['as Google says it', '/v1beta/openai/'],
])('OpenAI, base URL %s', async (_what, suffix) => {
  const { url, key } = proxy();
  const client = new OpenAI({ baseURL: `${url}${suffix}`, apiKey: key, maxRetries: 0 });
  const chat = await client.chat.completions.create({ model: 'gpt-5.2', messages });
  expect(chat.choices[0]?.message.content).toContain('Hello');
  const answer = await client.responses.create({ model: 'gpt-6-luna', input: 'Hello' });
  expect(answer.output_text).toContain('Hello');
});

test.each([
  ['without /v1, as Anthropic tools want it', ''],
  ['with', '/v1'],
])('Anthropic, base URL %s', async (_what, suffix) => {
  const { url, key } = proxy();
  const client = new Anthropic({ baseURL: `${url}${suffix}`, apiKey: key, maxRetries: 0 });
  const answer = await client.messages.create({ model: 'claude-sonnet-5.5', max_tokens: 100, messages });
  expect(answer.stop_reason).toBe('end_turn');
});

test('Anthropic takes the key as x-api-key and as a bearer, and neither goes upstream', async () => {
  const { url, key, simulator } = proxy();
  const doors = [
    new Anthropic({ baseURL: url, apiKey: key }),
    new Anthropic({ baseURL: url, authToken: key, apiKey: null }),
  ];
  for (const client of doors) await client.messages.create({ model: 'claude-sonnet-5.5', max_tokens: 100, messages });
  for (const { headers } of simulator.requests) expect(JSON.stringify(headers)).not.toContain(key);
});
