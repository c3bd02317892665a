/** `decisions.md` 19 and 20 through the whole proxy: what stops a client at once, face by face, and that each says the cure. */
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredKey } from '../src/http/key-registry.ts';
import { simulatedGithubToken } from '../src/simulator/index.ts';
import type { SignedInAccount } from '../src/upstream/account-upstreams.ts';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';
import { testAccount } from './support/test-account.ts';

const faces = {
  chat: ['/v1/chat/completions', { model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hello' }] }],
  'chat, streamed': [
    '/v1/chat/completions',
    { model: 'gpt-5.2', stream: true, messages: [{ role: 'user', content: 'Hello' }] },
  ],
  responses: ['/v1/responses', { model: 'gpt-6.1-sol', input: 'Hello' }],
  'responses, streamed': ['/v1/responses', { model: 'gpt-6.1-sol', input: 'Hello', stream: true }],
  embeddings: ['/v1/embeddings', { model: 'text-embedding-3-small', input: 'Hello' }],
  messages: [
    '/v1/messages',
    { model: 'claude-sonnet-5.5', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] },
  ],
  'messages, streamed': [
    '/v1/messages',
    { model: 'claude-sonnet-5.5', max_tokens: 100, stream: true, messages: [{ role: 'user', content: 'Hello' }] },
  ],
  gemini: ['/v1beta/models/gpt-6.1-sol:generateContent', { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }],
  'gemini, streamed': ['/v1beta/models/gpt-6.1-sol:streamGenerateContent?alt=sse', { contents: 'Hello' }],
  'gemini, as an array': ['/v1beta/models/gpt-6.1-sol:streamGenerateContent', { contents: 'Hello' }],
  'gemini, embedded': [
    '/v1beta/models/text-embedding-3-small:embedContent',
    { content: { parts: [{ text: 'Hello' }] } },
  ],
  ollama: ['/api/chat', { model: 'gpt-6.1-sol', stream: false, messages: [{ role: 'user', content: 'Hello' }] }],
  'ollama, streamed': ['/api/chat', { model: 'gpt-6.1-sol', messages: [{ role: 'user', content: 'Hello' }] }],
  'ollama, generated': ['/api/generate', { model: 'gpt-6.1-sol', prompt: 'Hello' }],
  'ollama, embedded': ['/api/embed', { model: 'text-embedding-3-small', input: 'Hello' }],
  count: ['/v1/messages/count_tokens', { model: 'claude-sonnet-5.5', messages: [{ role: 'user', content: 'Hello' }] }],
} as const;
type Face = keyof typeof faces;
/** Where those go that no endpoint speaks like. */
const upstreamOf: Partial<Record<Face, string>> = {
  gemini: '/responses',
  'gemini, streamed': '/responses',
  'gemini, as an array': '/responses',
  'gemini, embedded': '/embeddings',
  ollama: '/responses',
  'ollama, streamed': '/responses',
  'ollama, generated': '/responses',
  'ollama, embedded': '/embeddings',
};
const faceNames = Object.keys(faces) as Face[];

interface Wanted {
  readonly status: number;
  readonly type: string;
  readonly code?: string;
}
interface Stop {
  readonly title: string;
  /** Which key is shown; each belongs to an account in that state. */
  readonly key: string;
  readonly openai: Wanted;
  readonly responses?: Wanted;
  readonly anthropic: Wanted;
  readonly gemini: readonly [status: number, name: string];
  readonly ollama: number;
  readonly cure: RegExp;
}

const quotaGone = { type: 'insufficient_quota', code: 'insufficient_quota' };
const stops: readonly Stop[] = [
  {
    title: 'a wrong key',
    key: 'cf_nobodys-key',
    openai: { status: 401, type: 'authentication_error', code: 'invalid_api_key' },
    anthropic: { status: 401, type: 'authentication_error' },
    gemini: [401, 'UNAUTHENTICATED'],
    ollama: 401,
    cure: /`crossfeed keys show` prints it/,
  },
  {
    title: 'an expired key',
    key: 'cf_expired-key',
    openai: { status: 401, type: 'authentication_error', code: 'invalid_api_key' },
    anthropic: { status: 401, type: 'authentication_error' },
    gemini: [401, 'UNAUTHENTICATED'],
    ollama: 401,
    cure: /has expired: `crossfeed keys add`/,
  },
  {
    title: 'a revoked key',
    key: 'cf_revoked-key',
    openai: { status: 401, type: 'authentication_error', code: 'invalid_api_key' },
    anthropic: { status: 401, type: 'authentication_error' },
    gemini: [401, 'UNAUTHENTICATED'],
    ollama: 401,
    cure: /has been revoked: `crossfeed keys add`/,
  },
  {
    title: 'a dead GitHub login',
    key: 'cf_dead-login',
    openai: { status: 400, type: 'invalid_request_error', code: 'upstream_sign_in_required' },
    anthropic: { status: 403, type: 'permission_error' },
    gemini: [400, 'FAILED_PRECONDITION'],
    ollama: 403,
    cure: /`crossfeed login`/,
  },
  {
    title: 'an account that nobody signed in to',
    key: 'cf_gone-account',
    openai: { status: 400, type: 'invalid_request_error', code: 'upstream_sign_in_required' },
    anthropic: { status: 403, type: 'permission_error' },
    gemini: [400, 'FAILED_PRECONDITION'],
    ollama: 403,
    cure: /'gone'.*`crossfeed login`/,
  },
  {
    title: 'an account without a token',
    key: 'cf_tokenless',
    openai: { status: 400, type: 'invalid_request_error', code: 'upstream_sign_in_required' },
    anthropic: { status: 403, type: 'permission_error' },
    gemini: [400, 'FAILED_PRECONDITION'],
    ollama: 403,
    cure: /`crossfeed login`/,
  },
  {
    title: 'a login without a seat',
    key: 'cf_no-seat',
    openai: { status: 403, type: 'permission_error', code: 'upstream_forbidden' },
    anthropic: { status: 403, type: 'permission_error' },
    gemini: [403, 'PERMISSION_DENIED'],
    ollama: 403,
    cure: /https:\/\/github\.com\/\S+/,
  },
  {
    title: 'credits that are used up',
    key: 'cf_spent',
    openai: { status: 402, ...quotaGone },
    responses: { status: 400, ...quotaGone },
    anthropic: { status: 402, type: 'billing_error' },
    gemini: [402, 'FAILED_PRECONDITION'],
    ollama: 402,
    cure: /raise the limit|wait for the reset/i,
  },
  {
    title: 'a model that the key may not use',
    key: 'cf_one-model',
    openai: { status: 403, type: 'permission_error', code: 'model_not_allowed' },
    anthropic: { status: 403, type: 'permission_error' },
    gemini: [403, 'PERMISSION_DENIED'],
    ollama: 403,
    cure: /may not use model '[^']+': GET \/v1\/models/,
  },
];

const keys: Readonly<Record<string, Partial<StoredKey>>> = {
  'cf_expired-key': { expiresAt: 1 },
  'cf_revoked-key': { revokedAt: 1 },
  'cf_dead-login': { accountName: 'dead' },
  'cf_gone-account': { accountName: 'gone' },
  cf_tokenless: { accountName: 'tokenless' },
  'cf_no-seat': { accountName: 'seatless' },
  cf_spent: {},
  'cf_one-model': { models: ['some-model'] },
};
const rows = new Map(
  Object.entries(keys).map(([key, over]): readonly [string, StoredKey] => [
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
const account = (name: string, githubToken: string | null): SignedInAccount => ({
  account: { ...testAccount, name },
  githubToken,
});

let proxy: StartedProxy;

beforeAll(async () => {
  proxy = await startProxy({
    accounts: [
      account('dead', 'ghu_deadLoginOfSomebody00000000000000000'),
      account('seatless', 'ghu_simulatedWithoutSeat00000000000000000'),
      account('tokenless', null),
    ],
    findByDigest: (digest) => rows.get(digest),
  });
});
afterAll(() => proxy.close());

function ask(face: Face, key: string): Promise<Response> {
  const [path, body] = faces[face];
  return fetch(proxy.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

const generations = () =>
  proxy.simulator.requests.filter(({ path }) => /completions|responses|messages|embeddings/.test(path)).length;

/** The next call of this face finds the credits used up. */
function spend(face: Face): void {
  const body = { error: { message: 'You have exceeded your monthly quota.', code: 'quota_exceeded' } };
  const [path] = faces[face];
  const on = upstreamOf[face] ?? (path.startsWith('/v1/messages') ? path : path.slice('/v1'.length));
  proxy.simulator.addFault({ on, do: { kind: 'status', status: 402, body } });
}

/** What an error says in each shape: its words, and what a program goes by. */
function readError(face: Face, status: number, text: string) {
  const { error } = JSON.parse(text) as { error: string | Record<'type' | 'code' | 'message' | 'status', string> };
  if (typeof error === 'string') return { said: status, message: error };
  const { type, code, message } = error;
  if (face.startsWith('gemini')) return { said: [status, error.status], message };
  const isMessages = face.startsWith('messages') || face === 'count';
  return { said: { status, type, ...(isMessages ? {} : { code }) }, message };
}

describe.each(stops)('$title', ({ key, openai, responses = openai, anthropic, gemini, ollama, cure }) => {
  test.each(faceNames)('on %s', async (face) => {
    if (key === 'cf_spent') spend(face);
    const before = generations();
    const reply = await ask(face, key);
    const text = await reply.text();
    const { said, message } = readError(face, reply.status, text);
    const wanted = {
      chat: openai,
      embeddings: openai,
      count: anthropic,
      responses,
      messages: anthropic,
      gemini,
      ollama,
    };
    expect(said).toEqual(wanted[face.split(',')[0] as keyof typeof wanted]);
    expect(message).toMatch(cure);
    // With this and without Retry-After the SDKs stop after one request.
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(reply.headers.get('retry-after')).toBeNull();
    expect(generations() - before).toBe(key === 'cf_spent' ? 1 : 0);
    for (const secret of [key, simulatedGithubToken, 'ghu_deadLogin']) expect(text).not.toContain(secret);
  });
});

describe.each(stops)('$title stops the official SDKs', ({ key }) => {
  let requests = 0;
  const counting: typeof fetch = (...args) => {
    requests += 1;
    return fetch(...args);
  };
  const messages = [{ role: 'user' as const, content: 'Hello' }];
  const openai = () => new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: key, fetch: counting });
  const anthropic = () => new Anthropic({ baseURL: proxy.url, apiKey: key, authToken: null, fetch: counting });
  const ollama = () => new Ollama({ host: proxy.url, headers: { authorization: `Bearer ${key}` }, fetch: counting });

  test.each<[face: Face, call: () => PromiseLike<unknown>]>([
    ['chat', () => openai().chat.completions.create({ model: 'gpt-5.2', messages })],
    ['responses', () => openai().responses.create({ model: 'gpt-6.1-sol', input: 'Hello' })],
    ['messages', () => anthropic().messages.create({ model: 'claude-sonnet-5.5', max_tokens: 100, messages })],
    ['ollama', () => ollama().chat({ model: 'gpt-6.1-sol', messages })],
  ])('after one request, on %s', async (face, call) => {
    if (key === 'cf_spent') spend(face);
    requests = 0;
    await expect(Promise.resolve(call())).rejects.toThrow(/crossfeed|github|GET \/v1\/models/i);
    expect(requests).toBe(1);
  });
});

// One that guesses is told 429 by now; `gemini-door.test.ts` has its first try.
test.each(stops.filter(({ title }) => title !== 'a wrong key'))(
  "$title stops Google's SDK after one request, with its own tries allowed",
  async ({ key }) => {
    if (key === 'cf_spent') spend('gemini');
    let requests = 0;
    const count = (message: unknown) => {
      if ((message as { request: { path: string } }).request.path.endsWith(':generateContent')) requests += 1;
    };
    // It takes no fetch of ours: this hears of each request that Node's own sends.
    subscribe('undici:request:create', count);
    const retryOptions = { attempts: 3 };
    const google = new GoogleGenAI({
      vertexai: false,
      apiKey: key,
      httpOptions: { baseUrl: proxy.url, retryOptions },
    });
    const call = google.models.generateContent({ model: 'gpt-6.1-sol', contents: 'Hello' });
    await expect(call).rejects.toThrow(/crossfeed|github|GET \/v1\/models/i);
    unsubscribe('undici:request:create', count);
    expect(requests).toBe(1);
  },
);

test('nothing of that touched the account that is well', async () => {
  expect((await ask('chat', proxy.key)).status).toBe(200);
});
