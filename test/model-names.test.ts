/** Names of models from the client's request to the answer that it gets, over a simulated GitHub. */
import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { objectOf } from '../src/canonical/json-value.ts';
import { defaultModels } from '../src/simulator/index.ts';
import type { StoredKey } from '../src/http/key-registry.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { startProxy, testKey, type StartedProxy, type StartProxyOptions } from './support/start-proxy.ts';
import { testAccount } from './support/test-account.ts';

let running: StartedProxy | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function start(options: StartProxyOptions = {}): Promise<StartedProxy> {
  running = await startProxy(options);
  return running;
}

const chat = { messages: [{ role: 'user', content: 'hi' }], max_tokens: 100 };
const responses = { input: 'hi' };
type Path = 'chat/completions' | 'responses' | 'messages' | 'messages/count_tokens';
const bodies: Readonly<Record<Path, object>> = {
  'chat/completions': chat,
  responses,
  messages: chat,
  'messages/count_tokens': { messages: chat.messages },
};

async function ask(proxy: StartedProxy, path: Path, model: string, more: object = {}, key = testKey) {
  const response = await fetch(`${proxy.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...bodies[path], ...more }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    edits: response.headers.get('x-crossfeed-edits') ?? '',
    lane: response.headers.get('x-crossfeed-lane'),
    message: () => String(objectOf(objectOf(JSON.parse(text))['error'])['message']),
  };
}

/** Every name that an answer gives its model. */
const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/"model":\s*"([^"]+)"/g)].map(([, name]) => name ?? '')),
];

const sentModel = ({ simulator }: StartedProxy, path: string): unknown =>
  objectOf(simulator.requestsTo(path).at(-1)?.json)['model'];

const rows: readonly (readonly [Path, string, string, string])[] = [
  ['messages', 'claude-opus-5-5-20260901', 'claude-opus-5.5', '/v1/messages'],
  ['messages', 'anthropic/claude-sonnet-5.5', 'claude-sonnet-5.5', '/v1/messages'],
  ['messages', 'sonnet', 'claude-sonnet-5.5', '/v1/messages'],
  ['messages', 'claude-haiku-4-5-20251001', 'claude-haiku-5.5', '/v1/messages'],
  ['chat/completions', 'GPT-4.1', 'gpt-4.1', '/chat/completions'],
  ['chat/completions', 'openai/gpt-5.2', 'gpt-5.2', '/chat/completions'],
  ['chat/completions', 'models/gemini-3.8-flash', 'gemini-3.8-flash', '/chat/completions'],
  ['responses', 'claude-gpt-6-luna', 'gpt-6-luna', '/responses'],
  ['responses', 'codex-auto-review', 'gpt-6-luna', '/responses'],
];

test.each(rows.flatMap((row) => [[...row, false] as const, [...row, true] as const]))(
  '%s: %s is answered by %s under the asked name (%s, stream %s)',
  async (path, asked, id, upstreamPath, stream) => {
    const proxy = await start();
    const answer = await ask(proxy, path, asked, { stream });
    expect([answer.status, namesIn(answer.text)]).toEqual([200, [asked]]);
    expect(answer.edits.split(',')).toEqual(expect.arrayContaining(['catalogue-id', 'asked-model']));
    expect(sentModel(proxy, upstreamPath)).toBe(id);
  },
);

test.each(['chat/completions', 'responses', 'messages'] as const)(
  "%s: a catalogue id keeps the upstream's own version string",
  async (path) => {
    const proxy = await start();
    const model = { 'chat/completions': 'gpt-4.1', responses: 'gpt-5.2', messages: 'claude-haiku-5.5' }[path];
    const answer = await ask(proxy, path, model);
    expect(answer.status).toBe(200);
    expect(namesIn(answer.text)).not.toContain(model);
    expect(answer.edits).not.toContain('asked-model');
  },
);

test('an alias is a named edit with its reason, and is counted for as well', async () => {
  const proxy = await start({ models: { aliases: ['fast=claude-haiku-5.5', 'review=nothing|opus'] } });
  const answer = await ask(proxy, 'messages', 'fast');
  expect(answer.edits).toContain('model-alias');
  const [record] = await proxy.store.exchanges.recent(1);
  expect(record).toMatchObject({
    askedModel: 'fast',
    model: 'claude-haiku-5.5',
    edits: expect.arrayContaining([
      { rule: 'model-alias', path: 'model', reason: expect.stringMatching(/settings for claude-haiku-5\.5/) },
    ]),
  });
  expect((await ask(proxy, 'messages/count_tokens', 'review')).status).toBe(200);
});

test("a key's own names hold for that key alone, and its permission is on what they mean", async () => {
  const stored: StoredKey = {
    id: 'k',
    label: 'k',
    accountName: testAccount.name,
    models: ['claude-haiku-5.5'],
    project: null,
    aliases: { mine: ['haiku'], dear: ['opus'] },
    expiresAt: null,
    revokedAt: null,
  };
  const digest = createHash('sha256').update('cf_other').digest('hex');
  const proxy = await start({ findByDigest: (hex) => (hex === digest ? stored : undefined) });
  expect((await ask(proxy, 'messages', 'mine', {}, 'cf_other')).status).toBe(200);
  expect((await ask(proxy, 'messages', 'dear', {}, 'cf_other')).status).toBe(403);
  expect((await ask(proxy, 'messages', 'mine')).status).toBe(404);
  const own = await fetch(`${proxy.url}/crossfeed/v1/status`, { headers: { authorization: 'Bearer cf_other' } });
  expect(await own.json()).toMatchObject({ key: { aliases: { mine: ['haiku'] } } });
});

test.each([
  ['claude-opus-4-6', /was retired by GitHub on 2026-09-01. Its successor is claude-opus-5\.5 \(500 in, 2500 out/],
  ['claude-opus-5', /not found\. Did you mean claude-opus-5\.5/],
  ['gpt-6-astra', /switched off for this seat \(policy: disabled\)\. `crossfeed models enable gpt-6-astra`/],
  ['no-such-thing-at-all', /not found\. GET \/v1\/models/],
])('%s is refused, and says why', async (asked, words) => {
  const proxy = await start();
  const answer = await ask(proxy, 'chat/completions', asked);
  expect([answer.status, answer.message()]).toEqual([404, expect.stringMatching(words)]);
  expect(proxy.simulator.requestsTo('/chat/completions')).toEqual([]);
});

test('a model that only the other road lists is told as that', async () => {
  const models = defaultModels.map((one) =>
    one.id === 'gpt-4.1' ? { ...one, id: 'over-there', needsExchange: true } : one,
  );
  const proxy = await start({ upstream: { road: 'direct' }, simulator: { scenario: { models } } });
  expect((await ask(proxy, 'messages', 'over-there')).message()).toMatch(/only for the other way of signing in/);
});

test('GitHub refuses what it lists: the words are explained', async () => {
  const proxy = await start();
  const answer = await ask(proxy, 'chat/completions', 'mai-code-1-flash');
  expect([answer.status, answer.message()]).toEqual([404, expect.stringMatching(/Plan or region: GitHub lists/)]);
});

test('unknown names ask for the list three times a minute, and a model switched on meanwhile is served', async () => {
  const clock = createFakeClock(Date.now());
  const proxy = await start({ clock });
  const listed = () => proxy.simulator.requestsTo('/models').length;
  for (const name of ['nothing-1', 'nothing-2', 'gpt-6-astra']) {
    expect((await ask(proxy, 'responses', name)).status).toBe(404);
  }
  const once = listed();
  for (const name of ['nothing-3', 'nothing-4']) expect((await ask(proxy, 'responses', name)).status).toBe(404);
  expect(listed()).toBe(once);
  clock.advance(61_000);
  const models = defaultModels.map((one) => (one.id === 'gpt-6-astra' ? { ...one, policy: 'enabled' as const } : one));
  proxy.simulator.changeScenario({ models });
  expect((await ask(proxy, 'responses', 'gpt-6-astra')).status).toBe(200);
  expect(listed()).toBe(once + 1);
});

test('a model that is switched on after its refusal is served at once', async () => {
  const proxy = await start();
  expect((await ask(proxy, 'responses', 'gpt-6-astra')).status).toBe(404);
  const models = defaultModels.map((one) => (one.id === 'gpt-6-astra' ? { ...one, policy: 'enabled' as const } : one));
  proxy.simulator.changeScenario({ models });
  expect((await ask(proxy, 'responses', 'gpt-6-astra')).status).toBe(200);
});

test('shipped aliases can be switched off', async () => {
  const proxy = await start({ models: { shippedAliasesOff: ['*'] } });
  expect((await ask(proxy, 'messages', 'background')).status).toBe(404);
});

test('a window that the seat has not is an edit, and the model serves with its own', async () => {
  const proxy = await start();
  const answer = await ask(proxy, 'messages', 'claude-haiku-5.5[1m]');
  expect([answer.status, answer.edits]).toEqual([200, expect.stringContaining('smaller-window')]);
});
