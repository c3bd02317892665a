/** A sound body for every route, with as much in it as the protocol has words for: what the fuzz starts from. */
import type { ProtocolId } from '../../src/canonical/protocol-id.ts';
import type { Json } from './mutate-json.ts';
import { chat, gemini, messages, ollama, png, responses } from './rich-bodies.ts';

export interface BodySeed {
  readonly name: string;
  readonly protocol: ProtocolId;
  readonly path: string;
  readonly bodies: readonly Json[];
  /** Whether it asks for an answer of a model, which may be a stream. */
  readonly answers: boolean;
}

const wires = ['m-chat', 'm-messages', 'm-responses'];
/** Every body for every endpoint that may have to answer it, and the short form of each. */
const everywhere = (rich: Json, short: Json) =>
  wires.flatMap((model) => [
    { ...rich, model },
    { ...short, model },
  ]);

const turn = { role: 'user', content: 'hi' };
const shortGemini = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
const geminiCalls = ['generateContent', 'streamGenerateContent?alt=sse', 'streamGenerateContent', 'countTokens'];

const answering = (protocol: ProtocolId, path: string, bodies: readonly Json[]): BodySeed => ({
  name: path,
  protocol,
  path,
  bodies,
  answers: true,
});
const counting = (protocol: ProtocolId, path: string, ...bodies: readonly Json[]): BodySeed => ({
  ...answering(protocol, path, bodies),
  answers: false,
});

export const bodySeeds: readonly BodySeed[] = [
  answering('openai-chat', '/v1/chat/completions', everywhere(chat, { messages: [turn] })),
  answering(
    'openai-completions',
    '/v1/completions',
    everywhere(
      { prompt: 'Once', suffix: 'end', max_tokens: 5, stop: ['x'], echo: false, logprobs: 1, stream: true },
      { prompt: ['hi'] },
    ),
  ),
  answering('openai-responses', '/v1/responses', everywhere(responses, { input: 'hi' })),
  answering('openai-responses', '/v1/responses/compact', everywhere(responses, { input: 'hi' })),
  answering('anthropic-messages', '/v1/messages', everywhere(messages, { max_tokens: 9, messages: [turn] })),
  counting('anthropic-messages', '/v1/messages/count_tokens', ...everywhere(messages, { messages: [turn] })),
  counting(
    'openai-chat',
    '/v1/embeddings',
    { model: 'm-embed', input: ['hi', 'you'], dimensions: 8, encoding_format: 'base64', user: 'u' },
    { model: 'm-embed', input: [1, 2, 3] },
    { model: 'm-embed', input: [[1, 2], [3]] },
  ),
  ...wires.flatMap((model) =>
    geminiCalls.map((call) => ({
      ...answering('gemini', `/v1beta/models/${model}:${call}`, [gemini, shortGemini]),
      answers: call !== 'countTokens',
    })),
  ),
  counting('gemini', '/v1beta/models/m-embed:embedContent', {
    content: { parts: [{ text: 'hi' }] },
    taskType: 'RETRIEVAL_QUERY',
    outputDimensionality: 8,
    title: 't',
  }),
  counting('gemini', '/v1beta/models/m-embed:batchEmbedContents', {
    requests: [
      { model: 'models/m-embed', content: { parts: [{ text: 'hi' }] } },
      { model: 'models/m-embed', content: { parts: [{ text: 'you' }] } },
    ],
  }),
  answering('ollama', '/api/chat', everywhere(ollama, { messages: [turn] })),
  answering(
    'ollama-generate',
    '/api/generate',
    everywhere(
      {
        prompt: 'hi',
        suffix: 'end',
        system: 's',
        images: [png],
        format: 'json',
        think: true,
        raw: false,
        options: { stop: 'x' },
      },
      { prompt: 'hi', stream: false },
    ),
  ),
  counting('ollama', '/api/embed', { model: 'm-embed', input: ['hi', 'you'], truncate: true, dimensions: 8 }),
  counting('ollama', '/api/embeddings', { model: 'm-embed', prompt: 'hi', options: {}, keep_alive: 0 }),
];
