/** The official OpenAI SDK on Responses: plain, streamed, with tools, images, structured answers and reasoning. */
import type { FunctionTool, ResponseInputItem, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import { citySchema, openai, pixelPng, weatherSchema, type City } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

const models = ['gpt-6.1-sol', 'gpt-6-luna', 'gpt-5.2'];
const tool = (name: string): FunctionTool => ({
  type: 'function',
  name,
  description: 'Tells something of a city',
  parameters: { ...weatherSchema },
  strict: true,
});
const input = 'What is a crossfeed valve?';
const callBoth = 'Look it up. [[sim:tool get_weather {"city":"Oslo"}]] [[sim:tool get_time {"city":"Rome"}]]';
/** What a client sends that keeps the reasoning itself: it comes back sealed, and goes up again. */
const sealed = () => ({
  store: false,
  include: ['reasoning.encrypted_content' as const],
  reasoning: { effort: 'high' as const },
});

async function eventsOf(stream: AsyncIterable<ResponseStreamEvent>): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test.each(models)('%s answers in one piece', async (model) => {
  const answer = await openai(proxy()).responses.create({ model, input });
  expect(answer.status).toBe('completed');
  expect(answer.output_text).toContain(input);
  expect(answer.usage?.total_tokens).toBe((answer.usage?.input_tokens ?? 0) + (answer.usage?.output_tokens ?? 0));
});

test.each(models)('%s streams the same text that it answers in one piece', async (model) => {
  const client = openai(proxy());
  const whole = await client.responses.create({ model, input });
  const streamed = await client.responses.stream({ model, input }).finalResponse();
  expect(streamed.output_text).toBe(whole.output_text);
  expect(streamed.status).toBe('completed');
});

test.each(models)('every event of a stream of %s names an item by one id', async (model) => {
  const body = { model, input: callBoth, tools: [tool('get_weather'), tool('get_time')], ...sealed() };
  const events = await eventsOf(await openai(proxy()).responses.create({ ...body, stream: true }));
  const ids = new Map<number, Set<string | undefined>>();
  const note = (index: number, id: string | undefined) => ids.set(index, (ids.get(index) ?? new Set()).add(id));
  for (const event of events) {
    if ('output_index' in event && 'item_id' in event) note(event.output_index, event.item_id);
    if ('output_index' in event && 'item' in event) note(event.output_index, event.item.id ?? undefined);
    if (event.type === 'response.completed')
      for (const [index, item] of event.response.output.entries()) note(index, item.id ?? undefined);
  }
  expect(ids.size).toBeGreaterThanOrEqual(2);
  for (const named of ids.values()) expect([...named]).toHaveLength(1);
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
  expect(events.at(-1)?.type).toBe('response.completed');
});

test.each(models)('%s calls two tools, gets their results and its own sealed reasoning back', async (model) => {
  const client = openai(proxy());
  const tools = [tool('get_weather'), tool('get_time')];
  const asked: ResponseInputItem[] = [{ role: 'user', content: callBoth }];
  const body = { model, tools, ...sealed() };
  const first = await client.responses.create({ ...body, input: asked });
  expect(first.output.find((item) => item.type === 'reasoning')?.encrypted_content).toEqual(expect.any(String));
  const calls = first.output.filter((item) => item.type === 'function_call');
  expect(calls.map((call) => [call.name, JSON.parse(call.arguments)])).toEqual([
    ['get_weather', { city: 'Oslo' }],
    ['get_time', { city: 'Rome' }],
  ]);
  const results = calls.map(({ call_id }) => ({
    type: 'function_call_output' as const,
    call_id,
    output: 'minus four degrees',
  }));
  const second = await client.responses.create({
    ...body,
    input: [...asked, ...(first.output as ResponseInputItem[]), ...results],
  });
  expect(second.output_text).toContain('minus four degrees');
  expect(proxy().simulator.requestsTo('/responses').at(-1)?.headers['x-initiator']).toBe('agent');
});

test('what a stream gave can be sent back as it came', async () => {
  const client = openai(proxy());
  const body = { model: 'gpt-6.1-sol', ...sealed() };
  const first = await client.responses.stream({ ...body, input }).finalResponse();
  const next = await client.responses.create({
    ...body,
    input: [
      { role: 'user', content: input },
      ...(first.output as ResponseInputItem[]),
      { role: 'user', content: 'Say more.' },
    ],
  });
  expect(next.output_text).toContain('Say more.');
});

test('an image in a data URL is shown to the model', async () => {
  const answer = await openai(proxy()).responses.create({
    model: 'gpt-6.1-sol',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${pixelPng}` },
        ],
      },
    ],
  });
  expect(answer.output_text).toContain('What is this?');
  expect(proxy().simulator.requestsTo('/responses').at(-1)?.headers['copilot-vision-request']).toBe('true');
});

test.each([true, false])('an answer by a JSON schema parses, streamed: %s', async (stream) => {
  const client = openai(proxy());
  const body = {
    model: 'gpt-6-luna',
    input: 'Tell me of the city of Oslo.',
    text: { format: { type: 'json_schema' as const, name: 'city', strict: true, schema: { ...citySchema } } },
  };
  const answer = stream ? await client.responses.stream(body).finalResponse() : await client.responses.create(body);
  const city = JSON.parse(answer.output_text) as City;
  expect(city).toEqual({ city: expect.any(String), population: expect.any(Number), capital: expect.any(Boolean) });
});

test('what the upstream is known to refuse is edited away, and the reply says so', async () => {
  const { data, response } = await openai(proxy())
    .responses.create({ model: 'gpt-6.1-sol', input, store: true, service_tier: 'auto' })
    .withResponse();
  expect(data.status).toBe('completed');
  expect(response.headers.get('x-crossfeed-lane')).toBe('patched');
  expect(response.headers.get('x-crossfeed-edits')).toMatch(/store.*service-tier|service-tier.*store/);
});
