/** Ollama's own client: a GPT, a Claude and a Gemini model answer it alike, whole and streamed, with tools and without. */
import type { Message, Tool } from 'ollama';
import { describe, expect, test } from 'vitest';
import { citySchema, ollama, pixelPng, weatherSchema, type City } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();
const models = ['gpt-6.1-sol', 'claude-sonnet-5.5', 'gemini-3.8-flash'];
const prompt = 'Hello from Köln 🦀';
const asked: Message[] = [{ role: 'user', content: prompt }];

const weather: Tool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Tells the weather.',
    parameters: { ...weatherSchema, required: ['city'] },
  },
};

describe.each(models)('%s', (model) => {
  test('a chat answers whole, and streams the same', async () => {
    const whole = await ollama(proxy()).chat({ model, messages: asked });
    expect(whole.message).toMatchObject({ role: 'assistant', content: expect.stringContaining(prompt) });
    expect(whole).toMatchObject({ model, done: true, done_reason: 'stop' });
    expect(Date.parse(String(whole.created_at))).toBeGreaterThan(0);
    expect(whole.prompt_eval_count).toBeGreaterThan(0);
    let text = '';
    let done = 0;
    for await (const { message, done: isLast, eval_count } of await ollama(proxy()).chat({
      model,
      messages: asked,
      stream: true,
    })) {
      text += message.content;
      if (isLast) done += 1;
      if (isLast) expect(eval_count).toBe(whole.eval_count);
    }
    expect(text).toBe(whole.message.content);
    expect(done).toBe(1);
  });

  test('a prompt is completed whole, and streams the same', async () => {
    const whole = await ollama(proxy()).generate({ model, prompt, system: 'Be kind.' });
    expect(whole.response).toContain(prompt);
    let text = '';
    for await (const { response } of await ollama(proxy()).generate({
      model,
      prompt,
      system: 'Be kind.',
      stream: true,
    }))
      text += response;
    expect(text).toBe(whole.response);
  });

  test('a tool is called, and its result is read', async () => {
    const messages: Message[] = [{ role: 'user', content: '[[sim:tool get_weather {"city":"Köln"}]]' }];
    const first = await ollama(proxy()).chat({ model, messages, tools: [weather] });
    const [call] = first.message.tool_calls ?? [];
    expect(call?.function).toMatchObject({ name: 'get_weather', arguments: { city: 'Köln' } });
    messages.push(first.message, { role: 'tool', content: '22 degrees', tool_name: 'get_weather' });
    const second = await ollama(proxy()).chat({ model, messages, tools: [weather] });
    expect(second.done_reason).toBe('stop');
    expect(second.message.tool_calls).toBeUndefined();
    expect(proxy().simulator.requests.at(-1)?.headers['x-initiator']).toBe('agent');
  });

  test('two calls at once, without ids', async () => {
    const call = (city: string) => ({ function: { name: 'get_weather', arguments: { city } } });
    const messages: Message[] = [
      { role: 'user', content: 'Both, please' },
      { role: 'assistant', content: '', tool_calls: [call('Köln'), call('Bonn')] },
      { role: 'tool', content: 'warm', tool_name: 'get_weather' },
      { role: 'tool', content: 'cold', tool_name: 'get_weather' },
    ];
    expect(await ollama(proxy()).chat({ model, messages, tools: [weather] })).toMatchObject({ done_reason: 'stop' });
  });

  test('thinks in a tool loop, whose thoughts come back without their seal', async () => {
    const messages: Message[] = [{ role: 'user', content: '[[sim:think]] [[sim:tool get_weather {"city":"Köln"}]]' }];
    const first = await ollama(proxy()).chat({ model, messages, tools: [weather], think: true });
    expect(first.message.thinking).toMatch(/\w/);
    expect(first.message.tool_calls).toHaveLength(1);
    messages.push(first.message, { role: 'tool', content: 'warm', tool_name: 'get_weather' });
    const second = await ollama(proxy()).chat({ model, messages, tools: [weather], think: true });
    expect(second.done_reason).toBe('stop');
  });

  test('answers by a schema', async () => {
    const answer = await ollama(proxy()).chat({
      model,
      messages: [{ role: 'user', content: 'Köln' }],
      format: citySchema,
    });
    const city = JSON.parse(answer.message.content) as City;
    expect(city).toEqual({ city: expect.any(String), population: expect.any(Number), capital: expect.any(Boolean) });
  });

  test('sees an image', async () => {
    const messages: Message[] = [{ role: 'user', content: 'What is it?', images: [pixelPng] }];
    expect((await ollama(proxy()).chat({ model, messages })).message.content).not.toBe('');
    expect(
      proxy().simulator.requests.findLast(({ method }) => method === 'POST')?.headers['copilot-vision-request'],
    ).toBe('true');
    const bytes = Buffer.from(pixelPng, 'base64');
    expect((await ollama(proxy()).generate({ model, prompt: 'And here?', images: [bytes] })).response).not.toBe('');
    expect(
      proxy().simulator.requests.findLast(({ method }) => method === 'POST')?.headers['copilot-vision-request'],
    ).toBe('true');
  });

  test('ends at the limit, and stops where it is told to', async () => {
    const short = await ollama(proxy()).generate({ model, prompt: '[[sim:long 200]]', options: { num_predict: 16 } });
    expect(short.done_reason).toBe('length');
    const stopped = await ollama(proxy()).generate({ model, prompt: 'One two three', options: { stop: ['two'] } });
    expect(stopped.response).not.toContain('two');
    expect(stopped.done_reason).toBe('stop');
  });

  test('is shown with its window, and what it can do', async () => {
    const shown = await ollama(proxy()).show({ model });
    expect(shown.capabilities).toEqual(expect.arrayContaining(['completion', 'tools', 'vision']));
    const info = Object.entries(shown.model_info as unknown as Record<string, unknown>);
    expect(info.find(([name]) => name.endsWith('.context_length'))?.[1]).toBeGreaterThan(10_000);
  });

  test('is loaded and unloaded without asking anybody', async () => {
    const before = proxy().simulator.requests.length;
    expect(await ollama(proxy()).generate({ model, prompt: '' })).toMatchObject({ done: true, done_reason: 'load' });
    const unloaded = await ollama(proxy()).chat({ model, messages: [], keep_alive: 0 });
    expect(unloaded).toMatchObject({ done: true, done_reason: 'unload' });
    expect(proxy().simulator.requests.length).toBe(before);
  });
});

test('embeds one text and several, in the new way and the old', async () => {
  const model = 'text-embedding-3-small';
  const { embeddings } = await ollama(proxy()).embed({ model, input: [prompt, 'Bonn'] });
  expect(embeddings).toHaveLength(2);
  expect(embeddings[0]).toHaveLength(1536);
  const old = await ollama(proxy()).embeddings({ model, prompt });
  expect(old.embedding).toEqual(embeddings[0]);
});

test('lists the models of the seat under names that it takes, with :latest too', async () => {
  const { models: listed } = await ollama(proxy()).list();
  expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(models));
  expect((await ollama(proxy()).chat({ model: 'gpt-6.1-sol:latest', messages: asked })).message.content).toContain(
    'Köln',
  );
  expect((await ollama(proxy()).ps()).models).toEqual([]);
  expect((await ollama(proxy()).version()).version).toMatch(/^0\.\d+\.\d+$/);
});

test.each([
  ['an unknown model', 'nope', 'Hello', 404],
  ['an upstream that is overloaded', 'gpt-6.1-sol', '[[sim:503]]', 503],
])('%s is an error of the client', async (_what, model, content, status_code) => {
  const call = ollama(proxy()).chat({ model, messages: [{ role: 'user', content }] });
  await expect(call).rejects.toMatchObject({ status_code, error: expect.stringMatching(/\w/) });
});

test('a stream that breaks off in its middle throws', async () => {
  const messages: Message[] = [{ role: 'user', content: '[[sim:cut 6]]' }];
  const stream = await ollama(proxy()).chat({ model: 'gpt-6.1-sol', messages, stream: true });
  const read = async () => {
    for await (const line of stream) void line;
  };
  await expect(read()).rejects.toThrow(/broke off/);
});

test.each(['pull', 'push', 'delete', 'copy', 'create'] as const)('%s is refused in one sentence', async (chore) => {
  const client = ollama(proxy());
  const call = {
    pull: () => client.pull({ model: 'llama3' }),
    push: () => client.push({ model: 'llama3' }),
    delete: () => client.delete({ model: 'llama3' }),
    copy: () => client.copy({ source: 'llama3', destination: 'mine' }),
    create: () => client.create({ model: 'mine', from: 'llama3' }),
  }[chore];
  await expect(call()).rejects.toMatchObject({ status_code: 501, error: expect.stringMatching(/^Not supported/) });
});
