/** Compaction by the official OpenAI SDK: the compact endpoint and the trigger item, by the upstream and by a summary. */
import type { ResponseInputItem } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import { openai, weatherSchema } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

const native = 'gpt-6.1-sol';
const models = [native, 'claude-sonnet-5.5', 'gemini-3.8-flash'];
const said: ResponseInputItem[] = [
  { role: 'user', content: 'My word is été.' },
  { role: 'assistant', content: 'I shall remember it.' },
  { role: 'user', content: 'And the other one is kiwi.' },
];
const trigger = { type: 'compaction_trigger' } as unknown as ResponseInputItem;
const lastBody = () => String(proxy().simulator.requests.at(-1)?.body);
const lastHeaders = () => proxy().simulator.requests.at(-1)?.headers;

test.each(models)('%s: the compact endpoint gives the user messages and one compaction', async (model) => {
  const compacted = await openai(proxy()).responses.compact({ model, input: said, instructions: 'Be brief.' });
  expect(compacted.object).toBe('response.compaction');
  expect(compacted.id).toMatch(/^resp_/);
  expect(compacted.output.map((item) => item.type)).toEqual(['message', 'message', 'compaction']);
  expect(compacted.output[0]).toMatchObject({
    role: 'user',
    content: [{ type: 'input_text', text: 'My word is été.' }],
  });
  expect(compacted.usage.total_tokens).toBeGreaterThan(0);
  expect(lastHeaders()).toMatchObject({ 'x-interaction-type': 'conversation-compaction', 'x-initiator': 'agent' });
  // What came back is the head of the next request.
  const next = await openai(proxy()).responses.create({
    model,
    input: [...(compacted.output as ResponseInputItem[]), { role: 'user', content: 'Go on, please.' }],
  });
  expect(next.status).toBe('completed');
  expect(lastBody()).toContain('Go on, please.');
});

test.each(models.flatMap((model) => [false, true].map((streamed) => [model, streamed] as const)))(
  '%s: a trigger is answered by exactly one compaction item (streamed: %s)',
  async (model, streamed) => {
    const client = openai(proxy());
    const body = { model, input: [...said, trigger], store: false };
    if (!streamed) {
      const answer = await client.responses.create(body);
      expect(answer.output).toEqual([
        { type: 'compaction', id: expect.any(String) as string, encrypted_content: expect.any(String) as string },
      ]);
      return;
    }
    const types: string[] = [];
    const numbers: number[] = [];
    for await (const event of await client.responses.create({ ...body, stream: true })) {
      types.push(event.type);
      numbers.push(event.sequence_number);
      if (event.type === 'response.output_item.done') expect(event.item.type).toBe('compaction');
      if (event.type === 'response.completed')
        expect(event.response.output.map((item) => item.type)).toEqual(['compaction']);
    }
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(numbers).toEqual([0, 1, 2, 3, 4]);
  },
);

test.each(models)('a summary of ours is read by %s, in words, whoever wrote it', async (model) => {
  const client = openai(proxy());
  const { output } = await client.responses.compact({ model: 'claude-sonnet-5.5', input: said });
  const item = output.at(-1);
  expect(item?.type === 'compaction' && item.encrypted_content).toMatch(/^cf1\.crossfeed\.compaction\./);
  const { data, response } = await client.responses
    .create({ model, input: [item as ResponseInputItem, { role: 'user', content: 'Go on.' }] })
    .withResponse();
  expect(data.status).toBe('completed');
  expect(response.headers.get('x-crossfeed-edits')).toContain('opened-compaction');
  expect(lastBody()).toContain('Earlier turns of this conversation were compacted.');
});

test('the history of tools stays readable where a summary is written', async () => {
  const tools = [
    {
      type: 'function' as const,
      name: 'get_weather',
      description: 'Weather',
      parameters: { ...weatherSchema },
      strict: true,
    },
  ];
  const input: ResponseInputItem[] = [
    { role: 'user', content: 'Weather in Oslo?' },
    { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Oslo"}' },
    { type: 'function_call_output', call_id: 'call_1', output: 'minus four degrees' },
    trigger,
  ];
  const answer = await openai(proxy()).responses.create({
    model: 'claude-sonnet-5.5',
    input,
    tools,
    max_output_tokens: 16,
  });
  expect(answer.output.map((item) => item.type)).toEqual(['compaction']);
  expect(JSON.parse(lastBody())).toMatchObject({ tools: [{ name: 'get_weather' }], tool_choice: { type: 'none' } });
});

test.each(models)('%s: a conversation by ids goes on from its compaction alone', async (model) => {
  const client = openai(proxy());
  const first = await client.responses.create({ model, input: 'An old matter of plums.' });
  const second = await client.responses.create({ model, input: [trigger], previous_response_id: first.id });
  expect(second.output.map((item) => item.type)).toEqual(['compaction']);
  const third = await client.responses.create({ model, input: 'And now?', previous_response_id: second.id });
  expect(third.status).toBe('completed');
  expect(lastBody()).not.toContain('compaction_trigger');
  expect(lastBody()).toContain('And now?');
});

test('the compact endpoint takes a stored conversation', async () => {
  const client = openai(proxy());
  const first = await client.responses.create({ model: native, input: 'Tell me of ferns.' });
  const compacted = await client.responses.compact({ model: native, previous_response_id: first.id });
  expect(compacted.output.map((item) => item.type)).toEqual(['message', 'compaction']);
});

test('a compaction of ours that was shortened is refused with its place', async () => {
  const item = { type: 'compaction' as const, encrypted_content: 'cf1.crossfeed.compaction.0.eyJz' };
  await expect(openai(proxy()).responses.create({ model: native, input: [item] })).rejects.toEqual(
    expect.objectContaining({ status: 400, param: 'input[0].encrypted_content' }),
  );
});

test.each([false, true])(
  'a model with the endpoint that refuses the trigger writes a summary, and is not asked again (streamed: %s)',
  async (streamed) => {
    const model = streamed ? 'gpt-5.2' : 'gpt-6-luna';
    const message = "Invalid value: 'compaction_trigger'. Supported values are: 'message' and 'reasoning'.";
    const body = { error: { message, code: 'invalid_value', param: 'input[3]' } };
    proxy().simulator.addFault({ on: '/responses', do: { kind: 'status', status: 400, body } });
    const client = openai(proxy());
    for (const calls of [2, 1]) {
      const before = proxy().simulator.requests.length;
      const asked = { model, input: [...said, trigger], store: false };
      const types: string[] = [];
      if (streamed) {
        for await (const event of await client.responses.create({ ...asked, stream: true }))
          if (event.type === 'response.completed') types.push(...event.response.output.map(({ type }) => type));
      } else {
        types.push(...(await client.responses.create(asked)).output.map(({ type }) => type));
      }
      expect(types).toEqual(['compaction']);
      expect(proxy().simulator.requests).toHaveLength(before + calls);
      expect(lastBody()).not.toContain('compaction_trigger');
    }
  },
);

test('a request that is refused with its trigger and without it was broken otherwise: the next trigger goes up', async () => {
  const body = { error: { message: 'The input is broken.', code: 'invalid_request' } };
  proxy().simulator.addFault({ on: '/responses', times: 2, do: { kind: 'status', status: 400, body } });
  const client = openai(proxy());
  const asked = { model: native, input: [...said, trigger], store: false };
  await expect(client.responses.create(asked)).rejects.toEqual(expect.objectContaining({ status: 400 }));
  expect((await client.responses.create(asked)).output.map(({ type }) => type)).toEqual(['compaction']);
  expect(lastBody()).toContain('compaction_trigger');
});
