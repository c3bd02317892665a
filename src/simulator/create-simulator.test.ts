import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { simulatedOauthToken } from './index.ts';

const simulator = useSimulator();

const defaultHeaders = { 'copilot-integration-id': 'vscode-chat', 'x-initiator': 'user' };

const openai = () =>
  new OpenAI({ baseURL: simulator().url, apiKey: simulatedOauthToken, maxRetries: 0, defaultHeaders });
const anthropic = () =>
  new Anthropic({
    baseURL: simulator().url,
    apiKey: null,
    authToken: simulatedOauthToken,
    maxRetries: 0,
    defaultHeaders,
  });

const weather = {
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const question = 'What is the weather in Paris?';

test('openai reads a chat stream with its usage chunk', async () => {
  const messages = [{ role: 'user' as const, content: 'Say hello' }];
  const stream = await openai().chat.completions.create({
    model: 'gpt-4.1',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let usage: OpenAI.CompletionUsage | null | undefined;
  let deltas = 0;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    deltas += 1;
    usage = chunk.usage ?? usage;
  }
  expect(text).toContain('You asked: “Say hello”');
  expect(deltas).toBeGreaterThan(10);
  expect(usage?.completion_tokens).toBe(Math.ceil(Buffer.byteLength(text) / 4));
});

test.each([true, false])('openai takes a chat tool call round trip, stream: %s', async (isStream) => {
  const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: weather }];
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  const ask = async () => {
    const runner = openai().chat.completions;
    if (!isStream) return runner.create({ model: 'gpt-5.2', messages, tools });
    return runner.stream({ model: 'gpt-5.2', messages, tools }).finalChatCompletion();
  };
  const first = (await ask()).choices[0];
  expect(first?.finish_reason).toBe('tool_calls');
  const call = first?.message.tool_calls?.[0];
  if (call?.type !== 'function' || first === undefined) throw new Error('no call');
  expect(JSON.parse(call.function.arguments)).toEqual({ city: 'Paris' });
  messages.push(first.message, { role: 'tool', tool_call_id: call.id, content: 'sunny' });
  expect((await ask()).choices[0]?.message.content).toContain('sunny');
});

test('Claude on chat splits text and calls over several choices when it does not stream', async () => {
  const answer = await openai().chat.completions.create({
    model: 'claude-opus-5.5',
    messages: [{ role: 'user', content: 'Create the file a.txt containing "x"' }],
    tools: [
      {
        type: 'function',
        function: {
          name: 'write_file',
          parameters: { type: 'object', properties: { path: { type: 'string' }, content: { type: 'string' } } },
        },
      },
    ],
  });
  expect(answer.choices.map((choice) => choice.index)).toEqual([0, 0]);
  expect(answer.choices[0]?.message.content).toBe('I will create the file now.');
  const call = answer.choices[1]?.message.tool_calls?.[0];
  expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ path: 'a.txt', content: 'x' });
});

test('openai reads a Responses stream, and its items come back', async () => {
  const client = openai();
  const body = {
    model: 'gpt-6.1-sol',
    reasoning: { effort: 'high', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    store: false,
    tools: [{ type: 'function', ...weather, strict: false }],
  } as const satisfies Partial<OpenAI.Responses.ResponseCreateParams>;
  const ask = { ...body, include: [...body.include], tools: [...body.tools] };
  // The SDK's own collector refuses ids that change under way, as the real ones do: here the events are enough.
  const idsOfFirstItem = new Set<string>();
  let first: OpenAI.Responses.Response | undefined;
  for await (const event of await client.responses.create({ ...ask, input: question, stream: true })) {
    if ('output_index' in event && event.output_index === 0) {
      if ('item_id' in event) idsOfFirstItem.add(event.item_id);
      else if ('item' in event) idsOfFirstItem.add(event.item.id ?? '');
    }
    if (event.type === 'response.completed') first = event.response;
  }
  if (first === undefined) throw new Error('not completed');
  idsOfFirstItem.add(first.output[0]?.id ?? '');
  expect(idsOfFirstItem.size).toBe(4);
  const call = first.output.find((item) => item.type === 'function_call');
  expect(call?.arguments).toBe('{"city":"Paris"}');
  const input = [
    { role: 'user', content: question },
    ...first.output,
    { type: 'function_call_output', call_id: call?.call_id ?? '', output: 'sunny' },
  ] as OpenAI.Responses.ResponseInput;
  const second = await client.responses.create({ ...ask, input });
  expect(second.output_text).toContain('sunny');
  expect(second.output[0]?.type).toBe('reasoning');
});

test('anthropic reads a Messages stream with thinking, and its signature comes back', async () => {
  const client = anthropic();
  const tools = [{ name: 'get_weather', input_schema: { ...weather.parameters, type: 'object' as const } }];
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  const body = {
    model: 'claude-opus-5.5',
    max_tokens: 4000,
    thinking: { type: 'adaptive', display: 'summarized' } as const,
    tools,
  };
  const first = await client.messages.stream({ ...body, messages }).finalMessage();
  expect(first.content.map((block) => block.type)).toEqual(['thinking', 'tool_use']);
  expect(first.stop_reason).toBe('tool_use');
  const call = first.content.find((block) => block.type === 'tool_use');
  expect(call?.input).toEqual({ city: 'Paris' });
  messages.push(
    { role: 'assistant', content: first.content },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: 'sunny' }] },
  );
  const second = await client.messages.create({ ...body, messages });
  expect(JSON.stringify(second.content)).toContain('sunny');
  expect(second.stop_reason).toBe('end_turn');
});

test('anthropic counts tokens, and reads an error in the upstream words', async () => {
  const client = anthropic();
  const counted = await client.messages.countTokens({
    model: 'claude-opus-5-5',
    messages: [{ role: 'user', content: 'x'.repeat(400) }],
  });
  expect(counted.input_tokens).toBeGreaterThan(100);
  const tooMuch = client.messages.create({
    model: 'claude-haiku-5.5',
    max_tokens: 32_001,
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  await expect(tooMuch).rejects.toThrow(/max_tokens: 32001 > 32000/);
});

test('openai lists models and reads one', async () => {
  const models = await openai().models.list({ headers: { 'x-github-api-version': '2026-08-01' } });
  const ids = models.data.map((model) => model.id);
  expect(ids).toEqual(
    expect.arrayContaining(['claude-opus-5.5', 'gpt-6.1-sol', 'gemini-3.8-flash', 'text-embedding-3-small']),
  );
  expect(ids.filter((id) => id === 'grok-4.7')).toHaveLength(2);
  expect((await openai().models.retrieve('gpt-5.2')).id).toBe('gpt-5.2');
  await expect(openai().models.retrieve('nothing')).rejects.toThrow(/404/);
});

test('a client that names no API version gets an older list', async () => {
  const models = await openai().models.list();
  expect(models.data.map((model) => model.id)).not.toContain('gpt-6.1-sol');
});

test('embeddings are the same for the same text, have unit length, and lack the top-level words', async () => {
  const body = { model: 'text-embedding-3-small', input: ['one two', 'one two'], dimensions: 64 };
  const answer = (await (await simulator().post('/embeddings', body)).json()) as {
    data: { embedding: number[] }[];
    usage: { prompt_tokens: number };
  };
  const [first, second] = answer.data.map((row) => row.embedding);
  expect(first).toEqual(second);
  expect(first).toHaveLength(64);
  expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 5);
  expect(Object.keys(answer)).toEqual(['data', 'usage']);
  expect(answer.usage.prompt_tokens).toBe(4);
});

test.each(['float', 'base64'] as const)('openai takes embeddings, asked for as %s', async (encoding_format) => {
  const answer = await openai().embeddings.create({
    model: 'text-embedding-3-small',
    input: ['one two', 'three'],
    dimensions: 64,
    encoding_format,
  });
  expect(answer.data.map((row) => row.embedding.length)).toEqual([64, 64]);
  expect(answer.usage.prompt_tokens).toBe(4);
});

test('a forced tool is called with arguments that fit its schema', async () => {
  const answer = await anthropic().messages.create({
    model: 'claude-sonnet-5.5',
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'Anything at all' }],
    tools: [
      {
        name: 'rate',
        input_schema: {
          type: 'object',
          properties: { stars: { type: 'integer', minimum: 3, maximum: 5 }, mood: { enum: ['good', 'bad'] } },
          required: ['stars', 'mood'],
        },
      },
    ],
    tool_choice: { type: 'tool', name: 'rate' },
  });
  expect(answer.content).toMatchObject([{ type: 'tool_use', name: 'rate', input: { stars: 4, mood: 'good' } }]);
});

test('what the credits cost shows in the headers of the next answer and on the user page', async () => {
  const { post, url } = simulator();
  const balance = async () => {
    const reply = await fetch(`${url}/copilot_internal/user`, {
      headers: { authorization: `Bearer ${simulatedOauthToken}` },
    });
    const user = (await reply.json()) as { quota_snapshots: { premium_interactions: { quota_remaining: number } } };
    return user.quota_snapshots.premium_interactions.quota_remaining;
  };
  const before = await balance();
  const body = {
    model: 'claude-opus-5.5',
    max_tokens: 60_000,
    messages: [{ role: 'user', content: '[[sim:long 2000]]' }],
  };
  const reply = await post('/v1/messages', body);
  const { copilot_usage } = (await reply.json()) as { copilot_usage: { total_nano_aiu: number } };
  const spent = copilot_usage.total_nano_aiu / 1e9;
  expect(spent).toBeGreaterThan(5);
  expect(await balance()).toBeCloseTo(before - spent, 0);
  expect(reply.headers.get('x-quota-snapshot-premium_interactions')).toContain(`totRem=${(6321.4 - spent).toFixed(1)}`);
});
