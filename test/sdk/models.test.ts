/** The model list as the two official SDKs read it. */
import { expect, test } from 'vitest';
import { anthropic, openai } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

async function idsOf(pages: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of pages) ids.push(id);
  return ids;
}

test('OpenAI: the list holds what the seat can use, each once', async () => {
  const ids = await idsOf(openai(proxy()).models.list());
  expect(ids).toEqual(expect.arrayContaining(['claude-opus-5.5', 'gpt-6.1-sol', 'gpt-5.2', 'text-embedding-3-small']));
  expect(new Set(ids).size).toBe(ids.length);
  // Switched off by policy.
  expect(ids).not.toContain('gpt-6-astra');
});

test.each(['claude-opus-5.5', 'claude-opus-5-5'])('OpenAI: %s is one model, dash or dot', async (id) => {
  const model = await openai(proxy()).models.retrieve(id);
  expect(model).toMatchObject({ object: 'model', created: expect.any(Number), owned_by: expect.any(String) });
  expect(model.id).toBe('claude-opus-5.5');
});

test.each([1, 2, 5, 1000])('Anthropic: pages of %i give the whole list, in order', async (limit) => {
  const whole = await idsOf(anthropic(proxy()).models.list({ limit: 1000 }));
  const paged = await idsOf(anthropic(proxy()).models.list({ limit }));
  expect(paged).toEqual(whole);
  expect(paged).toContain('gpt-6.1-sol');
});

test('Anthropic: a page says where it stands', async () => {
  const page = await anthropic(proxy()).models.list({ limit: 2 });
  expect(page.data).toHaveLength(2);
  expect(page.has_more).toBe(true);
  expect([page.first_id, page.last_id]).toEqual([page.data[0]?.id, page.data[1]?.id]);
  const next = await anthropic(proxy()).models.list({ limit: 2, after_id: page.last_id ?? '' });
  const back = await anthropic(proxy()).models.list({ limit: 2, before_id: next.data[0]?.id ?? '' });
  expect(back.data.map(({ id }) => id)).toEqual(page.data.map(({ id }) => id));
});

test('Anthropic: one model by its name', async () => {
  const model = await anthropic(proxy()).models.retrieve('claude-sonnet-5-5');
  expect(model).toMatchObject({ type: 'model', display_name: 'Claude Sonnet 5.5 · 300 in, 1500 out' });
  expect(model.max_input_tokens).toBe(200_000);
});

test('the catalogue is asked for once, however often the list is read', async () => {
  await Promise.all(Array.from({ length: 5 }, () => idsOf(openai(proxy()).models.list())));
  expect(proxy().simulator.requestsTo('/models')).toHaveLength(1);
});
