/** Law 10: the vendors' own SDKs fold what we emit into what the model said. */
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI, type GenerateContentResponse } from '@google/genai';
import fc from 'fast-check';
import { Ollama, type ChatResponse } from 'ollama';
import OpenAI from 'openai';
import { expect } from 'vitest';
import { answers, type Answer } from './arbitraries/answers.ts';
import type { ClientProtocol } from './arbitraries/write-bodies.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { planOf } from './answer-laws.ts';
import type { Law } from './law.ts';
import { expectedAnswer, readAnswer } from './read-answer.ts';
import { answer, translatedPairs } from './rig.ts';

/** A fetch that answers with these bytes, whatever is asked. */
const fetchOf = (bytes: Buffer) => () =>
  Promise.resolve(new Response(new Uint8Array(bytes), { headers: { 'content-type': 'text/event-stream' } }));

const question = [{ role: 'user' as const, content: 'Hello' }];

const folds: Readonly<Record<ClientProtocol, (bytes: Buffer) => Promise<object>>> = {
  'openai-chat': (bytes) =>
    new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: fetchOf(bytes) }).chat.completions
      .stream({ model: 'm', messages: question, stream_options: { include_usage: true } })
      .finalChatCompletion(),
  'openai-responses': (bytes) =>
    new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: fetchOf(bytes) }).responses
      .stream({ model: 'm', input: 'Hello' })
      .finalResponse(),
  'anthropic-messages': (bytes) =>
    new Anthropic({ apiKey: 'k', maxRetries: 0, fetch: fetchOf(bytes) }).messages
      .stream({ model: 'm', max_tokens: 10, messages: question })
      .finalMessage(),
  gemini: foldGemini,
  ollama: async (bytes) => {
    const lines: ChatResponse[] = [];
    const client = new Ollama({ fetch: fetchOf(bytes) });
    for await (const line of await client.chat({ model: 'm', messages: question, stream: true })) lines.push(line);
    const told = lines.map(({ message }) => message);
    return {
      ...lines.at(-1),
      message: {
        content: told.map(({ content }) => content).join(''),
        thinking: told.map(({ thinking }) => thinking ?? '').join(''),
        tool_calls: told.flatMap(({ tool_calls: calls }) => calls ?? []),
      },
    };
  },
};

/** As the SDK's chat keeps it for the next turn. */
async function foldGemini(bytes: Buffer): Promise<object> {
  const httpOptions = { baseUrl: 'http://localhost', fetch: fetchOf(bytes) };
  const chat = new GoogleGenAI({ vertexai: false, apiKey: 'k', httpOptions }).chats.create({ model: 'm' });
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of await chat.sendMessageStream({ message: 'Hello' })) chunks.push(chunk);
  const parts = chat
    .getHistory()
    .filter(({ role }) => role === 'model')
    .flatMap((content) => content.parts ?? []);
  const last = chunks.at(-1);
  const finishReason = last?.candidates?.[0]?.finishReason;
  return { candidates: [{ content: { parts }, finishReason }], usageMetadata: last?.usageMetadata };
}

/** SDKs read numbers as doubles; that of Chat knows nothing of Copilot's reasoning. */
function asSdkReads(client: ClientProtocol, lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => client !== 'openai-chat' || !line.startsWith('thought:'))
    .map((line) => line.replaceAll(/"integer (-?\d+)"/g, (_whole, digits: string) => JSON.stringify(Number(digits))));
}

/** No parser of the SDKs keeps this member. */
const isReadable = ({ blocks }: Answer) => !blocks.some(({ pieces }) => pieces.join('').includes('__proto__'));

export const sdkLaws: readonly Law[] = [
  {
    number: 10,
    sentence: "the vendor's SDK folds the stream to what was said",
    pairs: translatedPairs,
    share: 0.4,
    property: (pair) =>
      fc.asyncProperty(answers(pair.endpoint).filter(isReadable), async (said) => {
        const { bytes } = answer(planOf(pair), writeStream(pair.endpoint, said));
        const folded = await folds[pair.client](bytes);
        const read = readAnswer(pair.client, JSON.stringify(folded));
        const wanted = expectedAnswer(pair.client, said);
        expect(asSdkReads(pair.client, read.said)).toEqual(asSdkReads(pair.client, wanted.said));
        expect(read.reason).toBe(wanted.reason);
        const { nanoAiu: _own, ...counts } = wanted.counts;
        expect(read.counts).toMatchObject(counts);
      }),
  },
];
