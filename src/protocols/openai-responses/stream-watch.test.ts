import { describe, expect, test } from 'vitest';
import { oneCharacterOff } from '../../../test/support/one-character-off.ts';
import { watchStream } from '../../../test/support/watch-stream.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { StreamWatch } from '../protocol.ts';
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

describe('a delta that is compared with the one before comes out as if it was parsed', () => {
  const added = event('response.output_item.added', { sequence_number: 1, output_index: 1, item: item('msg_1') });
  const place = { output_index: 1, content_index: 0 };
  const delta = (id: string, text: string, sequence: number) =>
    event('response.output_text.delta', {
      ...place,
      item_id: id,
      delta: text,
      obfuscation: 'Zk',
      sequence_number: sequence,
    });
  const before = delta('msg_2', 'The', 2);

  /** What goes down, and the number that a failure would have next; null where the event breaks the stream. */
  function judged(watch: StreamWatch, frame: string) {
    const verdict = watch.frame(frame, 0, frame.length);
    if (typeof verdict === 'object' && verdict.kind !== 'replace') return null;
    const failed = watch.failure(new ProxyError('upstream_truncated', ''), 'x');
    const text = typeof verdict === 'object' ? verdict.text : verdict === 'forward' ? frame : '';
    return { text, next: Number(/"sequence_number":(-?\d+)/.exec(failed)?.[1]) };
  }

  test.each([
    ['another text and id', delta('msg_33', ' valve', 3)],
    ['an escaped text', delta('msg_4', 'a "\n\\" \u0001 ü', 3)],
    ['an id with a quote', delta('msg_"', 'a', 3)],
    ['the first id again', delta('msg_1', 'a', 3)],
    ['another item', delta('msg_5', 'a', 3).replace('"output_index":1', '"output_index":2')],
    ['another kind', delta('msg_5', 'a', 3).replaceAll('output_text', 'refusal')],
    ['another name', delta('msg_5', 'a', 3).replace('event: response.output_text', 'event: response.refusal')],
    ['no name', delta('msg_5', 'a', 3).slice('event: response.output_text.delta\n'.length)],
    ['one member more', delta('msg_5', 'a', 3).replace('}\n\n', ',"usage":1}\n\n')],
  ])('%s', (_what, frame) => {
    const view = Buffer.from(frame).toString('latin1');
    for (const stableItemIds of [true, false]) {
      const [watch, alone] = [createResponsesWatch({ stableItemIds }), createResponsesWatch({ stableItemIds })];
      for (const earlier of [added, before]) judged(watch, earlier);
      judged(alone, added);
      expect(judged(watch, view)).toEqual(judged(alone, view));
    }
  });

  test.each([true, false])('or breaks the stream, one character off, ids stable: %s', (stableItemIds) => {
    for (const frame of oneCharacterOff(delta('msg_3', 'a\\n', 10))) {
      const [watch, alone] = [createResponsesWatch({ stableItemIds }), createResponsesWatch({ stableItemIds })];
      for (const earlier of [added, before]) judged(watch, earlier);
      judged(alone, added);
      const [got, wanted] = [judged(watch, frame), judged(alone, frame)];
      if (wanted !== null) expect([frame, got?.text]).toEqual([frame, wanted.text]);
      // An id that is no JSON is replaced before anybody gets it.
      else if (got !== null) expect([frame, got.text]).toEqual([frame, delta('msg_1', 'a\\n', 10)]);
    }
  });
});
