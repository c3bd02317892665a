/** The cases of the Open Responses compliance suite over HTTP, on a model of the protocol's own and on translated ones. */
import { describe, expect, test } from 'vitest';
import { pixelPng } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';
import { compactionFaults, responseFaults, type Json } from './resource-faults.ts';
import {
  answerTo,
  askWeather,
  endOf,
  eventsOf,
  models,
  post,
  said,
  sentUp,
  textIn,
  typesIn,
  user,
  weather,
} from './suite.ts';

const proxy = useProxy();

function expectAnswer(response: Json, type = 'message') {
  expect(responseFaults(response)).toEqual([]);
  expect(response.status).toBe('completed');
  expect(typesIn(response)).toContain(type);
}

describe.each(models)('%s', (model) => {
  test('basic text', async () => {
    const response = await answerTo(proxy(), { model, input: [user('Greet me in three words.')] });
    expectAnswer(response);
    expect(response.model).toMatch(/^(?:gpt|claude|gemini)-/);
    expect(textIn(response)).toContain('Greet me in three words.');
  });

  test('streaming, with the events in their order', async () => {
    const events = await eventsOf(proxy(), { model, input: [user('Count to five.')] });
    const response = endOf(events);
    expectAnswer(response);
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe(textIn(response));
    const message = response.output.find(({ type }: Json) => type === 'message');
    // Reasoning may stand before it, or, where a thought's seal comes last, beside it.
    const ofOthers = ({ item, item_id: id }: Json) => (item?.id ?? id ?? message.id) !== message.id;
    const types = events.filter((event) => !ofOthers(event) && !deltas.includes(event)).map(({ type }) => type);
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const opened = events.find(({ type, item }) => type === 'response.output_item.added' && item.id === message.id);
    expect(opened.item).toMatchObject({ status: 'in_progress', content: [] });
  });

  test('system prompt', async () => {
    const input = [said('system', 'Speak as a lighthouse keeper does.'), user('Greet me.')];
    expectAnswer(await answerTo(proxy(), { model, input }));
    expect(sentUp(proxy())).toContain('Speak as a lighthouse keeper does.');
  });

  test('tool calling', async () => {
    const response = await answerTo(proxy(), { model, input: [user(askWeather)], tools: [weather] });
    expectAnswer(response, 'function_call');
    const call = response.output.find(({ type }: Json) => type === 'function_call');
    expect([call.name, JSON.parse(call.arguments)]).toEqual(['get_weather', { location: 'Bergen' }]);
    expect(response.tools).toMatchObject([{ name: 'get_weather' }]);
    const result = { type: 'function_call_output', call_id: call.call_id, output: 'nine degrees and rain' };
    const next = await answerTo(proxy(), {
      model,
      tools: [weather],
      input: [user(askWeather), ...response.output, result],
    });
    expectAnswer(next);
    expect(textIn(next)).toContain('nine degrees and rain');
  });

  test('tool calling, streamed', async () => {
    const events = await eventsOf(proxy(), { model, input: [user(askWeather)], tools: [weather] });
    const response = endOf(events);
    expectAnswer(response, 'function_call');
    const told = events.filter(({ type }) => type === 'response.function_call_arguments.delta');
    const done = events.find(({ type }) => type === 'response.function_call_arguments.done');
    expect(told.map(({ delta }) => delta).join('')).toBe(done.arguments);
    const items = events.filter(({ item }) => item?.type === 'function_call');
    expect(items.map(({ type }) => type)).toEqual(['response.output_item.added', 'response.output_item.done']);
    expect(items.map(({ item }) => item.status)).toEqual(['in_progress', 'completed']);
  });

  test('image input', async () => {
    const picture = { type: 'input_image', image_url: `data:image/png;base64,${pixelPng}` };
    const input = [user([{ type: 'input_text', text: 'What is this?' }, picture])];
    expectAnswer(await answerTo(proxy(), { model, input }));
    expect(sentUp(proxy())).toContain(pixelPng);
  });

  test('several turns, all of them in the input', async () => {
    const input = [user('I am Ingrid.'), said('assistant', 'Good day, Ingrid.'), user('Who am I?')];
    expectAnswer(await answerTo(proxy(), { model, input }));
    for (const text of ['I am Ingrid.', 'Good day, Ingrid.', 'Who am I?']) expect(sentUp(proxy())).toContain(text);
  });

  test.each([true, false])('several turns, by the id of the response before (store: %s)', async (store) => {
    const first = await answerTo(proxy(), { model, store, input: [user('I am Ingrid.')] });
    expect(first.store).toBe(store);
    const body = { model, previous_response_id: first.id, input: [user('Who am I?')] };
    if (!store) {
      const refused = await post(proxy(), body);
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ error: { code: 'previous_response_not_found' } });
      return;
    }
    const second = await answerTo(proxy(), body);
    expectAnswer(second);
    expect(second.previous_response_id).toBe(first.id);
    expect(sentUp(proxy())).toContain('I am Ingrid.');
  });

  test('phases of what the assistant said', async () => {
    const comment = [{ type: 'output_text', text: 'I look it up first.', annotations: [] }];
    const input = [
      user('How old is the tower?'),
      said('assistant', comment, { phase: 'commentary' }),
      said('assistant', 'It is ninety.', { phase: 'final_answer' }),
      user('And the bridge?'),
    ];
    expectAnswer(await answerTo(proxy(), { model, input }));
    for (const text of ['I look it up first.', 'It is ninety.']) expect(sentUp(proxy())).toContain(text);
  });

  test('compaction, and what comes after it', async () => {
    const input = [user('My boat is red.'), said('assistant', 'A fine colour.'), user('And its sail is white.')];
    const compacted = await answerTo(proxy(), { model, input }, '/v1/responses/compact');
    expect(compactionFaults(compacted)).toEqual([]);
    expect(typesIn(compacted)).toEqual(['message', 'message', 'compaction']);
    expectAnswer(await answerTo(proxy(), { model, input: [...compacted.output, user('What do you know?')] }));
  });
});

test('one of the models is reached as it is asked, the others by translation', async () => {
  const asked = await Promise.all(
    models.map((model) => post(proxy(), { model, store: false, input: [user('A word.')] })),
  );
  await Promise.all(asked.map((response) => response.arrayBuffer()));
  expect(asked.map(({ headers }) => headers.get('x-crossfeed-lane') === 'translated')).toEqual([false, true, true]);
});

test('compaction without a model is refused', async () => {
  const refused = await post(proxy(), { input: [user('A word.')] }, '/v1/responses/compact');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { type: 'invalid_request_error', param: 'model' } });
});

test('phases reach a model of the protocol as they are', async () => {
  const input = [user('A?'), said('assistant', 'B.', { phase: 'commentary' }), user('C?')];
  await answerTo(proxy(), { model: models[0], input });
  expect(JSON.parse(sentUp(proxy()))).toMatchObject({ input: [{}, { phase: 'commentary' }, {}] });
});
