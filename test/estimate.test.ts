/** What a call will cost, before it is sent: the header of every generation, and `POST /crossfeed/v1/estimate`. */
import { expect, test } from 'vitest';
import { useProxy } from './support/use-proxy.ts';

const proxy = useProxy();

interface Estimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly credits: { readonly default: number | null; readonly long: number | null };
  readonly warmCredits: number;
  readonly coldCredits: number;
  readonly mostCredits: number;
  readonly tier: string;
}

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${proxy().url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${proxy().key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');
const marked = { cache_control: { type: 'ephemeral' } };
const bodies = {
  '/v1/messages': (text: string) => ({
    model: 'claude-sonnet-5.5',
    max_tokens: 500,
    system: [{ type: 'text', text, ...marked }],
    messages: [{ role: 'user', content: 'hello' }],
  }),
  '/v1/chat/completions': (text: string) => ({
    model: 'gpt-5.2',
    messages: [
      { role: 'system', content: text },
      { role: 'user', content: 'hello' },
    ],
  }),
  '/v1/responses': (text: string) => ({ model: 'gpt-6.1-sol', instructions: text, input: 'hello' }),
} as const;

test.each(Object.keys(bodies) as (keyof typeof bodies)[])(
  '%s says its estimate in the head of the answer',
  async (path) => {
    for (const stream of [false, true]) {
      const reply = await post(path, { ...bodies[path](words(400)), stream });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('x-crossfeed-estimated-credits')).toMatch(/^\d+(\.\d+)?$/);
      await reply.text();
      const id = reply.headers.get('x-crossfeed-exchange') ?? '';
      await expect.poll(() => proxy().store.exchanges.find(id)).toBeDefined();
      const record = await proxy().store.exchanges.find(id);
      expect(Object.keys(record?.estimate ?? {}).toSorted()).toEqual(
        [
          'cacheReadTokens',
          'inputTokens',
          'mostNanoAiu',
          'mostOutputTokens',
          'nanoAiu',
          'outputTokens',
          'tier',
        ].toSorted(),
      );
    }
  },
);

test('an estimate sends nothing, and has both tiers, a warm and a cold cache, and the most', async () => {
  const before = proxy().simulator.requests.length;
  const body = bodies['/v1/messages'](words(3000));
  const reply = await post('/crossfeed/v1/estimate', { path: '/v1/messages', body });
  expect(reply.status).toBe(200);
  const estimate = (await reply.json()) as Estimate;
  expect(
    proxy()
      .simulator.requests.slice(before)
      .filter(({ path }) => path === '/v1/messages'),
  ).toEqual([]);
  expect(estimate.tier).toBe('default');
  expect(estimate.credits.long).toBeGreaterThan(estimate.credits.default ?? Infinity);
  expect(estimate.mostCredits).toBeGreaterThanOrEqual(estimate.coldCredits);
  expect(estimate.outputTokens).toBeLessThanOrEqual(500);
});

test('the second turn of a session is estimated by the first: its size, and what the cache has of it', async () => {
  const session = { 'x-claude-code-session-id': 'estimate-second-turn' };
  const body = bodies['/v1/messages'](words(4000));
  const answered = await post('/v1/messages', body, session);
  const { usage } = (await answered.json()) as { usage: Record<string, number> };
  const total =
    (usage['input_tokens'] ?? 0) +
    (usage['cache_creation_input_tokens'] ?? 0) +
    (usage['cache_read_input_tokens'] ?? 0);
  const reply = await post('/crossfeed/v1/estimate', { path: '/v1/messages', headers: session, body });
  const estimate = (await reply.json()) as Estimate;
  expect(Math.abs(estimate.inputTokens - total)).toBeLessThanOrEqual(1);
  expect(estimate.cacheReadTokens).toBeGreaterThan(total * 0.9);
  expect(estimate.credits.default).toBe(estimate.warmCredits);
  expect(estimate.coldCredits).toBeGreaterThan(estimate.warmCredits * 3);
});

test.each([
  ['a body that is none', { path: '/v1/messages', body: '{' }, 400],
  ['a path that is none', { path: '/v1/nothing', body: {} }, 400],
  ['a count', { path: '/v1/messages/count_tokens', body: bodies['/v1/messages']('a') }, 400],
  ['a model that is none', { path: '/v1/messages', body: { ...bodies['/v1/messages']('a'), model: 'none' } }, 404],
])('%s is refused as the request would be', async (_what, asked, status) => {
  expect((await post('/crossfeed/v1/estimate', asked)).status).toBe(status);
});

test('GET is refused', async () => {
  const reply = await fetch(`${proxy().url}/crossfeed/v1/estimate`, { headers: { 'x-api-key': proxy().key } });
  expect(reply.status).toBe(405);
});
