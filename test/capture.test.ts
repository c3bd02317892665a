/** Prompts are kept only where their owner wants that: bounded, without secrets, and gone when they are old. */
import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { CaptureConfig } from '../src/config/config.ts';
import { startProxy, type StartedProxy, type StartProxyOptions } from './support/start-proxy.ts';

let started: StartedProxy | undefined;
afterEach(async () => {
  await started?.close();
  started = undefined;
});

const start = async (capture: Partial<CaptureConfig> = {}, more: StartProxyOptions = {}) => {
  started = await startProxy({ capture, ...more });
  return started;
};

async function ask(proxy: StartedProxy, body: object, path = '/v1/messages', key = proxy.key): Promise<string> {
  const reply = await fetch(`${proxy.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await reply.text();
  const id = reply.headers.get('x-crossfeed-exchange') ?? '';
  await expect.poll(() => proxy.store.exchanges.find(id)).toBeDefined();
  return id;
}

const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const message = (text: string, stream = false) => ({
  model: 'claude-haiku-5.5',
  max_tokens: 999_999,
  stream,
  messages: [{ role: 'user', content: text }],
});

test('nothing is kept unless it is switched on', async () => {
  const proxy = await start();
  await ask(proxy, message('a prompt'));
  expect(proxy.store.captures.size()).toEqual({ captures: 0, bytes: 0 });
  expect(proxy.proxy.status().capture).toBeNull();
  expect(proxy.complaints).toEqual([]);
});

test.each([
  ['an answer in one piece', '/v1/messages', message('what is kept?')],
  ['a stream', '/v1/messages', message('what is kept?', true)],
  [
    'a translated stream',
    '/v1/chat/completions',
    { model: 'gpt-6.1-sol', stream: true, messages: [{ role: 'user', content: 'what is kept?' }] },
  ],
])('%s is kept as the client sent it, as it went up, and as it was answered', async (_what, path, body) => {
  const proxy = await start({ enabled: true });
  expect(proxy.complaints).toEqual(['Capture is on: prompts and answers are kept for default.']);
  const id = await ask(proxy, body, path);
  await expect.poll(() => proxy.store.captures.find(id)).toBeDefined();
  const kept = proxy.store.captures.find(id);
  expect(JSON.parse(kept?.request.text ?? '')).toEqual(body);
  expect(kept?.sent?.text).toBe(
    proxy.simulator.requests.findLast((request) => request.body.length > 0)?.body.toString(),
  );
  expect(kept?.answer.text).toContain('simulated');
  expect(kept?.received?.text).toContain('simulated');
  expect(kept?.received?.text === kept?.answer.text).toBe(path === '/v1/messages' && body.stream);
  expect(kept).toMatchObject({
    exchangeId: id,
    outcome: 'finished',
    status: 200,
    route: path,
    model: body.model,
  });
  expect(proxy.proxy.status().capture).toMatchObject({ keys: ['default'], kept: 1 });
});

test('a refusal is kept too, without anything that went up', async () => {
  const proxy = await start({ enabled: true });
  const id = await ask(proxy, { model: 'none-such', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] });
  await expect.poll(() => proxy.store.captures.find(id)).toBeDefined();
  const kept = proxy.store.captures.find(id);
  expect(kept?.sent).toBeNull();
  expect(kept?.received).toBeNull();
  expect(kept?.answer.text).toContain('not_found');
});

test('secrets are taken out of every text', async () => {
  const proxy = await start({ enabled: true });
  const id = await ask(proxy, message(`my token is ${secret}\nand a key: sk-abcdefgh12345678`));
  await expect.poll(() => proxy.store.captures.find(id)).toBeDefined();
  const text = JSON.stringify(proxy.store.captures.find(id));
  expect(text).toContain('my token is [redacted]');
  expect(text).not.toContain(secret);
  expect(text).not.toContain('sk-abcdefgh');
  expect(text).not.toContain(proxy.key);
});

test('each text is cut at its bound, and says how long it was', async () => {
  const proxy = await start({ enabled: true, maxBytes: 1024 });
  const body = message('word '.repeat(5000));
  const id = await ask(proxy, body);
  await expect.poll(() => proxy.store.captures.find(id)).toBeDefined();
  const kept = proxy.store.captures.find(id);
  expect(kept?.request).toMatchObject({ bytes: JSON.stringify(body).length, isCut: true });
  expect(kept?.request.text).toHaveLength(1024);
});

test('by key: only those that are named in the settings, and those that were made so', async () => {
  const keyOf = (id: string, capture: boolean) => ({
    id,
    label: id,
    accountName: 'default',
    models: null,
    project: null,
    expiresAt: null,
    revokedAt: null,
    capture,
  });
  const keys = new Map(
    [keyOf('captured', true), keyOf('named', false), keyOf('quiet', false)].map((key) => [
      createHash('sha256').update(`cf_${key.id}-key-of-a-test`).digest('hex'),
      key,
    ]),
  );
  const proxy = await start({ enabled: true, keys: ['named'] }, { findByDigest: (digest) => keys.get(digest) });
  const ids: string[] = [];
  for (const name of ['captured', 'named', 'quiet'])
    ids.push(await ask(proxy, message('hi'), '/v1/messages', `cf_${name}-key-of-a-test`));
  await expect.poll(() => proxy.store.captures.size().captures).toBe(2);
  expect(ids.map((id) => proxy.store.captures.find(id) !== undefined)).toEqual([true, true, false]);
});

test('the oldest go first when there is too much of it, and all when they are too old', async () => {
  const proxy = await start({ enabled: true });
  const ids: string[] = [];
  for (let index = 0; index < 4; index += 1) ids.push(await ask(proxy, message(`${index} ${'word '.repeat(2000)}`)));
  await expect.poll(() => proxy.store.captures.size().captures).toBe(4);
  const { bytes } = proxy.store.captures.size();
  proxy.store.captures.prune({ maxTotalBytes: bytes - 1, maxAgeMs: 60_000 });
  expect(proxy.store.captures.list(10).map(({ exchangeId }) => exchangeId)).toEqual(ids.slice(1).toReversed());
  proxy.store.captures.prune({ maxTotalBytes: bytes, maxAgeMs: -60_000 });
  expect(proxy.store.captures.size().captures).toBe(0);
});

test('what was kept is deleted by its id, or all of it', async () => {
  const proxy = await start({ enabled: true });
  const first = await ask(proxy, message('one'));
  await ask(proxy, message('two'));
  await ask(proxy, message('three'));
  await expect.poll(() => proxy.store.captures.size().captures).toBe(3);
  expect(proxy.store.captures.delete(first)).toBe(1);
  expect(proxy.store.captures.find(first)).toBeUndefined();
  expect(proxy.store.captures.delete()).toBe(2);
});
