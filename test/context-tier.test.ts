/** The dearer price tier: a prompt that would reach it is refused in the words on which clients compact, or allowed. */
import { afterEach, expect, test } from 'vitest';
import type { ModelsConfig } from '../src/config/config.ts';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';

let proxy: StartedProxy | undefined;
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});

const start = async (models: Partial<ModelsConfig> = {}) => (proxy = await startProxy({ models }));
/** Catalogue: above 200,000 tokens; GPT above 272,000. */
const claude = 'claude-sonnet-5.5';
const gpt = 'gpt-6.1-sol';

const words = (bytes: number) => 'The valve is open now. '.repeat(Math.ceil(bytes / 23)).slice(0, bytes);
/** Turns of ten thousand bytes, and one with the rest. */
const said = (bytes: number) =>
  Array.from({ length: Math.ceil(bytes / 10_000) }, (_, turn) => ({
    role: turn % 2 === 0 ? 'user' : 'assistant',
    content: words(Math.min(10_000, bytes - turn * 10_000)),
  })).concat({ role: 'user', content: 'Go on.' });

interface Told {
  readonly error: { readonly type?: string; readonly code?: string; readonly message: string };
}

async function ask(path: string, body: object, headers: Readonly<Record<string, string>> = {}) {
  const { url, key } = proxy!;
  const reply = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-session-id': 'one', ...headers },
    body: JSON.stringify(body),
  });
  const told = (await reply.json()) as Told;
  return { status: reply.status, error: told.error };
}

const doors: Readonly<
  Record<'messages' | 'chat' | 'responses', (model: string, bytes: number) => readonly [string, object]>
> = {
  messages: (model: string, bytes: number) => ['/v1/messages', { model, max_tokens: 16, messages: said(bytes) }],
  chat: (model: string, bytes: number) => ['/v1/chat/completions', { model, messages: said(bytes) }],
  responses: (model: string, bytes: number) => ['/v1/responses', { model, input: said(bytes) }],
};

/** The prompt counts as that many tokens upstream, whatever it is. */
const countsAs = (on: string, count: number) => proxy!.simulator.addFault({ on, do: { kind: 'prompt-tokens', count } });
const generations = () =>
  proxy!.simulator.requests.filter(({ path }) => ['/v1/messages', '/responses', '/chat/completions'].includes(path));

test.each([
  ['messages', claude, 200_000],
  ['chat', claude, 200_000],
  ['responses', gpt, 272_000],
  ['messages', gpt, 272_000],
] as const)(
  '%s on %s: what would cross it is not sent, and the message names the setting',
  async (door, model, most) => {
    await start();
    const near = most - 1_000;
    countsAs(model === gpt ? '/responses' : '/v1/messages', near);
    expect((await ask(...doors[door](model, near * 4))).status).toBe(200);
    const refused = await ask(...doors[door](model, near * 4 + 80_000));
    expect(refused.status).toBe(400);
    expect(refused.error.message).toMatch(new RegExp(`prompt is too long: \\d+ tokens > ${most} maximum`));
    expect(refused.error.message).toContain('models.contextTier');
    expect(refused.error.message).toContain(`"longContext": ["${model}"]`);
    if (door === 'messages') expect(refused.error.type).toBe('invalid_request_error');
    else expect(refused.error.code).toBe('context_length_exceeded');
    expect(generations()).toHaveLength(1);
  },
);

test('a session that crossed it unforeseen goes on once it was shortened', async () => {
  await start();
  countsAs('/v1/messages', 230_000);
  expect((await ask(...doors.messages(claude, 600_000))).status).toBe(200);
  expect((await ask(...doors.messages(claude, 600_100))).status).toBe(400);
  expect((await ask(...doors.messages(claude, 80_000))).status).toBe(200);
});

test.each([
  ['the setting', { contextTier: 'long' }],
  ['the name of the model', { longContext: ['sonnet'] }],
] as const)('%s allows it', async (_what, models) => {
  await start(models);
  countsAs('/v1/messages', 230_000);
  await ask(...doors.messages(claude, 600_000));
  expect((await ask(...doors.messages(claude, 600_100))).status).toBe(200);
});

test("a session's compaction goes through", async () => {
  await start();
  countsAs('/responses', 280_000);
  await ask(...doors.responses(gpt, 600_000));
  expect((await ask(...doors.responses(gpt, 600_100))).status).toBe(400);
  const declared = { 'x-interaction-type': 'conversation-compaction' };
  const [path, body] = doors.responses(gpt, 600_100);
  expect((await ask(path, body, declared)).status).toBe(200);
  const input = [...said(600_100), { type: 'compaction_trigger' }];
  expect((await ask(path, { ...body, input })).status).toBe(200);
  expect((await ask('/v1/responses/compact', body)).status).toBe(200);
});

test('other models, other sessions and prompts nobody counted are let through', async () => {
  await start();
  countsAs('/v1/messages', 230_000);
  await ask(...doors.messages(claude, 600_000));
  expect((await ask(...doors.messages('claude-opus-5.5', 600_000))).status).toBe(200);
  const [path, body] = doors.messages(claude, 600_000);
  expect((await ask(path, body, { 'x-session-id': 'two' })).status).toBe(200);
});

test('whoever stays below by the count of the upstream is never refused', async () => {
  await start();
  // The simulator counts a quarter of the bytes: each prompt is below 200,000 tokens, by less and less.
  for (const bytes of [400_000, 620_000, 700_000, 760_000, 790_000, 798_000, 500_000, 799_000]) {
    expect([bytes, (await ask(...doors.messages(claude, bytes))).status]).toEqual([bytes, 200]);
  }
});

test('bytes that no tokenizer makes fewer tokens of are refused at once', async () => {
  await start();
  const [path, body] = doors.messages(claude, 3_400_000);
  expect((await ask(path, body)).error.message).toMatch(/prompt is too long/);
  expect(generations()).toHaveLength(0);
});
