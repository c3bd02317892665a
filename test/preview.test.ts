/** `POST /crossfeed/v1/preview`: what would go up is what goes up, and nothing does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';

let proxy: RawProxy;
beforeAll(async () => {
  proxy = await startRawProxy(() => ({
    headers: ['content-type: application/json'],
    chunks: ['{"type":"message","content":[],"stop_reason":"end_turn"}'],
  }));
});
afterAll(() => proxy.close());

interface Preview {
  readonly lane: string;
  readonly model: string;
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  readonly edits: readonly { rule: string; reason: string; path: string }[];
}

const message = {
  model: 'm-messages',
  max_tokens: 9000,
  thinking: { type: 'enabled', budget_tokens: 4000 },
  messages: [{ role: 'user', content: [{ type: 'text', text: 'größe' }] }],
  tools: [{ name: 'fs.read', input_schema: { type: 'object' }, eager_input_streaming: true }],
};

test('shows the endpoint, the headers without the bearer, the body, and each edit with its reason', async () => {
  const headers = { 'Anthropic-Beta': 'unknown-1,context-management-2025-06-27' };
  const upBefore = proxy.upstream.requests.length;
  const eventsBefore = proxy.events.length;
  const reply = await proxy.post('/crossfeed/v1/preview', { path: '/v1/messages', headers, body: message });
  const preview = (await reply.json()) as Preview;
  expect(reply.status).toBe(200);
  expect(preview).toMatchObject({ lane: 'patched', model: 'm-messages', endpoint: '/v1/messages' });
  expect(preview.headers).toMatchObject({
    'anthropic-beta': 'context-management-2025-06-27',
    'x-initiator': 'user',
    'content-type': 'application/json',
  });
  expect(JSON.stringify(preview.headers)).not.toMatch(/authorization|bearer|gho_/i);
  const rules = preview.edits.map(({ rule }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['no-eager-input', 'tool-names', 'known-betas']));
  for (const { reason } of preview.edits) expect(reason).toMatch(/\.$/);
  expect(proxy.upstream.requests.length).toBe(upBefore);
  expect(proxy.events.length).toBe(eventsBefore);
});

test('a body that is given as an object keeps its bytes', async () => {
  const body = '{ "model":"m-messages", "max_tokens": 9, "big":12345678901234567890, "one":1.0, "messages":[] }';
  const asked = `{"path":"/v1/messages", "body" : ${body}, "headers":{}}`;
  const shown = await proxy.post('/crossfeed/v1/preview', asked);
  expect(await shown.text()).toContain(`"body":${body},"edits"`);
});

test('what goes up afterwards is byte for byte what was shown', async () => {
  const shown = await proxy.post('/crossfeed/v1/preview', { path: '/v1/messages', body: message });
  const preview = (await shown.json()) as Preview;
  await proxy.post('/v1/messages', message);
  const sent = proxy.upstream.requests.at(-1);
  expect(JSON.parse(sent?.body.toString() ?? '')).toEqual(preview.body);
  const { authorization, 'x-request-id': _id, host, 'content-length': _length, ...rest } = sent?.headers ?? {};
  const { 'x-request-id': _own, ...headers } = preview.headers;
  expect(authorization).toMatch(/^Bearer /);
  expect(host).toBeDefined();
  expect(rest).toMatchObject(headers);
});

const refusals = [
  ['no path', { body: {} }, 400, 'path'],
  ['a path that asks no model', { path: '/v1/models', body: {} }, 400, 'path'],
  ['no body', { path: '/v1/chat/completions' }, 400, 'body'],
  ['a body that is no JSON', { path: '/v1/messages', body: 'no' }, 400, 'JSON'],
  ['a model that is not there', { path: '/v1/messages', body: { model: 'zzz', messages: [] } }, 404, 'zzz'],
  ['headers that are none', { path: '/v1/messages', headers: { a: 1 }, body: message }, 400, 'headers'],
] as const;

test.each(refusals)('refuses %s', async (_name, asked, status, words) => {
  const reply = await proxy.post('/crossfeed/v1/preview', asked);
  const text = await reply.text();
  expect(reply.status, text).toBe(status);
  expect(text).toContain(words);
});

test('an error has the shape of the path that it is about', async () => {
  const ask = async (path: string) => {
    const reply = await proxy.post('/crossfeed/v1/preview', { path, body: { model: 'zzz', messages: [], input: 'x' } });
    return (await reply.json()) as { type?: string; error: { code?: string } };
  };
  expect(await ask('/v1/messages?beta=true')).toMatchObject({ type: 'error' });
  expect((await ask('/v1/chat/completions')).error.code).toBe('model_not_found');
});

test('takes POST with a key only', async () => {
  const url = `${proxy.url}/crossfeed/v1/preview`;
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  const got = await proxy.post('/crossfeed/v1/preview', undefined, { method: 'GET', body: null });
  expect(got.status).toBe(405);
});

test('lifetimes of cache markers go up unless the setting says no', async () => {
  const cached = { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } };
  const body = { ...message, tools: [], messages: [{ role: 'user', content: [cached] }] };
  const reply = await proxy.post('/crossfeed/v1/preview', { path: '/v1/messages', body });
  expect(await reply.text()).toContain('"ttl":"1h"');
});
