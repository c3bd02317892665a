import { expect, test } from 'vitest';
import { watchStream } from '../../../test/support/watch-stream.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { createResponsesWatch } from './stream-watch.ts';

const event = (type: string, body: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`;
const item = (id: string, type = 'message') => ({ id, type });
const response = { id: 'resp_1', object: 'response', created_at: 7, model: 'm', status: 'in_progress', output: [] };

const rotating =
  event('response.created', { sequence_number: 0, response }) +
  event('response.output_item.added', { sequence_number: 1, output_index: 0, item: item('rs_1', 'reasoning') }) +
  event('response.output_item.done', { sequence_number: 2, output_index: 0, item: item('rs_2', 'reasoning') }) +
  event('response.output_item.added', { sequence_number: 3, output_index: 1, item: item('msg_1') }) +
  event('response.output_text.delta', {
    sequence_number: 4,
    item_id: 'msg_2',
    output_index: 1,
    content_index: 0,
    delta: '"item_id":"msg_2" ü',
  }) +
  event('response.output_item.done', { sequence_number: 5, output_index: 1, item: item('msg_3') }) +
  event('response.completed', {
    sequence_number: 6,
    response: {
      ...response,
      id: 'resp_2',
      status: 'completed',
      output: [item('rs_9', 'reasoning'), item('msg_9')],
      usage: { input_tokens: 9, input_tokens_details: { cached_tokens: 4 }, output_tokens: 2 },
    },
    copilot_usage: { total_nano_aiu: 5 },
  });

test('an item keeps the id it was given first, in every event', () => {
  const watch = createResponsesWatch({ stableItemIds: true });
  const { payloads } = watchStream(watch, rotating);
  expect(payloads.map((payload) => payload.item?.id ?? payload.item_id).filter(Boolean)).toEqual([
    'rs_1',
    'rs_1',
    'msg_1',
    'msg_1',
    'msg_1',
  ]);
  expect(payloads.at(-1).response).toMatchObject({ id: 'resp_1', output: [{ id: 'rs_1' }, { id: 'msg_1' }] });
  expect(payloads[4].delta).toBe('"item_id":"msg_2" ü');
  expect(watch.standing.usage).toEqual({
    inputTokens: 5,
    cacheReadTokens: 4,
    cacheWriteTokens: null,
    outputTokens: 2,
    reasoningTokens: null,
    costNanoAiu: 5,
  });
});

test('a last event that leaves an item out shifts the others, which keep their ids', () => {
  const shifted = rotating.replace('{"id":"rs_9","type":"reasoning"},', '');
  const { payloads } = watchStream(createResponsesWatch({ stableItemIds: true }), shifted);
  expect(payloads.at(-1).response.output).toEqual([{ id: 'msg_1', type: 'message' }]);
});

test('with the rule off, and where ids do not rotate, every byte stays', () => {
  expect(watchStream(createResponsesWatch({ stableItemIds: false }), rotating).text).toBe(rotating);
  const steady = rotating
    .replaceAll(/"(rs|msg|resp)_\d"/g, '"$1_1"')
    .replaceAll(': ', ' :  ')
    .replaceAll(/^(event|data) : {2}/gm, '$1: ');
  expect(watchStream(createResponsesWatch({ stableItemIds: true }), steady).text).toBe(steady);
});

test('a failure is one response.failed with the next sequence number and the same response', () => {
  const watch = createResponsesWatch({ stableItemIds: true });
  watchStream(watch, rotating.slice(0, rotating.indexOf('event: response.completed')));
  const frame = watch.failure(new ProxyError('upstream_truncated', 'broke off'), 'x1');
  expect(frame.startsWith('event: response.failed\ndata: ')).toBe(true);
  expect(JSON.parse(frame.split('\n')[1]?.slice(6) ?? '')).toMatchObject({
    type: 'response.failed',
    sequence_number: 6,
    response: {
      id: 'resp_1',
      status: 'failed',
      model: 'm',
      error: { code: 'upstream_truncated', message: 'broke off' },
    },
  });
});

test('without a last event nothing is complete', () => {
  const watch = createResponsesWatch({ stableItemIds: true });
  watchStream(watch, rotating.slice(0, rotating.indexOf('event: response.completed')));
  expect(watch.standing.ended).toBe(false);
  expect(watch.completion()).toBe(null);
});

test('a response that failed before it said anything is an error with a status, later an ending', () => {
  const failed = event('response.failed', { sequence_number: 2, response: { ...response, error: { code: 'x' } } });
  const created = event('response.created', { sequence_number: 0, response });
  const first = createResponsesWatch({ stableItemIds: true });
  expect(first.frame(created, 0, created.length)).toBe('forward');
  expect(first.frame(failed, 0, failed.length)).toMatchObject({ kind: 'upstream-error' });
  expect(first.standing.hasContent).toBe(false);
  const later = createResponsesWatch({ stableItemIds: true });
  expect(watchStream(later, rotating.slice(0, rotating.indexOf('event: response.completed')) + failed).text).toContain(
    failed,
  );
  expect(later.standing.ended).toBe(true);
});

test.each(['response.completed', 'response.incomplete', 'response.cancelled'])('%s ends the stream', (type) => {
  const watch = createResponsesWatch({ stableItemIds: true });
  const { text } = watchStream(
    watch,
    event(type, { sequence_number: 0, response }) + event('response.output_text.delta', { delta: 'late' }),
  );
  expect(watch.standing.ended).toBe(true);
  expect(text).not.toContain('late');
});

test.each([true, false])(
  "an end that only the event's name tells is told in its data, ids stable: %s",
  (stableItemIds) => {
    const watch = createResponsesWatch({ stableItemIds });
    const { payloads } = watchStream(watch, rotating.replace('"type":"response.completed",', ''));
    expect(payloads.at(-1)).toMatchObject({ type: 'response.completed', sequence_number: 6 });
    expect(watch.standing).toMatchObject({ ended: true, endingMended: true });
  },
);
