/** Failures as the official SDKs show them: the error class, the words, and whether they ask again. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { anthropic, openai } from '../support/sdk-clients.ts';
import type { StartedProxy } from '../support/start-proxy.ts';
import { useProxy } from '../support/use-proxy.ts';

// A result without its call is sent on purpose: the upstream's words have to reach the caller.
const proxy = useProxy({ knownBreaches: ['tool-pairs', 'item-id'] });

const say = (content: string) => [{ role: 'user' as const, content }];
const chat = (client: OpenAI, content: string, model = 'gpt-5.2') =>
  client.chat.completions.create({ model, messages: say(content) });
const responses = (client: OpenAI, content: string, model = 'gpt-6.1-sol') =>
  client.responses.create({ model, input: content });
const messages = (client: Anthropic, content: string, model = 'claude-sonnet-5.5') =>
  client.messages.create({ model, max_tokens: 100, messages: say(content) });

/** What a call threw; a call that succeeds is the failure here. */
async function thrownBy(call: PromiseLike<unknown>): Promise<unknown> {
  const outcome = await Promise.resolve(call).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome === undefined) throw new Error('the call succeeded');
  return outcome;
}

async function openaiError(call: PromiseLike<unknown>) {
  const error = await thrownBy(call);
  if (!(error instanceof OpenAI.APIError)) throw error;
  return error;
}

async function anthropicError(call: PromiseLike<unknown>) {
  const error = await thrownBy(call);
  if (!(error instanceof Anthropic.APIError)) throw error;
  return error;
}

const upstreamCalls = ({ simulator }: StartedProxy) =>
  simulator.requests.filter(({ path }) => /completions|responses|messages|embeddings/.test(path)).length;

test('a wrong key is told apart, and how to get the right one is said', async () => {
  const before = upstreamCalls(proxy());
  const wrong = { url: proxy().url, key: 'sk-somebody-elses' };
  const fromOpenAi = await openaiError(chat(openai(wrong), 'Hello'));
  expect(fromOpenAi).toBeInstanceOf(OpenAI.AuthenticationError);
  expect(fromOpenAi).toMatchObject({
    code: 'invalid_api_key',
    message: expect.stringContaining('crossfeed keys show'),
  });
  const fromAnthropic = await anthropicError(messages(anthropic(wrong), 'Hello'));
  expect(fromAnthropic).toBeInstanceOf(Anthropic.AuthenticationError);
  expect(fromAnthropic.message).toContain('crossfeed keys show');
  expect(upstreamCalls(proxy())).toBe(before);
});

test.each([
  ['chat', () => chat(openai(proxy()), 'Hello', 'gpt-99')],
  ['responses', () => responses(openai(proxy()), 'Hello', 'gpt-99')],
  ['embeddings', () => openai(proxy()).embeddings.create({ model: 'gpt-99', input: 'Hello' })],
  ['models', () => openai(proxy()).models.retrieve('gpt-99')],
])('an unknown model on %s is not found', async (_face, call) => {
  const error = await openaiError(call());
  expect(error).toBeInstanceOf(OpenAI.NotFoundError);
  expect(error).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('gpt-99') });
});

test('an unknown model on messages is not found', async () => {
  const error = await anthropicError(messages(anthropic(proxy()), 'Hello', 'claude-99'));
  expect(error).toBeInstanceOf(Anthropic.NotFoundError);
  expect(error.message).toContain('claude-99');
});

test('a model that does not chat is refused, and the message names where it answers', async () => {
  const error = await openaiError(chat(openai(proxy()), 'Hello', 'text-embedding-3-small'));
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({ code: 'unsupported_api_for_model', message: expect.stringContaining('/embeddings') });
});

test('several choices are refused where one model must answer in the words of another protocol', async () => {
  const body = { model: 'gpt-6.1-sol', messages: say('Hello'), n: 2 };
  const error = await openaiError(openai(proxy()).chat.completions.create(body));
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({ param: 'n' });
});

test('a bad JSON schema gets the verdict of the upstream, with the field at fault', async () => {
  const message = "Invalid schema for response_format 'x': schema must be an object.";
  const body = { error: { message, code: 'invalid_request_body', param: 'response_format' } };
  proxy().simulator.addFault({ on: '/chat/completions', do: { kind: 'status', status: 400, body } });
  const format = { type: 'json_schema', json_schema: { name: 'x', schema: 'no schema' } };
  const request = { model: 'gpt-5.2', messages: say('Hello'), response_format: format };
  const error = await openaiError(openai(proxy()).post('/chat/completions', { body: request }));
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({ param: 'response_format', message: expect.stringContaining(message) });
  expect(proxy().simulator.requestsTo('/chat/completions').at(-1)?.json).toMatchObject({ response_format: format });
});

test('what nothing can mend is told with the field at fault', async () => {
  const callId = 'c'.repeat(65);
  const input = [
    { type: 'function_call', call_id: callId, name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: callId, output: 'x' },
  ] as const;
  const error = await openaiError(openai(proxy()).responses.create({ model: 'gpt-6.1-sol', input: [...input] }));
  expect(error).toMatchObject({ status: 400, param: 'input[0].call_id', type: 'invalid_request_error' });
  expect(error.message).toContain('call_id');
});

test('an effort that the model does not have is no error any more', async () => {
  const body = { model: 'gpt-6.1-sol', input: 'Hello', reasoning: { effort: 'minimal' } } as const;
  const { response } = await openai(proxy()).responses.create(body).withResponse();
  expect(response.headers.get('x-crossfeed-edits')).toContain('responses-effort');
});

test('a history that does not pair up is told in the words of the upstream', async () => {
  const result = { type: 'tool_result', tool_use_id: 'toolu_lost', content: 'x' } as const;
  const body = {
    model: 'claude-sonnet-5.5',
    max_tokens: 100,
    messages: [{ role: 'user', content: [result] }],
  } as const;
  const error = await anthropicError(anthropic(proxy()).post('/v1/messages', { body }));
  expect(error).toBeInstanceOf(Anthropic.BadRequestError);
  expect(error.message).toContain('toolu_lost');
});

test('a JSON schema that Claude on chat would drop in silence goes where it is kept', async () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
  const format = { type: 'json_schema', json_schema: { name: 'x', schema } } as const;
  const body = { model: 'claude-sonnet-5.5', messages: say('Hello'), response_format: format };
  const answer = await openai(proxy()).chat.completions.create(body);
  expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ a: expect.any(Number) });
  expect(proxy().simulator.requests.at(-1)?.path).toBe('/v1/messages');
});

test('an unknown previous response is refused by its known code', async () => {
  const body = { model: 'gpt-6.1-sol', input: 'Go on.', previous_response_id: 'resp_unknown' };
  const error = await openaiError(openai(proxy()).responses.create(body));
  expect(error).toMatchObject({ status: 400, code: 'previous_response_not_found' });
});

test.each([
  ['/chat/completions', 'model_max_prompt_tokens_exceeded', 'prompt token count of 300000 exceeds the limit of 272000'],
  ['/responses', 'context_length_exceeded', 'Your input exceeds the context window of this model.'],
])('an overflow on %s has the code that clients compact on', async (on, code, message) => {
  proxy().simulator.addFault({ on, do: { kind: 'status', status: 400, body: { error: { message, code } } } });
  const call = on === '/responses' ? responses(openai(proxy()), 'Hello') : chat(openai(proxy()), 'Hello');
  const error = await openaiError(call);
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error.code).toBe('context_length_exceeded');
});

test('an overflow on messages keeps the phrase that clients compact on', async () => {
  const message = 'prompt is too long: 1200000 tokens > 936000 maximum';
  const body = { type: 'error', error: { type: 'invalid_request_error', message } };
  proxy().simulator.addFault({ on: '/v1/messages', do: { kind: 'status', status: 400, body } });
  const error = await anthropicError(messages(anthropic(proxy()), 'Hello'));
  expect(error).toBeInstanceOf(Anthropic.BadRequestError);
  expect(error.message).toContain(message);
});

test('a quota that is used up stops the SDKs at once, though they were told to retry', async () => {
  const counted = async (call: PromiseLike<unknown>) => {
    const before = upstreamCalls(proxy());
    const error = await thrownBy(call);
    return { error, calls: upstreamCalls(proxy()) - before };
  };
  const onChat = await counted(chat(openai(proxy(), 3), 'Hello [[sim:402]]'));
  expect(onChat.error).toMatchObject({ status: 402, code: 'insufficient_quota', type: 'insufficient_quota' });
  const onResponses = await counted(responses(openai(proxy(), 3), 'Hello [[sim:402]]'));
  expect(onResponses.error).toMatchObject({ status: 400, code: 'insufficient_quota', type: 'insufficient_quota' });
  const onMessages = await counted(messages(anthropic(proxy(), 3), 'Hello [[sim:402]]'));
  expect(onMessages.error).toBeInstanceOf(Anthropic.PaymentRequiredError);
  expect(onMessages.error).toMatchObject({ error: { error: { type: 'billing_error' } } });
  expect([onChat.calls, onResponses.calls, onMessages.calls]).toEqual([1, 1, 1]);
});

test('a rate limit says how long to wait, in the words of each vendor', async () => {
  const onChat = await openaiError(chat(openai(proxy()), 'Hello [[sim:429]]'));
  expect(onChat).toBeInstanceOf(OpenAI.RateLimitError);
  expect(onChat.headers?.get('retry-after')).toBe('7');
  const onResponses = await openaiError(responses(openai(proxy()), 'Hello [[sim:429]]'));
  expect(onResponses).toBeInstanceOf(OpenAI.RateLimitError);
  const onMessages = await anthropicError(messages(anthropic(proxy()), 'Hello [[sim:429]]'));
  expect(onMessages).toBeInstanceOf(Anthropic.RateLimitError);
  expect(onMessages.headers?.get('retry-after')).toBe('7');
});

test.each(['cut', 'error'])('a stream that breaks (%s) throws in every SDK and never ends well', async (marker) => {
  const text = `Hello [[sim:${marker} 6]] [[sim:long 200]]`;
  const onChat = openai(proxy()).chat.completions.stream({ model: 'gpt-5.2', messages: say(text) });
  await openaiError(onChat.finalChatCompletion());
  const onMessages = anthropic(proxy()).messages.stream({
    model: 'claude-sonnet-5.5',
    max_tokens: 2e3,
    messages: say(text),
  });
  expect(await thrownBy(onMessages.finalMessage())).toBeInstanceOf(Anthropic.AnthropicError);
  const onResponses = await openai(proxy()).responses.create({ model: 'gpt-6.1-sol', input: text, stream: true });
  const types: string[] = [];
  for await (const event of onResponses) types.push(event.type);
  expect(types.at(-1)).toBe('response.failed');
  expect(types.filter((type) => /^response\.(completed|failed|incomplete)$|^error$/.test(type))).toHaveLength(1);
});

test('a body that is no JSON and a path that does not exist are told in the SDKs own shapes', async () => {
  const { url, key } = proxy();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const broken = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: '{"model":' });
  expect(broken.status).toBe(400);
  expect(await broken.json()).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_json' } });
  const lost = await openaiError(openai(proxy()).get('/no-such-path'));
  expect(lost).toBeInstanceOf(OpenAI.NotFoundError);
  expect(lost.code).toBe('unknown_url');
});
