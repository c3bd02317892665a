/** Older releases of Google's SDK, which most tools still carry: installed outside the tree, as the real clients are. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Genai from '@google/genai';
import { describe, expect, test } from 'vitest';
import { installClient } from '../clients/client-cache.ts';
import { weatherSchema } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

/** The one of Gemini CLI, and the last of each earlier major. */
const versions = ['1.30.0', '1.52.0', '2.32.0'];
const models = ['gpt-6.1-sol', 'claude-sonnet-5.5', 'gemini-3.8-flash'];
const prompt = 'Hello from Köln 🦀';

const installs = await Promise.all(
  versions.map(async (version) => ({ version, installed: await installClient('@google/genai', version) })),
);
const kinds = installs.flatMap(({ version, installed }) =>
  installed.ok ? models.map((model) => ({ version, folder: installed.folder, model })) : [],
);

test.for(installs)('@google/genai $version is there', ({ installed }, context) => {
  if (!installed.ok) context.skip(installed.why);
});

async function clientOf(folder: string): Promise<Genai.GoogleGenAI> {
  const entry = createRequire(join(folder, 'package.json')).resolve('@google/genai');
  const { GoogleGenAI } = (await import(pathToFileURL(entry).href)) as typeof Genai;
  const { url, key } = proxy();
  return new GoogleGenAI({ vertexai: false, apiKey: key, httpOptions: { baseUrl: url } });
}

const tools = [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: weatherSchema }] }];

describe.each(kinds)('$version on $model', ({ folder, model }) => {
  test('whole and streamed it is the same answer', async () => {
    const { models: api } = await clientOf(folder);
    const whole = await api.generateContent({ model, contents: prompt });
    expect(whole.text).toContain(prompt);
    expect(whole.candidates?.[0]?.finishReason).toBe('STOP');
    let text = '';
    let last: Genai.GenerateContentResponse | undefined;
    for await (const chunk of await api.generateContentStream({ model, contents: prompt })) {
      text += chunk.text ?? '';
      last = chunk;
    }
    expect(text).toBe(whole.text);
    expect(last?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(last?.usageMetadata).toMatchObject(whole.usageMetadata ?? { none: true });
  });

  test('a chat calls a tool, and takes its thoughts back', async () => {
    const client = await clientOf(folder);
    const chat = client.chats.create({ model, config: { tools, thinkingConfig: { includeThoughts: true } } });
    const message = '[[sim:think]] [[sim:tool get_weather {"city":"Köln"}]]';
    const calls: Genai.FunctionCall[] = [];
    for await (const chunk of await chat.sendMessageStream({ message })) calls.push(...(chunk.functionCalls ?? []));
    expect(calls).toMatchObject([{ name: 'get_weather', args: { city: 'Köln' } }]);
    const results = calls.map(({ id, name = '' }) => ({
      functionResponse: { ...(id !== undefined && { id }), name, response: { output: '22 degrees' } },
    }));
    const told = await chat.sendMessage({ message: results });
    expect(told.text).toContain('22 degrees');
    const sealed = chat.getHistory(true).flatMap(({ parts = [] }) => parts.filter((part) => part.thoughtSignature));
    expect(sealed).not.toEqual([]);
    const body = proxy().simulator.requests.at(-1)?.body.toString() ?? '';
    expect(body).toMatch(/"(?:signature|encrypted_content|reasoning_opaque)":"[^"]/);
  });

  test('tokens are counted', async () => {
    const { models: api } = await clientOf(folder);
    expect((await api.countTokens({ model, contents: prompt })).totalTokens).toBeGreaterThan(3);
  });
});

describe.each(kinds.filter(({ model }) => model === models[0]))('$version', ({ folder }) => {
  test('texts are embedded', async () => {
    const { models: api } = await clientOf(folder);
    const { embeddings } = await api.embedContent({ model: 'text-embedding-3-small', contents: [prompt, 'Bonn'] });
    expect(embeddings?.map(({ values }) => values?.length)).toEqual([1536, 1536]);
  });

  test('models are listed, page by page', async () => {
    const { models: api } = await clientOf(folder);
    const names: (string | undefined)[] = [];
    for await (const { name } of await api.list({ config: { pageSize: 3 } })) names.push(name);
    expect(names).toEqual(expect.arrayContaining(models.map((id) => `models/${id}`)));
  });

  test('a stream that breaks off throws, and an unknown model is a 404', async () => {
    const { models: api } = await clientOf(folder);
    const stream = await api.generateContentStream({ model: 'gpt-6.1-sol', contents: '[[sim:cut 6]]' });
    const read = async () => {
      for await (const chunk of stream) void chunk;
    };
    // 1.x has no words of ours, but does not take it for whole.
    await expect(read()).rejects.toThrow(/broke off|Incomplete JSON segment/);
    await expect(api.generateContent({ model: 'nope', contents: 'Hello' })).rejects.toMatchObject({ status: 404 });
  });
});
