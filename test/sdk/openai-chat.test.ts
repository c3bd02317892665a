/** The official OpenAI SDK on Chat Completions: plain, streamed, with tools, images and structured answers. */
import type {
  ChatCompletionChunk,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import { expect, test } from 'vitest';
import { citySchema, openai, pixelPng, type City } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

const models = ['gpt-5.2', 'gpt-4.1', 'gemini-3.8-flash', 'grok-4.7', 'claude-sonnet-5.5', 'claude-sonnet-5-5'];
/** Nothing but what every family takes: Gemini refuses `additionalProperties`. */
const parameters = { type: 'object' as const, properties: { city: { type: 'string' as const } }, required: ['city'] };
const getWeather: ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_weather', description: 'The weather of a city', parameters },
};
const getTime: ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_time', description: 'The time in a city', parameters },
};
const question: ChatCompletionMessageParam[] = [{ role: 'user', content: 'What is a crossfeed valve?' }];
const bothTools: ChatCompletionMessageParam[] = [
  {
    role: 'user',
    content: 'Look it up. [[sim:tool get_weather {"city":"Oslo"}]] [[sim:tool get_time {"city":"Rome"}]]',
  },
];

async function chunksOf(stream: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletionChunk[]> {
  const chunks: ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

test.each(models)('%s answers in one piece', async (model) => {
  const answer = await openai(proxy()).chat.completions.create({ model, messages: question });
  expect(answer.object).toBe('chat.completion');
  expect(answer.choices).toHaveLength(1);
  expect(answer.choices[0]?.finish_reason).toBe('stop');
  expect(answer.choices[0]?.message.content).toContain('What is a crossfeed valve?');
  expect(answer.usage?.total_tokens).toBe((answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0));
});

test.each(models)('%s streams the same text that it answers in one piece', async (model) => {
  const client = openai(proxy());
  const whole = await client.chat.completions.create({ model, messages: question });
  const stream = client.chat.completions.stream({ model, messages: question });
  const streamed = await stream.finalChatCompletion();
  expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
  expect(streamed.choices[0]?.finish_reason).toBe('stop');
});

test('usage comes in a chunk of its own to a caller who asked, and nobody else sees any', async () => {
  const client = openai(proxy());
  const body = { model: 'gpt-5.2', messages: question, stream: true } as const;
  const asked = await chunksOf(
    await client.chat.completions.create({ ...body, stream_options: { include_usage: true } }),
  );
  const last = asked.at(-1);
  expect(last?.choices).toEqual([]);
  expect(last?.usage?.completion_tokens).toBeGreaterThan(0);

  const notAsked = await chunksOf(await client.chat.completions.create(body));
  expect(notAsked.filter((chunk) => chunk.usage)).toEqual([]);
  const upstream = proxy().simulator.requestsTo('/chat/completions').at(-1);
  expect(upstream?.json).toMatchObject({ stream_options: { include_usage: true } });
});

test.each(models)('%s calls a tool, gets its result and finishes', async (model) => {
  const client = openai(proxy());
  const messages: ChatCompletionMessageParam[] = [
    { role: 'user', content: 'Ask for Oslo. [[sim:tool get_weather {"city":"Oslo"}]]' },
  ];
  const first = await client.chat.completions.create({ model, messages, tools: [getWeather] });
  expect(first.choices).toHaveLength(1);
  const choice = first.choices[0];
  expect(choice?.finish_reason).toBe('tool_calls');
  const call = choice?.message.tool_calls?.[0];
  if (choice === undefined || call?.type !== 'function') throw new Error('no function was called');
  expect(JSON.parse(call.function.arguments)).toEqual({ city: 'Oslo' });

  messages.push(choice.message, { role: 'tool', tool_call_id: call.id, content: 'minus four degrees' });
  const second = await client.chat.completions.create({ model, messages, tools: [getWeather] });
  expect(second.choices[0]?.finish_reason).toBe('stop');
  expect(second.choices[0]?.message.content).toContain('minus four degrees');
  expect(proxy().simulator.requestsTo('/chat/completions').at(-1)?.headers['x-initiator']).toBe('agent');
});

test.each(models)('%s calls two tools at once, in one piece and streamed alike', async (model) => {
  const client = openai(proxy());
  const body = { model, messages: bothTools, tools: [getWeather, getTime] };
  const whole = (await client.chat.completions.create(body)).choices[0];
  const streamed = (await client.chat.completions.stream(body).finalChatCompletion()).choices[0];
  for (const choice of [whole, streamed]) {
    expect(choice?.finish_reason).toBe('tool_calls');
    const calls = (choice?.message.tool_calls ?? []).flatMap((call) => (call.type === 'function' ? [call] : []));
    expect(calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)])).toEqual([
      ['get_weather', { city: 'Oslo' }],
      ['get_time', { city: 'Rome' }],
    ]);
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);
  }
});

test('the SDK drives a whole tool loop by itself, streaming', async () => {
  const asked: string[] = [];
  const runner = openai(proxy()).chat.completions.runTools({
    model: 'gpt-5.2',
    stream: true,
    messages: [{ role: 'user', content: 'Ask for Oslo. [[sim:tool get_weather {"city":"Oslo"}]]' }],
    tools: [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: 'The weather of a city',
          parameters,
          function: (text: string) => {
            const { city } = JSON.parse(text) as { city: string };
            asked.push(city);
            return `rain in ${city}`;
          },
        },
      },
    ],
  });
  expect(await runner.finalContent()).toContain('rain in Oslo');
  expect(asked).toEqual(['Oslo']);
});

test.each(['gpt-5.2', 'claude-sonnet-5.5', 'gemini-3.8-flash'])('%s is shown an image', async (model) => {
  const answer = await openai(proxy()).chat.completions.create({
    model,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${pixelPng}` } },
        ],
      },
    ],
  });
  expect(answer.choices[0]?.message.content).toContain('What is this?');
  const upstream = proxy().simulator.requestsTo('/chat/completions').at(-1);
  expect(upstream?.headers['copilot-vision-request']).toBe('true');
  expect(upstream?.body.toString()).toContain(pixelPng);
});

test.each(['gpt-5.2', 'gemini-3.8-flash'])('%s answers by a JSON schema', async (model) => {
  const answer = await openai(proxy()).chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'Tell me of the city of Oslo.' }],
    response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema: { ...citySchema } } },
  });
  const city = JSON.parse(answer.choices[0]?.message.content ?? '') as City;
  expect(city).toEqual({
    city: expect.any(String),
    population: expect.any(Number),
    capital: expect.any(Boolean),
  });
});

test('thinking on the chat endpoint reaches the caller, with the seal that must come back', async () => {
  const client = openai(proxy());
  // Not OpenAI's field: what Copilot's own clients send for Claude behind Chat Completions.
  const body = { model: 'claude-haiku-5.5', messages: question, thinking_budget: 2048 };
  const whole = await client.chat.completions.create(body);
  const message = whole.choices[0]?.message;
  expect(message).toMatchObject({ reasoning_text: expect.any(String), reasoning_opaque: expect.any(String) });
  if (message === undefined) throw new Error('no message');
  const next = await client.chat.completions.create({
    ...body,
    messages: [...question, message, { role: 'user', content: 'Say more.' }],
  });
  expect(next.choices[0]?.message.content).toContain('Say more.');
});
