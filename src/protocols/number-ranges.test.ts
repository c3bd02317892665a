/** Numbers as the vendors take them: the border itself is taken, a step beyond it is refused under its own name. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../canonical/json-value.ts';
import { decodeMessagesRequest } from './anthropic-messages/decode-request.ts';
import { decodeGeminiRequest } from './gemini/decode-request.ts';
import { decodeOllamaChat } from './ollama/decode-request.ts';
import { decodeChatRequest } from './openai-chat/decode-request.ts';
import { decodeResponsesRequest } from './openai-responses/decode-request.ts';

const messages = [{ role: 'user', content: 'hi' }];
const none = () => undefined;

/** What holds the numbers of each protocol, and reads a request with them. */
const protocols = {
  chat: (numbers: JsonObject) => decodeChatRequest({ model: 'm', messages, ...numbers }, none),
  responses: (numbers: JsonObject) => decodeResponsesRequest({ model: 'm', input: 'hi', ...numbers }, none),
  messages: (numbers: JsonObject) => decodeMessagesRequest({ model: 'm', messages, max_tokens: 9, ...numbers }, none),
  gemini: (generationConfig: JsonObject) =>
    decodeGeminiRequest({ model: 'm', stream: false, contents: 'hi', generationConfig }, none),
  ollama: (options: JsonObject) => decodeOllamaChat({ model: 'm', messages, options }, none),
};

type Row = readonly [keyof typeof protocols, name: string, least: number, most: number | null, step: number];

const rows: readonly Row[] = [
  ['chat', 'temperature', 0, 2, 0.01],
  ['chat', 'top_p', 0, 1, 0.01],
  ['chat', 'presence_penalty', -2, 2, 0.01],
  ['chat', 'frequency_penalty', -2, 2, 0.01],
  ['chat', 'max_tokens', 1, null, 1],
  ['chat', 'max_completion_tokens', 1, null, 1],
  ['responses', 'temperature', 0, 2, 0.01],
  ['responses', 'top_p', 0, 1, 0.01],
  ['responses', 'max_output_tokens', 1, null, 1],
  ['messages', 'temperature', 0, 1, 0.01],
  ['messages', 'top_p', 0, 1, 0.01],
  ['messages', 'top_k', 0, null, 1],
  ['messages', 'max_tokens', 1, null, 1],
  ['gemini', 'temperature', 0, 2, 0.01],
  ['gemini', 'topP', 0, 1, 0.01],
  ['gemini', 'topK', 0, null, 1],
  ['gemini', 'seed', -(2 ** 31), 2 ** 31 - 1, 1],
  ['gemini', 'presencePenalty', -2, 2, 0.01],
  ['gemini', 'frequencyPenalty', -2, 2, 0.01],
  ['gemini', 'maxOutputTokens', 1, null, 1],
  ['gemini', 'logprobs', 0, 20, 1],
  ['ollama', 'temperature', 0, 2, 0.01],
  ['ollama', 'top_p', 0, 1, 0.01],
  ['ollama', 'top_k', 0, null, 1],
  ['ollama', 'num_predict', -2, null, 1],
  ['ollama', 'presence_penalty', -2, 2, 0.01],
  ['ollama', 'frequency_penalty', -2, 2, 0.01],
];

test.each(rows)('%s: %s from %d to %j', (protocol, name, least, most, step) => {
  const asked = (value: number) => () => protocols[protocol]({ [name]: value });
  expect(asked(least)).not.toThrow();
  expect(asked(most ?? 1_000_000)).not.toThrow();
  for (const beyond of [least - step, ...(most === null ? [] : [most + step])]) {
    const refusal = { code: 'invalid_request', param: expect.stringContaining(name) as string };
    expect(asked(beyond)).toThrow(expect.objectContaining(refusal) as Error);
  }
});

// Google has a float there.
const whole = rows.filter(([protocol, name, , , step]) => step === 1 && !(protocol === 'gemini' && name === 'topK'));

test.each(whole)('%s: %s is whole', (protocol, name, least) => {
  const asked = () => protocols[protocol]({ [name]: least + 1.5 });
  expect(asked).toThrow(expect.objectContaining({ code: 'invalid_request' }) as Error);
});

test.each([
  ['chat', 'stop'],
  ['messages', 'stop_sequences'],
  ['gemini', 'stopSequences'],
  ['ollama', 'stop'],
] as const)('%s: 64 of %s are taken, and no more', (protocol, name) => {
  const stops = (count: number) => () =>
    protocols[protocol]({ [name]: Array.from({ length: count }, (_, i) => `s${i}`) });
  expect(stops(64)).not.toThrow();
  expect(stops(65)).toThrow(expect.objectContaining({ code: 'invalid_request' }) as Error);
});
