/** The vendor's own search of the web, as `/responses` plays it. */
import type { Response as OpenaiResponse, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { expect, test, vi } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { payloadsOf, useSimulator } from '../../test/support/use-simulator.ts';

const clock = createFakeClock();
const simulator = useSimulator({ clock });

const asked = {
  model: 'gpt-6.1-sol',
  input: 'Search the web for: the tallest lighthouse\n\nThen report.',
  tools: [{ type: 'web_search' }],
  include: ['web_search_call.action.sources'],
};

async function whole(changes: Record<string, unknown> = {}) {
  const reply = await simulator().post('/responses', { ...asked, ...changes });
  const text = await reply.text();
  return { status: reply.status, text, answer: JSON.parse(text) as OpenaiResponse };
}

function messageIn({ output }: OpenaiResponse) {
  const message = output.find((item) => item.type === 'message');
  const [part] = message?.content ?? [];
  if (part?.type !== 'output_text') throw new Error('no text');
  return { text: part.text, notes: part.annotations.filter((note) => note.type === 'url_citation') };
}

const searches = ({ output }: OpenaiResponse) => output.filter((item) => item.type === 'web_search_call');

test('a search finds pages, and its citations mark their own addresses', async () => {
  const { answer } = await whole();
  expect(answer.output.map((item) => item.type)).toEqual(['reasoning', 'web_search_call', 'message']);
  const [search] = searches(answer);
  expect(search).toMatchObject({ status: 'completed', action: { type: 'search', query: 'the tallest lighthouse' } });
  const { text, notes } = messageIn(answer);
  expect(notes.length).toBeGreaterThan(1);
  const characters = Array.from(text);
  expect(notes.map((note) => characters.slice(note.start_index, note.end_index).join(''))).toEqual(
    notes.map((note) => `([${new URL(note.url).host}](${note.url}))`),
  );
  const sources = search?.action.type === 'search' ? search.action.sources : [];
  expect(sources?.map(({ url }) => `${url}?utm_source=openai`)).toEqual(notes.map((note) => note.url));
});

test('the same search finds the same, another one something else', async () => {
  const [first, second] = [await whole(), await whole()];
  const other = await whole({ input: 'Search the web for: the oldest lighthouse' });
  expect(messageIn(second.answer)).toEqual(messageIn(first.answer));
  expect(messageIn(other.answer).text).not.toBe(messageIn(first.answer).text);
});

test('a stream folded is the whole answer, and each citation comes when its text is there', async () => {
  const { answer } = await whole();
  const reply = await simulator().post('/responses', { ...asked, stream: true });
  const events = payloadsOf(await reply.text()) as unknown as ResponseStreamEvent[];
  const types = events.map((event) => event.type);
  const own = types.filter((type) => type.startsWith('response.web_search_call.'));
  expect(own).toEqual(['in_progress', 'searching', 'completed'].map((name) => `response.web_search_call.${name}`));
  let written = '';
  const notes: unknown[] = [];
  for (const event of events) {
    if (event.type === 'response.output_text.delta') written += event.delta;
    if (event.type !== 'response.output_text.annotation.added') continue;
    notes.push(event.annotation);
    const end = event.annotation?.type === 'url_citation' ? event.annotation.end_index : Number.POSITIVE_INFINITY;
    expect(Array.from(written).length).toBeGreaterThanOrEqual(end);
  }
  expect({ text: written, notes }).toEqual(messageIn(answer));
  expect(events.map((event) => ('sequence_number' in event ? event.sequence_number : -1))).toEqual([...events.keys()]);
});

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['sources only where they are asked for', { include: [] }, { type: 'search', query: 'the tallest lighthouse' }],
  ['a page is opened', { input: 'Open https://a.example/b.' }, { type: 'open_page', url: 'https://a.example/b' }],
  [
    'a page is looked through',
    { input: 'Search the web: find "height" in https://a.example/b?' },
    { type: 'find_in_page', pattern: 'height', url: 'https://a.example/b' },
  ],
  [
    'a forced search goes by the whole prompt',
    { input: 'Lighthouses', tool_choice: { type: 'web_search' } },
    { type: 'search', query: 'Lighthouses' },
  ],
])('%s', async (_what, changes, action) => {
  const [search] = searches((await whole(changes)).answer);
  expect(search?.action).toMatchObject(action);
  if (changes['include'] !== undefined) expect(search?.action).not.toHaveProperty('sources');
});

test.each<[string, Record<string, unknown>, number]>([
  ['nobody asks for it', { input: 'Hello' }, 0],
  ['the choice is none', { tool_choice: 'none' }, 0],
  ['one marker a search', { input: '[[sim:tool web_search {"query":"a"}]][[sim:tool web_search {"query":"b"}]]' }, 2],
  [
    'no more than allowed',
    { input: '[[sim:tool web_search {"query":"a"}]][[sim:tool web_search {"query":"b"}]]', max_tool_calls: 1 },
    1,
  ],
  ['the older name', { tools: [{ type: 'web_search_preview' }] }, 1],
])('how often it searches: %s', async (_what, changes, count) => {
  expect(searches((await whole(changes)).answer)).toHaveLength(count);
});

test('only domains that are allowed', async () => {
  const tools = [{ type: 'web_search', filters: { allowed_domains: ['lights.example'] } }];
  const { notes } = messageIn((await whole({ tools })).answer);
  expect([...new Set(notes.map((note) => new URL(note.url).host))]).toEqual(['lights.example']);
});

test.each([
  ['nothing', 'completed', 'I found nothing'],
  ['fails', 'failed', 'The search failed.'],
] as const)('the scene %s: the search is %s', async (webSearch, status, words) => {
  simulator().simulator.changeScenario({ webSearch });
  const { answer } = await whole();
  expect(searches(answer).map((item) => item.status)).toEqual([status]);
  expect(messageIn(answer)).toMatchObject({ text: expect.stringContaining(words) as string, notes: [] });
});

test.each([true, false])('a slow search takes its time (stream: %s)', async (stream) => {
  simulator().simulator.changeScenario({ webSearch: 'slow', searchDelayMs: 700 });
  const reply = simulator().post('/responses', { ...asked, stream });
  await vi.waitFor(() => expect(clock.timers).toBe(1));
  clock.advance(699);
  const early = simulator().simulator.requests.at(-1)?.ended;
  clock.advance(1);
  expect(await (await reply).text()).toContain('web_search_call');
  expect(early).toBe('open');
});

const search = (changes: Record<string, unknown>) => ({ tools: [{ type: 'web_search', ...changes }] });

test.each<[string, Record<string, unknown>, string]>([
  ['a member that it has not', search({ max_uses: 3 }), "Unknown parameter: 'tools[0].max_uses'."],
  ['filters of the older kind', { tools: [{ type: 'web_search_preview', filters: {} }] }, 'tools[0].filters'],
  ['blocked domains', search({ filters: { blocked_domains: [] } }), 'tools[0].filters.blocked_domains'],
  ['a domain with a scheme', search({ filters: { allowed_domains: ['https://a.example'] } }), 'expected a domain'],
  ['domains as a text', search({ filters: { allowed_domains: 'a.example' } }), 'expected an array'],
  [
    'too many domains',
    search({ filters: { allowed_domains: Array.from({ length: 101 }, () => 'a.example') } }),
    'array with length 101',
  ],
  ['an odd size', search({ search_context_size: 'huge' }), "'low', 'medium', and 'high'."],
  ['an exact place', search({ user_location: { type: 'exact' } }), "'approximate'"],
  ['a country in full', search({ user_location: { type: 'approximate', country: 'France' } }), 'maximum length 2'],
  ['a street', search({ user_location: { type: 'approximate', street: 'x' } }), 'tools[0].user_location.street'],
  [
    'a choice that is not offered',
    { tools: [], tool_choice: { type: 'web_search' } },
    "Tool choice 'web_search' not found",
  ],
  ["Anthropic's tool", { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'is not supported'],
  ['a Claude model', { model: 'claude-sonnet-5.5' }, 'is not accessible via the /responses endpoint'],
])('refused: %s', async (_what, changes, words) => {
  const { status, text } = await whole(changes);
  expect({ status, text }).toEqual({
    status: 400,
    text: expect.stringContaining(words.replaceAll('"', '\\"')) as string,
  });
});

const messages = (...more: unknown[]) => ({
  model: 'claude-sonnet-5.5',
  max_tokens: 400,
  tools: [{ name: 'web_search', input_schema: { type: 'object', properties: { query: { type: 'string' } } } }],
  messages: [{ role: 'user', content: 'Please search the web for the tallest lighthouse.' }, ...more],
});

test('Claude calls a function for searching when it is asked to, and names the pages that come back', async () => {
  const first = (await (await simulator().post('/v1/messages', messages())).json()) as { content: { id: string }[] };
  const [call] = first.content;
  expect(call).toMatchObject({ type: 'tool_use', name: 'web_search', input: { query: 'the tallest lighthouse' } });
  const result = { type: 'tool_result', tool_use_id: call?.id, content: 'Heights\nhttps://a.example/x\n"133 m"' };
  const next = messages({ role: 'assistant', content: first.content }, { role: 'user', content: [result] });
  const reply = await simulator().post('/v1/messages', next, { 'x-initiator': 'agent' });
  expect(await reply.text()).toContain('[a.example](https://a.example/x)');
});

test('an address that a program writes, and that is none, is named by nobody and breaks nothing', async () => {
  const said = [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'web_search', input: { query: 'x' } }] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: 'fetch(`http://[${host}`); https://lights.example/a' },
      ],
    },
  ];
  const reply = await simulator().post('/v1/messages', messages(...said));
  expect({ status: reply.status, text: await reply.text() }).toEqual({
    status: 200,
    text: expect.stringContaining('I found 1 pages. See [lights.example]') as string,
  });
});
