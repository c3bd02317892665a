/** The official Anthropic SDK on Messages: plain, streamed, with tools, images, structured answers and thinking. */
import type { MessageParam, Tool } from '@anthropic-ai/sdk/resources/messages';
import { expect, test } from 'vitest';
import { anthropic, citySchema, pixelPng, weatherSchema, type City } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

const models = ['claude-opus-5.5', 'claude-sonnet-5-5', 'claude-haiku-5.5'];
const max_tokens = 2048;
const tool = (name: string): Tool => ({
  name,
  description: 'Tells something of a city',
  input_schema: { ...weatherSchema, required: ['city'] },
});
const tools = [tool('get_weather'), tool('get_time')];
const question: MessageParam[] = [{ role: 'user', content: 'What is a crossfeed valve?' }];
const callBoth: MessageParam[] = [
  {
    role: 'user',
    content: 'Look it up. [[sim:tool get_weather {"city":"Oslo"}]] [[sim:tool get_time {"city":"Rome"}]]',
  },
];

/** Newer kinds think adaptively, the older kind within a budget. */
const thinkingOf = (model: string) =>
  model.includes('haiku')
    ? ({ type: 'enabled', budget_tokens: 1024 } as const)
    : ({ type: 'adaptive', display: 'summarized' } as const);

const textOf = (content: readonly { readonly type: string }[]) =>
  content.map((block) => ('text' in block ? String(block.text) : '')).join('');

test.each(models)('%s answers in one piece', async (model) => {
  const answer = await anthropic(proxy()).messages.create({ model, max_tokens, messages: question });
  expect(answer.type).toBe('message');
  expect(answer.stop_reason).toBe('end_turn');
  expect(textOf(answer.content)).toContain('What is a crossfeed valve?');
  expect(answer.usage.output_tokens).toBeGreaterThan(0);
});

test.each(models)('%s streams the same text that it answers in one piece', async (model) => {
  const client = anthropic(proxy());
  const whole = await client.messages.create({ model, max_tokens, messages: question });
  const streamed = await client.messages.stream({ model, max_tokens, messages: question }).finalMessage();
  expect(textOf(streamed.content)).toBe(textOf(whole.content));
  expect(streamed.stop_reason).toBe('end_turn');
  expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
});

test.each(models)('%s thinks, calls two tools, and gets results and its own thoughts back', async (model) => {
  const client = anthropic(proxy());
  const body = { model, max_tokens, tools, thinking: thinkingOf(model) };
  const first = await client.messages.stream({ ...body, messages: callBoth }).finalMessage();
  expect(first.stop_reason).toBe('tool_use');
  const thought = first.content.find((block) => block.type === 'thinking');
  expect(thought?.signature).toEqual(expect.any(String));
  expect(thought?.signature).not.toBe('');
  const calls = first.content.filter((block) => block.type === 'tool_use');
  expect(calls.map(({ name, input }) => [name, input])).toEqual([
    ['get_weather', { city: 'Oslo' }],
    ['get_time', { city: 'Rome' }],
  ]);
  const results = calls.map(({ id }) => ({
    type: 'tool_result' as const,
    tool_use_id: id,
    content: 'minus four degrees',
  }));
  const messages: MessageParam[] = [
    ...callBoth,
    { role: 'assistant', content: first.content },
    { role: 'user', content: results },
  ];
  const second = await client.messages.create({ ...body, messages });
  expect(second.stop_reason).toBe('end_turn');
  expect(textOf(second.content)).toContain('minus four degrees');
  expect(proxy().simulator.requestsTo('/v1/messages').at(-1)?.headers['x-initiator']).toBe('agent');
});

test.each(['in the prompt', 'in a tool result'])('an image %s is shown to the model', async (place) => {
  const image = {
    type: 'image' as const,
    source: { type: 'base64' as const, media_type: 'image/png' as const, data: pixelPng },
  };
  const messages: MessageParam[] =
    place === 'in the prompt'
      ? [{ role: 'user', content: [image, { type: 'text', text: 'What is this?' }] }]
      : [
          { role: 'user', content: 'What is this?' },
          {
            role: 'assistant',
            content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } }],
          },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [image] }] },
        ];
  const answer = await anthropic(proxy()).messages.create({ model: 'claude-sonnet-5.5', max_tokens, messages, tools });
  expect(answer.stop_reason).toBe('end_turn');
  expect(proxy().simulator.requestsTo('/v1/messages').at(-1)?.headers['copilot-vision-request']).toBe('true');
});

test('an answer by a JSON schema parses', async () => {
  const answer = await anthropic(proxy()).messages.create({
    model: 'claude-sonnet-5.5',
    max_tokens,
    messages: [{ role: 'user', content: 'Tell me of the city of Oslo.' }],
    output_config: { format: { type: 'json_schema', schema: { ...citySchema } } },
  });
  const city = JSON.parse(textOf(answer.content)) as City;
  expect(city).toEqual({ city: expect.any(String), population: expect.any(Number), capital: expect.any(Boolean) });
});

test('tokens are counted by the upstream', async () => {
  const client = anthropic(proxy());
  const short = await client.messages.countTokens({ model: 'claude-sonnet-5.5', messages: question });
  const long = await client.messages.countTokens({
    model: 'claude-sonnet-5.5',
    messages: [{ role: 'user', content: 'What is a crossfeed valve? '.repeat(100) }],
    tools,
  });
  expect(short.input_tokens).toBeGreaterThan(0);
  expect(long.input_tokens).toBeGreaterThan(short.input_tokens);
  expect(proxy().simulator.requestsTo('/v1/messages/count_tokens')).toHaveLength(2);
});

test('betas that the upstream refuses are left out, the others go up', async () => {
  await anthropic(proxy()).beta.messages.create({
    model: 'claude-sonnet-5.5',
    max_tokens,
    messages: [{ role: 'user', content: 'Hello' }],
    betas: ['context-management-2025-06-27', 'fast-mode-2030-01-01'],
  });
  const beta = proxy().simulator.requestsTo('/v1/messages').at(-1)?.headers['anthropic-beta'];
  expect(beta).toBe('context-management-2025-06-27');
});

test('fields that the upstream knows not to take are edited away', async () => {
  const answer = await anthropic(proxy()).messages.create({
    model: 'claude-haiku-5.5',
    max_tokens,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: question,
    tools: [{ ...tool('get_weather'), eager_input_streaming: true }],
  });
  expect(answer.stop_reason).toBe('end_turn');
});
