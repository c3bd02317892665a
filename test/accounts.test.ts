/** Several accounts in one proxy: a key asks its own and never another one's, whatever happens to it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredKey } from '../src/http/key-registry.ts';
import { simulatedGithubToken, simulatedOauthToken } from '../src/simulator/index.ts';
import { createAccountUpstreams } from '../src/upstream/account-upstreams.ts';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';
import { testAccount } from './support/test-account.ts';

const work = { account: { ...testAccount, name: 'octo-work' }, githubToken: simulatedOauthToken };
const idle = { account: { ...testAccount, name: 'octo-idle' }, githubToken: simulatedOauthToken };

const stored: Readonly<Record<string, Partial<StoredKey>>> = {
  'cf_key-of-work': { accountName: 'octo-work' },
  'cf_key-of-models': { models: ['claude-sonnet-5-5', 'gpt-5.2'], project: 'site' },
};
const rows = new Map(
  Object.entries(stored).map(([key, over]): readonly [string, StoredKey] => [
    createHash('sha256').update(key).digest('hex'),
    {
      id: key.slice(3),
      label: key,
      accountName: testAccount.name,
      models: null,
      project: null,
      expiresAt: null,
      revokedAt: null,
      ...over,
    },
  ]),
);

let proxy: StartedProxy;

beforeAll(async () => {
  proxy = await startProxy({ accounts: [work, idle], findByDigest: (digest) => rows.get(digest) });
});
afterAll(() => proxy.close());

const chat = { model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hello' }] };

function call(key: string, path = '/v1/chat/completions', body?: object): Promise<Response> {
  return fetch(proxy.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const lastBearer = () => proxy.simulator.requestsTo('/chat/completions').at(-1)?.headers.authorization ?? '';

test('the key decides whose bearer goes up', async () => {
  for (let round = 0; round < 3; round += 1) {
    expect((await call('cf_key-of-work', undefined, chat)).status).toBe(200);
    expect(lastBearer()).toBe(`Bearer ${simulatedOauthToken}`);
    expect((await call(proxy.key, undefined, chat)).status).toBe(200);
    // The default account's token is exchanged: its own is never sent there.
    expect(lastBearer()).toMatch(/^Bearer tid=/);
  }
});

test('many calls of two keys at once: no bearer of the other one', async () => {
  const since = proxy.simulator.requestsTo('/chat/completions').length;
  const replies = await Promise.all(
    Array.from({ length: 30 }, (_, at) => {
      const key = at % 2 === 0 ? proxy.key : 'cf_key-of-work';
      return call(key, undefined, { ...chat, messages: [{ role: 'user', content: key }] });
    }),
  );
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  const calls = proxy.simulator.requestsTo('/chat/completions').slice(since);
  expect(calls).toHaveLength(30);
  for (const { headers, body } of calls) {
    const wanted = body.includes('cf_key-of-work') ? simulatedOauthToken : 'tid=';
    expect(headers.authorization).toContain(wanted);
  }
});

describe('a key for certain models', () => {
  test('is shown those only, in both shapes', async () => {
    const openai = (await (await call('cf_key-of-models', '/v1/models')).json()) as { data: { id: string }[] };
    expect(openai.data.map(({ id }) => id).sort()).toEqual(['claude-sonnet-5.5', 'gpt-5.2']);
    const page = (await (await call('cf_key-of-models', '/v1/models?limit=1000')).json()) as typeof openai;
    expect(page).toMatchObject({ has_more: false });
    expect(page.data.map(({ id }) => id).sort()).toEqual(['claude-gpt-5.2', 'claude-sonnet-5.5', 'gpt-5.2']);
    const all = (await (await call(proxy.key, '/v1/models')).json()) as { data: unknown[] };
    expect(all.data.length).toBeGreaterThan(2);
  });

  test('finds no other one by its id', async () => {
    expect((await call('cf_key-of-models', '/v1/models/gpt-6.1-sol')).status).toBe(404);
    expect((await call('cf_key-of-models', '/v1/models/gpt-5.2')).status).toBe(200);
  });

  test('may ask them by any spelling, and no other one by any', async () => {
    const messages = { max_tokens: 50, messages: chat.messages };
    for (const model of ['claude-sonnet-5.5', 'claude-sonnet-5-5'])
      expect((await call('cf_key-of-models', '/v1/messages', { ...messages, model })).status).toBe(200);
    for (const model of ['gpt-6.1-sol', 'gpt-6-1-sol']) {
      const reply = await call('cf_key-of-models', '/v1/responses', { model, input: 'Hello' });
      expect([reply.status, await reply.json()]).toMatchObject([403, { error: { code: 'model_not_allowed' } }]);
    }
    expect(proxy.simulator.requestsTo('/responses')).toEqual([]);
  });
});

describe('what a key may ask about itself', () => {
  test('its label, models, account and figures, and nothing of other keys', async () => {
    const status = await (await call('cf_key-of-models', '/crossfeed/v1/status')).text();
    expect(JSON.parse(status)).toMatchObject({
      key: { id: 'key-of-models', models: ['claude-sonnet-5-5', 'gpt-5.2'], project: 'site' },
      account: 'octo',
      counters: { exchanges: 4, failed: 2, canceled: 0 },
      openExchanges: 0,
      upstream: { ready: true, road: 'exchanged' },
    });
    expect(status).not.toContain('octo-work');
    expect(await (await call('cf_key-of-work', '/crossfeed/v1/status')).json()).toMatchObject({
      account: 'octo-work',
      counters: { exchanges: 18 },
      upstream: { road: 'direct', credentialKind: 'gho_' },
    });
  });

  test('B-058 its own exchanges, and of others not even that they exist', async () => {
    const id = (await call('cf_key-of-work', undefined, chat)).headers.get('x-crossfeed-exchange') ?? '';
    const own = await call('cf_key-of-work', `/crossfeed/v1/exchanges/${id}`);
    expect([own.status, await own.json()]).toMatchObject([200, { id, keyId: 'key-of-work' }]);
    const others = await call(proxy.key, `/crossfeed/v1/exchanges/${id}`);
    const nobodys = await call(proxy.key, '/crossfeed/v1/exchanges/cf-nothing');
    expect([others.status, await others.text()]).toEqual([nobodys.status, await nobodys.text()]);
    expect(others.status).toBe(404);
  });
});

test('an account that nobody asks is never signed in', () => {
  expect(proxy.proxy.status().accounts.map(({ account }) => account.name)).toEqual(['octo', 'octo-work']);
  expect(proxy.proxy.seat('octo-idle')).toBeDefined();
  expect(proxy.proxy.seat('octo-nowhere')).toBeUndefined();
});

test('after a logout its keys are told so, and the other account goes on', async () => {
  await proxy.proxy.useAccounts([{ account: testAccount, githubToken: simulatedGithubToken }]);
  const exchanges = proxy.simulator.requestsTo('token').length;
  const reply = await call('cf_key-of-work', undefined, chat);
  expect([reply.status, await reply.json()]).toMatchObject([400, { error: { code: 'upstream_sign_in_required' } }]);
  expect((await call(proxy.key, undefined, chat)).status).toBe(200);
  expect(lastBearer()).toMatch(/^Bearer tid=/);
  // The same token: the account kept its bearer.
  expect(proxy.simulator.requestsTo('token')).toHaveLength(exchanges);
  await proxy.proxy.useAccounts([{ account: testAccount, githubToken: simulatedGithubToken }, work]);
  expect((await call('cf_key-of-work', undefined, chat)).status).toBe(200);
});

test('with nobody left the proxy lives on, and says what to do', async () => {
  await proxy.proxy.useAccounts([]);
  expect(proxy.proxy.status()).toMatchObject({
    accounts: [],
    upstream: { ready: false, problem: { code: 'upstream_sign_in_required' } },
  });
  const ready = await fetch(`${proxy.url}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([
    503,
    { reason: expect.stringContaining('crossfeed login') },
  ]);
  const reply = await call(proxy.key, undefined, chat);
  expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('crossfeed login')]);
});

test('a key of nobody, after the last account has signed out, is told so without an empty name', () => {
  const upstreams = createAccountUpstreams([], () => expect.unreachable());
  expect(() => upstreams.of('')).toThrow(/^No GitHub account is signed in: run `crossfeed login`\.$/);
});
