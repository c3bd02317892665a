/** The official OpenAI SDK going on from stored responses: several turns, reading, deleting, and what is never kept. */
import { createHash } from 'node:crypto';
import type OpenAI from 'openai';
import type { Response, ResponseInputItem } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import { openai, weatherSchema } from '../support/sdk-clients.ts';
import { testAccount } from '../support/test-account.ts';
import { useProxy } from '../support/use-proxy.ts';

const otherKey = 'cf_another-key-of-the-same-seat';
const digestOf = (key: string) => createHash('sha256').update(key).digest('hex');

const proxy = useProxy({
  findByDigest: (digest) =>
    digest === digestOf(otherKey)
      ? {
          id: 'other',
          label: 'other',
          accountName: testAccount.name,
          models: null,
          project: null,
          expiresAt: null,
          revokedAt: null,
        }
      : undefined,
});

const models = ['gpt-6.1-sol', 'claude-sonnet-5.5', 'gemini-3.8-flash'];
const tool = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'Tells the weather of a city',
  parameters: { ...weatherSchema },
  strict: true,
};

const lastBody = () => String(proxy().simulator.requests.at(-1)?.body);

async function ask(
  client: OpenAI,
  body: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>,
  streamed: boolean,
): Promise<Response> {
  return streamed ? client.responses.stream(body).finalResponse() : client.responses.create(body);
}

const refused = (status: number, code: string) => expect.objectContaining({ status, code }) as unknown;

test.each(models.flatMap((model) => [false, true].map((streamed) => [model, streamed] as const)))(
  '%s goes on from the response before, three turns (streamed: %s)',
  async (model, streamed) => {
    const client = openai(proxy());
    const first = await ask(
      client,
      { model, input: 'My word is été.', instructions: 'Be brief about ferns.' },
      streamed,
    );
    const second = await ask(client, { model, input: 'And mine is kiwi.', previous_response_id: first.id }, streamed);
    expect(second.previous_response_id).toBe(first.id);
    const third = await ask(
      client,
      { model, input: [{ role: 'user', content: 'Which words?' }], previous_response_id: second.id },
      streamed,
    );
    expect(new Set([first.id, second.id, third.id]).size).toBe(3);
    const sent = lastBody();
    for (const said of ['My word is été.', 'And mine is kiwi.', 'Which words?'])
      expect(sent.split(said).length).toBeGreaterThan(1);
    expect(sent.indexOf('été')).toBeLessThan(sent.indexOf('kiwi'));
    expect(sent.indexOf('kiwi')).toBeLessThan(sent.indexOf('Which words'));
    // The vendor's rule: instructions are of their own turn alone.
    expect(sent).not.toContain('ferns');
    expect(sent).not.toContain('previous_response_id');
  },
);

test.each(models)('%s gets the result of its call by the id of the response alone', async (model) => {
  const client = openai(proxy());
  const asked = { model, tools: [tool], reasoning: { effort: 'high' as const } };
  const first = await client.responses.create({ ...asked, input: 'Look. [[sim:tool get_weather {"city":"Oslo"}]]' });
  const call = first.output.find((item) => item.type === 'function_call');
  const result: ResponseInputItem = {
    type: 'function_call_output',
    call_id: call?.call_id ?? '',
    output: 'minus four degrees',
  };
  const { data, response } = await client.responses
    .create({ ...asked, input: [result], previous_response_id: first.id })
    .withResponse();
  expect(data.output_text).toContain('minus four degrees');
  expect(response.headers.get('x-crossfeed-edits')).toContain('previous-response');
  expect(proxy().simulator.requests.at(-1)?.headers['x-initiator']).toBe('agent');
});

test.each(models)(
  '%s: items of a kept answer are named in place of being said again, as the AI SDK does',
  async (model) => {
    const client = openai(proxy());
    const asked = { model, tools: [tool], reasoning: { effort: 'high' as const } };
    const prompt = { role: 'user' as const, content: 'Look. [[sim:tool get_weather {"city":"Oslo"}]]' };
    const stream = client.responses.stream({ ...asked, input: [prompt] });
    const first = await stream.finalResponse();
    const call = first.output.find((item) => item.type === 'function_call');
    const references = first.output.map(({ id }): ResponseInputItem => ({ type: 'item_reference', id: id ?? '' }));
    const result: ResponseInputItem = {
      type: 'function_call_output',
      call_id: call?.call_id ?? '',
      output: 'minus four degrees',
    };
    const input = [prompt, ...references, result];
    const { data, response } = await client.responses.create({ ...asked, input }).withResponse();
    expect(data.output_text).toContain('minus four degrees');
    expect(response.headers.get('x-crossfeed-edits')).toContain('item-reference');
    expect(lastBody()).not.toContain('item_reference');
    const others = { type: 'item_reference' as const, id: 'fc_nobody' };
    await expect(client.responses.create({ ...asked, input: [prompt, others, result] })).rejects.toMatchObject({
      status: 400,
      param: 'input[1]',
    });
  },
);

test.each(models)('%s: what was answered can be read, its inputs listed, and deleted', async (model) => {
  const client = openai(proxy());
  const first = await client.responses.create({ model, input: 'one' });
  const second = await client.responses.create({ model, input: 'two', previous_response_id: first.id, store: true });
  expect(second).toMatchObject({ store: true, previous_response_id: first.id });
  const { output_text: _text, ...plain } = second;
  expect(await client.responses.retrieve(second.id)).toMatchObject({ id: plain.id, output: plain.output, store: true });
  const oldestFirst = await client.responses.inputItems.list(second.id, { order: 'asc' });
  expect(oldestFirst.data.map((item) => item.type)).toEqual([
    'message',
    ...first.output.map(({ type }) => type),
    'message',
  ]);
  const paged = [];
  for await (const item of client.responses.inputItems.list(second.id, { limit: 1 })) paged.push(item.id);
  expect(paged).toEqual(oldestFirst.data.map(({ id }) => id).toReversed());
  await client.responses.delete(second.id);
  await expect(client.responses.retrieve(second.id)).rejects.toEqual(refused(404, 'not_found'));
  await expect(client.responses.delete(second.id)).rejects.toEqual(refused(404, 'not_found'));
  await expect(client.responses.create({ model, input: 'x', previous_response_id: second.id })).rejects.toEqual(
    refused(400, 'previous_response_not_found'),
  );
});

test('a response that was deleted takes away what goes on from it', async () => {
  const client = openai(proxy());
  const model = 'gpt-6-luna';
  const first = await client.responses.create({ model, input: 'one' });
  const second = await client.responses.create({ model, input: 'two', previous_response_id: first.id });
  await client.responses.delete(first.id);
  await expect(client.responses.create({ model, input: 'three', previous_response_id: second.id })).rejects.toEqual(
    refused(400, 'previous_response_not_found'),
  );
});

test('with store:false nothing is kept, and what is unknown is refused', async () => {
  const client = openai(proxy());
  const { id } = await client.responses.create({ model: 'gpt-6-luna', input: 'one', store: false });
  await expect(client.responses.retrieve(id)).rejects.toEqual(refused(404, 'not_found'));
  await expect(
    client.responses.create({ model: 'gpt-6-luna', input: 'two', previous_response_id: id }),
  ).rejects.toEqual(refused(400, 'previous_response_not_found'));
});

test('another key sees none of it', async () => {
  const model = 'gpt-6-luna';
  const { id } = await openai(proxy()).responses.create({ model, input: 'mine', store: true });
  const stranger = openai({ url: proxy().url, key: otherKey });
  await expect(stranger.responses.retrieve(id)).rejects.toEqual(refused(404, 'not_found'));
  await expect(stranger.responses.inputItems.list(id)).rejects.toEqual(refused(404, 'not_found'));
  await expect(stranger.responses.delete(id)).rejects.toEqual(refused(404, 'not_found'));
  await expect(stranger.responses.create({ model, input: 'x', previous_response_id: id })).rejects.toEqual(
    refused(400, 'previous_response_not_found'),
  );
  expect((await openai(proxy()).responses.retrieve(id)).id).toBe(id);
});

test('a conversation may change its model from turn to turn', async () => {
  const client = openai(proxy());
  let previous: string | undefined;
  for (const model of [...models, ...models]) {
    const answer = await client.responses.create({
      model,
      input: `This is ${model}.`,
      reasoning: { effort: 'high' },
      ...(previous !== undefined && { previous_response_id: previous }),
    });
    previous = answer.id;
  }
  for (const model of models) expect(lastBody()).toContain(`This is ${model}.`);
});

test('two requests of one session that are equally long get responses of their own', async () => {
  const client = openai(proxy());
  const asked = { model: 'claude-sonnet-5.5', prompt_cache_key: 'the same session' };
  const [one, two] = await Promise.all(
    ['kiwi', 'plum'].map((word) => client.responses.create({ ...asked, input: `Say ${word}.` })),
  );
  expect(one?.id).not.toBe(two?.id);
  await client.responses.create({ ...asked, input: 'Again.', previous_response_id: one?.id ?? null });
  expect(lastBody()).toContain('kiwi');
  expect(lastBody()).not.toContain('plum');
});

test('where nobody spoke of storing, the lane stays raw', async () => {
  const { response } = await openai(proxy()).responses.create({ model: 'gpt-5.2', input: 'one' }).withResponse();
  expect(response.headers.get('x-crossfeed-lane')).toBe('raw');
});

test('an answer that broke off is not kept', async () => {
  const client = openai(proxy());
  let id = '';
  const stream = await client.responses.create({ model: 'gpt-6-luna', input: 'Go. [[sim:cut 6]]', stream: true });
  await expect(
    (async () => {
      for await (const event of stream) {
        if (event.type === 'response.created') id = event.response.id;
        if (event.type === 'response.failed') throw new Error('it failed');
      }
    })(),
  ).rejects.toThrow(/failed|stream/i);
  expect(id).not.toBe('');
  await expect(client.responses.retrieve(id)).rejects.toEqual(refused(404, 'not_found'));
});
