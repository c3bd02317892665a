/** Google's own SDK: a GPT, a Claude and a Gemini model answer it alike, whole and streamed, with tools and without. */
import {
  ApiError,
  FunctionCallingConfigMode,
  Type,
  type CallableTool,
  type Content,
  type FunctionCall,
} from '@google/genai';
import { describe, expect, test } from 'vitest';
import { citySchema, google, pixelPng, weatherSchema, type City } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();
const models = ['gpt-6.1-sol', 'claude-sonnet-5.5', 'gemini-3.8-flash'];
const prompt = 'Hello from Köln 🦀';

const weather = {
  functionDeclarations: [
    {
      name: 'get_weather',
      description: 'Tells the weather.',
      parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] },
    },
  ],
};
const weatherAsJsonSchema = { functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: weatherSchema }] };

describe.each(models)('%s', (model) => {
  test('answers whole, and streams the same', async () => {
    const { models: api } = google(proxy());
    const whole = await api.generateContent({ model, contents: prompt });
    expect(whole.text).toContain(prompt);
    expect(whole.candidates?.[0]?.finishReason).toBe('STOP');
    expect(whole.modelVersion).toBe(model);
    const usage = whole.usageMetadata;
    expect(usage?.promptTokenCount).toBeGreaterThan(0);
    expect(usage?.totalTokenCount).toBe(
      (usage?.promptTokenCount ?? 0) + (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0),
    );
    let text = '';
    let reason: string | undefined;
    let total = 0;
    for await (const chunk of await api.generateContentStream({ model, contents: prompt })) {
      text += chunk.text ?? '';
      reason = chunk.candidates?.[0]?.finishReason ?? reason;
      total = chunk.usageMetadata?.totalTokenCount ?? total;
    }
    expect(text).toBe(whole.text);
    expect(reason).toBe('STOP');
    expect(total).toBe(usage?.totalTokenCount);
  });

  test('a chat remembers what was said', async () => {
    const chat = google(proxy()).chats.create({ model, config: { systemInstruction: 'Be kind.' } });
    await chat.sendMessage({ message: 'One' });
    const second = await chat.sendMessage({ message: 'Two' });
    expect(second.text).toContain('Two');
    expect(chat.getHistory(true)).toHaveLength(4);
  });

  test.each([
    ['parameters', weather],
    ['parametersJsonSchema', weatherAsJsonSchema],
  ])('a tool with %s is called, and its result is read', async (_form, tool) => {
    const { models: api } = google(proxy());
    const config = { tools: [tool], toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.AUTO } } };
    const asked: Content = { role: 'user', parts: [{ text: '[[sim:tool get_weather {"city":"Köln"}]]' }] };
    const first = await api.generateContent({ model, contents: [asked], config });
    const [call] = first.functionCalls ?? [];
    expect(call).toMatchObject({ name: 'get_weather', args: { city: 'Köln' } });
    const reply = { name: 'get_weather', response: { output: '22 degrees' }, ...(call?.id && { id: call.id }) };
    const second = await api.generateContent({
      model,
      contents: [asked, first.candidates?.[0]?.content ?? {}, { role: 'user', parts: [{ functionResponse: reply }] }],
      config,
    });
    expect(second.candidates?.[0]?.finishReason).toBe('STOP');
    expect(second.functionCalls).toBeUndefined();
    expect(proxy().simulator.requests.at(-1)?.headers['x-initiator']).toBe('agent');
  });

  test('the SDK calls tools by itself, whole and streamed', async () => {
    const called: (FunctionCall | undefined)[] = [];
    const tool: CallableTool = {
      tool: () => Promise.resolve(weather),
      callTool(calls) {
        called.push(...calls);
        return Promise.resolve(
          calls.map(({ id, name }) => ({
            functionResponse: { ...(id && { id }), name: name ?? '', response: { output: '22 degrees' } },
          })),
        );
      },
    };
    const asked = { model, contents: '[[sim:tool get_weather {"city":"Köln"}]]', config: { tools: [tool] } };
    const whole = await google(proxy()).models.generateContent(asked);
    expect(whole.text).not.toBe('');
    for await (const chunk of await google(proxy()).models.generateContentStream(asked)) void chunk;
    expect(called.map((call) => call?.args)).toEqual([{ city: 'Köln' }, { city: 'Köln' }]);
  });

  test('two calls at once, without ids', async () => {
    const contents: Content[] = [
      { role: 'user', parts: [{ text: 'Both, please' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'get_weather', args: { city: 'Köln' } } },
          { functionCall: { name: 'get_weather', args: { city: 'Bonn' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'get_weather', response: { output: 'warm' } } },
          { functionResponse: { name: 'get_weather', response: { output: 'cold' } } },
        ],
      },
    ];
    const answer = await google(proxy()).models.generateContent({ model, contents, config: { tools: [weather] } });
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
  });

  test('thinks, and takes its thoughts back', async () => {
    const chat = google(proxy()).chats.create({
      model,
      config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 }, tools: [weather] },
    });
    const first = await chat.sendMessage({ message: '[[sim:think]] [[sim:tool get_weather {"city":"Köln"}]]' });
    const parts = first.candidates?.[0]?.content?.parts ?? [];
    expect(parts.some(({ thought }) => thought)).toBe(true);
    expect(parts.some(({ thoughtSignature }) => thoughtSignature)).toBe(true);
    const [call] = first.functionCalls ?? [];
    const second = await chat.sendMessage({
      message: [
        {
          functionResponse: { ...(call?.id && { id: call.id }), name: 'get_weather', response: { output: 'warm' } },
        },
      ],
    });
    expect(second.candidates?.[0]?.finishReason).toBe('STOP');
  });

  test.each([
    ['responseJsonSchema', { responseJsonSchema: citySchema }],
    [
      'responseSchema',
      {
        responseSchema: {
          type: Type.OBJECT,
          properties: {
            city: { type: Type.STRING },
            population: { type: Type.INTEGER },
            capital: { type: Type.BOOLEAN },
          },
          required: ['city', 'population', 'capital'],
        },
      },
    ],
  ])('answers by a schema: %s', async (_form, schema) => {
    const config = { responseMimeType: 'application/json', ...schema };
    const answer = await google(proxy()).models.generateContent({ model, contents: 'Köln', config });
    const city = JSON.parse(answer.text ?? '') as City;
    expect(city).toEqual({ city: expect.any(String), population: expect.any(Number), capital: expect.any(Boolean) });
  });

  test('answers with a list, and with one word of several, whole and streamed', async () => {
    const { models: api } = google(proxy());
    const asked = { model, contents: 'Cities' };
    const list = {
      responseMimeType: 'application/json',
      responseSchema: { type: Type.ARRAY, minItems: '1', items: { type: Type.STRING } },
    };
    const whole = await api.generateContent({ ...asked, config: list });
    expect(JSON.parse(whole.text ?? '')).toEqual(expect.arrayContaining([expect.any(String)]));
    let text = '';
    for await (const chunk of await api.generateContentStream({ ...asked, config: list })) text += chunk.text ?? '';
    expect(text).toBe(whole.text);
    const word = { responseMimeType: 'text/x.enum', responseSchema: { type: Type.STRING, enum: ['big', 'small'] } };
    expect((await api.generateContent({ ...asked, config: word })).text).toMatch(/^(?:big|small)$/);
  });

  test('sees an image', async () => {
    const parts = [{ text: 'What is it?' }, { inlineData: { mimeType: 'image/png', data: pixelPng } }];
    const answer = await google(proxy()).models.generateContent({ model, contents: [{ role: 'user', parts }] });
    expect(answer.text).not.toBe('');
    expect(proxy().simulator.requests.at(-1)?.headers['copilot-vision-request']).toBe('true');
  });

  test('counts tokens', async () => {
    const { totalTokens } = await google(proxy()).models.countTokens({ model, contents: prompt });
    expect(totalTokens).toBeGreaterThan(3);
  });

  test('ends at the limit, and says so', async () => {
    const config = { maxOutputTokens: 16, stopSequences: [] };
    const answer = await google(proxy()).models.generateContent({ model, contents: '[[sim:long 200]]', config });
    expect(answer.candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
  });

  test('stops where it is told to', async () => {
    const config = { stopSequences: ['two'] };
    const answer = await google(proxy()).models.generateContent({ model, contents: 'One two three', config });
    expect(answer.text).not.toContain('two');
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
  });
});

test('embeds one text and several', async () => {
  const { models: api } = google(proxy());
  const model = 'text-embedding-3-small';
  const one = await api.embedContent({ model, contents: prompt });
  const two = await api.embedContent({ model, contents: [prompt, 'Bonn'] });
  expect(one.embeddings?.[0]?.values).toHaveLength(1536);
  expect(two.embeddings).toHaveLength(2);
  expect(two.embeddings?.[0]?.values).toEqual(one.embeddings?.[0]?.values);
});

test('lists the models of the seat, page by page, and knows one by its name', async () => {
  const names: (string | undefined)[] = [];
  for await (const { name } of await google(proxy()).models.list({ config: { pageSize: 3 } })) names.push(name);
  expect(names).toEqual(expect.arrayContaining(models.map((id) => `models/${id}`)));
  expect(new Set(names).size).toBe(names.length);
  expect(await google(proxy()).models.get({ model: 'claude-sonnet-5-5' })).toMatchObject({
    name: 'models/claude-sonnet-5.5',
    displayName: 'Claude Sonnet 5.5',
  });
});

test.each([
  ['an unknown model', 'nope', 'Hello', 404],
  ['an upstream that is overloaded', 'gpt-6.1-sol', '[[sim:503]]', 503],
])('%s is an error of the SDK', async (_what, model, contents, status) => {
  const thrown = await google(proxy())
    .models.generateContent({ model, contents, config: { httpOptions: { retryOptions: { attempts: 1 } } } })
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ApiError);
  expect(thrown).toMatchObject({ status });
});

test('a stream that breaks off in its middle throws', async () => {
  const stream = await google(proxy()).models.generateContentStream({
    model: 'gpt-6.1-sol',
    contents: '[[sim:cut 6]]',
  });
  const read = async () => {
    for await (const chunk of stream) void chunk;
  };
  await expect(read()).rejects.toThrow(/broke off/);
});
