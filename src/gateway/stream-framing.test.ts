/** Tests of streams that are no server-sent events. */
import { describe, expect, test } from 'vitest';
import { ProxyError } from '../errors/proxy-error.ts';
import { newStanding, type FrameVerdict, type StreamWatch } from '../protocols/protocol.ts';
import { createFramedWatch } from './stream-framing.ts';

/** Says each verdict in turn; `last` ends the stream with its frame. */
function watchOf(verdicts: readonly FrameVerdict[], last = -1): StreamWatch {
  const standing = newStanding();
  let at = -1;
  return {
    standing,
    frame() {
      at += 1;
      standing.ended = at === last;
      return verdicts[at] ?? 'drop';
    },
    completion: () => 'data: {"end":1}\r\n\r\n',
    failure: (error) => `data: {"error":"${error.message}"}\r\n\r\n`,
  };
}

const says = (text: string): FrameVerdict => ({ kind: 'replace', text });
const gemini = [
  says('data: {"a":1}\r\n\r\n'),
  'drop',
  says('data: {"b":"data: x"}\r\n\r\ndata: {"c":[]}\r\n\r\n'),
] as const;
const failed = new ProxyError('upstream_stalled', 'Köln');

function down(watch: StreamWatch, frames: number): string {
  let text = '';
  for (let at = 0; at < frames; at += 1) {
    const verdict = watch.frame('', 0, 0);
    if (typeof verdict === 'object' && verdict.kind === 'replace') text += verdict.text;
  }
  return text;
}

describe('a JSON array', () => {
  test('opens with the first element and closes with the last', () => {
    const text = down(createFramedWatch(watchOf(gemini, 2), 'json-array'), 3);
    expect(text).toBe('[{"a":1},\r\n{"b":"data: x"},\r\n{"c":[]}]');
  });

  test('closes where the last frame says nothing', () => {
    expect(down(createFramedWatch(watchOf([gemini[0], 'drop'], 1), 'json-array'), 2)).toBe('[{"a":1}]');
  });

  test.each([
    ['before any element', 0, [{ error: 'Köln' }]],
    ['behind one', 1, [{ a: 1 }, { error: 'Köln' }]],
  ])('stays valid after an error %s', (_when, frames, elements) => {
    const watch = createFramedWatch(watchOf(gemini), 'json-array');
    expect(JSON.parse(down(watch, frames) + watch.failure(failed, 'x'))).toEqual(elements);
  });

  test('is completed where the upstream left out the ending', () => {
    const watch = createFramedWatch(watchOf(gemini), 'json-array');
    expect(JSON.parse(`${down(watch, 1)}${watch.completion()}`)).toEqual([{ a: 1 }, { end: 1 }]);
  });

  test('of nothing is empty', () => {
    expect(down(createFramedWatch(watchOf(['drop'], 0), 'json-array'), 1)).toBe('[]');
  });
});

test('lines: one an event, whatever the frames were', () => {
  const watch = createFramedWatch(watchOf([says('data: {"a":1}\n\ndata: {"b":2}\n\n')]), 'ndjson');
  expect(down(watch, 1)).toBe('{"a":1}\n{"b":2}\n');
  expect(watch.failure(failed, 'x')).toBe('{"error":"Köln"}\n');
});

test('what the upstream says of itself goes on as it is', () => {
  const broken: FrameVerdict = { kind: 'broken', message: 'no' };
  expect(createFramedWatch(watchOf([broken]), 'ndjson').frame('', 0, 0)).toBe(broken);
});
