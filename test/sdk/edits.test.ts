/** Requests that the SDKs allow and Copilot refuses: they go through, and the reply names what was changed. */
import { expect, test } from 'vitest';
import { anthropic, citySchema, openai, pixelPng } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

interface Answered {
  readonly response: Response;
}

const chat = (fields: object) =>
  openai(proxy())
    .chat.completions.create({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hello' }], ...fields })
    .withResponse();
const responses = (fields: object) =>
  openai(proxy())
    .responses.create({ model: 'gpt-6.1-sol', input: 'Hello', store: false, ...fields })
    .withResponse();
const messages = (fields: object) =>
  anthropic(proxy())
    .messages.create({
      model: 'claude-sonnet-5.5',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
      ...fields,
    })
    .withResponse();

const tool = { name: 'look', input_schema: { type: 'object' } };
const cached = { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', scope: 'session' } };

const rows: readonly (readonly [string, string, () => PromiseLike<Answered>])[] = [
  ['max_tokens on a reasoning GPT', 'max-completion-tokens', () => chat({ max_tokens: 200 })],
  ['a temperature on a reasoning GPT', 'reasoning-sampling', () => chat({ temperature: 0.2 })],
  ['a response that is to be stored', 'store-off', () => responses({ store: true })],
  ['a service tier', 'no-service-tier', () => responses({ service_tier: 'flex' })],
  ['a cache retention', 'no-cache-options', () => responses({ prompt_cache_retention: '24h' })],
  ['a hosted tool', 'no-hosted-tools', () => responses({ tools: [{ type: 'image_generation' }] })],
  ['a cache scope', 'no-cache-scope', () => messages({ system: [cached] })],
  [
    'a cache marker on the whole body',
    'no-body-cache-control',
    () => messages({ cache_control: { type: 'ephemeral' } }),
  ],
  ['eager tool input', 'no-eager-input', () => messages({ tools: [{ ...tool, eager_input_streaming: true }] })],
  [
    'a server tool',
    'no-server-tools',
    () => messages({ tools: [tool, { type: 'web_search_20250305', name: 'web_search' }] }),
  ],
  [
    'the old name of an output format',
    'output-config-format',
    () => messages({ output_format: { type: 'json_schema', schema: citySchema } }),
  ],
  [
    'an empty text beside an image',
    'no-empty-text',
    () => {
      const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixelPng } };
      return messages({ messages: [{ role: 'user', content: [{ type: 'text', text: '' }, image] }] });
    },
  ],
];

test.each(rows)('%s: %s', async (_what, rule, call) => {
  const { response } = await call();
  expect(response.headers.get('x-crossfeed-lane')).toBe('patched');
  expect(response.headers.get('x-crossfeed-edits')?.split(',')).toContain(rule);
});

test('a request that needs no edit takes the raw lane, byte for byte', async () => {
  const body =
    '{"model" : "claude-sonnet-5.5","max_tokens":100, "messages":[{"role":"user","content":"Zażółć\\u0142"}]}';
  const { url, key, simulator } = proxy();
  const headers = { 'x-api-key': key, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' };
  const response = await fetch(`${url}/v1/messages?beta=true`, { method: 'POST', headers, body });
  await response.text();
  expect(response.headers.get('x-crossfeed-lane')).toBe('raw');
  expect(response.headers.get('x-crossfeed-edits')).toBeNull();
  expect(simulator.requestsTo('/v1/messages').at(-1)?.body.toString()).toBe(body);
});

test('every reply names its exchange, and the store holds it with its usage', async () => {
  const { response } = await messages({});
  const id = response.headers.get('x-crossfeed-exchange');
  expect(id).toBe(response.headers.get('request-id'));
  proxy().store.exchanges.flush();
  const record = await proxy().store.exchanges.find(id ?? '');
  expect(record).toMatchObject({
    protocol: 'anthropic-messages',
    route: '/v1/messages',
    model: 'claude-sonnet-5.5',
    outcome: 'finished',
    initiator: 'user',
    status: 200,
  });
  expect(record?.usage?.outputTokens).toBeGreaterThan(0);
  expect(record?.usage?.costNanoAiu).toBeGreaterThan(0);
});
