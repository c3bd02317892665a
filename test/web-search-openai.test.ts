/** Searches of the web for callers of Responses, Chat and Gemini, whose models are asked where nothing searches. */
import type { GenerateContentResponse } from '@google/genai';
import type OpenAI from 'openai';
import { expect, test } from 'vitest';
import { google, openai } from './support/sdk-clients.ts';
import { useProxy } from './support/use-proxy.ts';

const proxy = useProxy({ webSearch: { via: 'seat', model: 'gpt-5.2' } });

const searching = 'Look it up. [[sim:tool web_search {"query":"tallest lighthouse"}]]';
const claude = 'claude-sonnet-5.5';
const look = { type: 'function', name: 'look', parameters: { type: 'object' }, strict: false } as const;
const url = 'https://news.example/tallest-lighthouse';

const asked = { model: claude, input: searching, tools: [{ type: 'web_search' as const }] };
const lastUp = (path: string) => proxy().simulator.requestsTo(path).at(-1)?.json;

async function streamed(body: OpenAI.Responses.ResponseCreateParamsNonStreaming) {
  const events: OpenAI.Responses.ResponseStreamEvent[] = [];
  const stream = await openai(proxy()).responses.create({ ...body, stream: true });
  for await (const event of stream) events.push(event);
  const last = events.at(-1);
  if (last?.type !== 'response.completed') throw new Error(`the last event is ${last?.type}`);
  return { events, response: last.response };
}

const annotationsOf = ({ output }: OpenAI.Responses.Response) =>
  output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .flatMap((part) => (part.type === 'output_text' ? part.annotations : []));

test.each([
  ['streamed', async () => (await streamed(asked)).response],
  ['whole', () => openai(proxy()).responses.create(asked)],
])(
  'Responses on a model without a search, %s: the call as an item, the words with their annotations',
  async (_how, call) => {
    const response = await call();
    expect(response.output.map(({ type }) => type)).toEqual(['web_search_call', 'message']);
    expect(response.output[0]).toMatchObject({
      status: 'completed',
      action: { type: 'search', query: 'tallest lighthouse' },
    });
    expect(response.tools).toEqual([{ type: 'web_search' }]);
    const text = response.output.flatMap((item) => (item.type === 'message' ? item.content : []))[0];
    const words = Array.from(text?.type === 'output_text' ? text.text : '');
    const citation = annotationsOf(response).find((note) => note.type === 'url_citation' && note.url === url);
    if (citation?.type !== 'url_citation') throw new Error('the page is not cited');
    expect(words.slice(citation.start_index, citation.end_index).join('')).toBe(url);
  },
);

test('the events of a search stand in the order of the vendor, numbered without gaps', async () => {
  const { events, response } = await streamed({ ...asked, include: ['web_search_call.action.sources'] });
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, index) => index));
  const first = events.filter((event) => 'output_index' in event && event.output_index === 0).map(({ type }) => type);
  expect(first).toEqual([
    'response.output_item.added',
    'response.web_search_call.in_progress',
    'response.web_search_call.searching',
    'response.web_search_call.completed',
    'response.output_item.done',
  ]);
  expect(events.filter(({ type }) => type === 'response.created' || type === 'response.completed')).toHaveLength(2);
  const created = events[0]?.type === 'response.created' ? events[0].response.id : '';
  expect(response.id).toBe(created);
  expect(response.output[0]).toMatchObject({
    action: { sources: expect.arrayContaining([{ type: 'url', url }]) as unknown },
  });
});

test('a caller who goes on from the response goes on with what was found', async () => {
  const { response } = await streamed(asked);
  await openai(proxy()).responses.create({ model: claude, input: 'And now?', previous_response_id: response.id });
  const sent = JSON.stringify(lastUp('/v1/messages'));
  expect(sent).toContain('What news.example says of tallest lighthouse');
  expect(sent).toContain('And now?');
});

test("beside a call of the caller's own no search is made: the model asks again", async () => {
  const before = proxy().simulator.requestsTo('/responses').length;
  const input = `${searching} [[sim:tool look {"at":"it"}]]`;
  const { response } = await streamed({ ...asked, input, tools: [{ type: 'web_search' }, look] });
  expect(response.output.map((item) => [item.type, item.type === 'function_call' ? item.name : ''])).toEqual([
    ['function_call', 'look'],
  ]);
  expect(proxy().simulator.requestsTo('/responses')).toHaveLength(before);
});

test('a model whose endpoint searches by itself is asked as the caller asks, byte for byte', async () => {
  const { data, response } = await openai(proxy())
    .responses.create({
      model: 'gpt-5.2',
      input: 'Search the web for: tallest lighthouse',
      tools: [{ type: 'web_search' }],
    })
    .withResponse();
  expect(response.headers.get('x-crossfeed-lane')).toBe('raw');
  expect(data.output.map(({ type }) => type)).toContain('web_search_call');
});

const gemini = { model: 'gemini-3.8-flash', contents: searching, config: { tools: [{ googleSearch: {} }] } };
const chat = { model: claude, messages: [{ role: 'user' as const, content: searching }], web_search_options: {} };

test.each([claude, 'gpt-5.2'])('Chat on %s: the words, with their annotations', async (model) => {
  const { choices } = await openai(proxy()).chat.completions.create({ ...chat, model });
  const message = choices[0]?.message;
  expect(choices[0]?.finish_reason).toBe('stop');
  expect(message?.tool_calls).toBeUndefined();
  const citation = message?.annotations?.find((note) => note.url_citation.url === url)?.url_citation;
  expect(message?.content?.slice(citation?.start_index, citation?.end_index)).toBe(url);
});

test('a Chat stream is one answer: one id, one end, the usage of all', async () => {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  const stream = await openai(proxy()).chat.completions.create({
    ...chat,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) chunks.push(chunk);
  const spoken = chunks.filter(({ choices }) => choices.length > 0);
  expect(new Set(spoken.map(({ id }) => id)).size).toBe(1);
  expect(spoken.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual(['stop']);
  expect(spoken.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toContain(url);
  expect(spoken.some(({ choices }) => choices[0]?.delta.tool_calls !== undefined)).toBe(false);
  const whole = await openai(proxy()).chat.completions.create(chat);
  expect(chunks.at(-1)?.usage?.total_tokens).toBe(whole.usage?.total_tokens);
});

test.each([
  ['whole', async () => google(proxy()).models.generateContent(gemini)],
  [
    'streamed',
    async () => {
      let last: GenerateContentResponse | undefined;
      let said = '';
      for await (const chunk of await google(proxy()).models.generateContentStream(gemini)) {
        last = chunk;
        said += chunk.text ?? '';
      }
      expect(said).toContain(url);
      return last;
    },
  ],
  ['streamed as a JSON array', async () => (await jsonArray(searching)).at(-1)],
])('Gemini, %s: the words rest on what was found', async (_how, call) => {
  const candidate = (await call())?.candidates?.[0];
  expect(candidate?.finishReason).toBe('STOP');
  const { webSearchQueries, groundingChunks } = candidate?.groundingMetadata ?? {};
  expect(webSearchQueries).toEqual(['tallest lighthouse']);
  expect(groundingChunks?.map(({ web }) => web?.uri)).toContain(url);
  expect(candidate?.content?.parts?.some(({ functionCall }) => functionCall !== undefined)).toBe(false);
});

type GeminiChunk = Pick<GenerateContentResponse, 'candidates'> & { readonly error?: { readonly code: number } };

/** Without `alt=sse`; valid to its last byte, or it cannot be read. */
async function jsonArray(text: string): Promise<readonly GeminiChunk[]> {
  const { url: origin, key } = proxy();
  const reply = await fetch(`${origin}/v1beta/models/${claude}:streamGenerateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ tools: [{ googleSearch: {} }], contents: [{ role: 'user', parts: [{ text }] }] }),
  });
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  return (await reply.json()) as readonly GeminiChunk[];
}

test('a JSON array of Gemini that breaks off, or needs no search, is an array all the same', async () => {
  expect((await jsonArray('Hello [[sim:cut 3]]')).at(-1)?.error?.code).toBeGreaterThanOrEqual(500);
  expect((await jsonArray('Hello')).at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
});
