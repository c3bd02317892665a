/** Streams that are sound event by event, and odd as a whole (U-043 to U-060). */
import { chat, goodText, inserted, sse, stream, until, type UpstreamRow } from './upstream-row.ts';
import type { GoodStream } from './good-streams.ts';

export const semanticsRows: readonly UpstreamRow[] = [
  {
    id: 'U-043',
    name: 'finish seen, last frame missing',
    answers: (good) => stream(sse(good.frames.slice(0, -1))),
    wanted: 'OK',
    wires: ['chat', 'messages'],
  },
  {
    id: 'U-044',
    name: '[DONE] seen, no finish',
    answers: (good) => stream(sse(good.frames.filter((_, index) => index !== good.finishAt))),
    wanted: 'OK',
    wires: ['chat', 'messages'],
  },
  {
    id: 'U-045',
    code: 'upstream_truncated',
    name: 'neither finish nor last frame, clean FIN',
    answers: (good) => stream(until(good, good.finishAt)),
    wanted: 'MID',
  },
  {
    id: 'U-046',
    name: 'finish twice',
    answers: (good) => stream(inserted(good, good.frames[good.finishAt] ?? '', good.finishAt + 1)),
    wanted: 'OK',
    wires: ['chat'],
    chatLane: 'patched',
  },
  {
    id: 'U-048',
    name: 'usage twice',
    answers: (good) => stream(inserted(good, good.frames[5] ?? '', 6)),
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-049',
    name: 'no usage',
    answers: (good) => stream(sse(good.frames.filter((_, index) => index !== 5))),
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-057',
    name: 'finish tool_calls but no call',
    answers: (good) => stream(goodText(good).replace('"stop"', '"tool_calls"')),
    wanted: 'OK',
    wires: ['chat'],
    chatLane: 'patched',
    only: 'stream',
  },
  {
    id: 'U-060',
    name: 'finish weird',
    answers: (good) => stream(goodText(good).replace('"stop"', '"weird"')),
    wanted: 'OK',
    wires: ['chat'],
    chatLane: 'patched',
    only: 'stream',
  },
  {
    id: 'U-052',
    name: 'arguments that are no JSON',
    answers: (good) => stream(withCalls(good, [callDelta(0, 'call_a', 'f', '{"a":')])),
    tools: [['f', '{"a":']],
    reason: 'tool_calls',
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-053',
    name: 'a call without an id',
    answers: (good) => stream(withCalls(good, [callDelta(0, undefined, 'f', '{}')])),
    tools: [['f', '{}']],
    reason: 'tool_calls',
    wanted: 'OK',
    wires: ['chat'],
    chatLane: 'patched',
    only: 'stream',
  },
  {
    id: 'U-055',
    name: 'arguments before the name',
    answers: (good) =>
      stream(withCalls(good, [callDelta(0, 'call_a', undefined, '{"a"'), callDelta(0, undefined, 'f', ':1}')])),
    tools: [['f', '{"a":1}']],
    reason: 'tool_calls',
    wanted: 'OK',
    wires: ['chat'],
    chatLane: 'patched',
  },
  {
    id: 'U-056',
    name: 'two calls whose pieces alternate',
    answers: (good) =>
      stream(
        withCalls(good, [
          callDelta(0, 'call_a', 'f', '{"a"'),
          callDelta(1, 'call_b', 'g', '{"b"'),
          callDelta(0, undefined, undefined, ':1}'),
          callDelta(1, undefined, undefined, ':2}'),
        ]),
      ),
    tools: [
      ['f', '{"a":1}'],
      ['g', '{"b":2}'],
    ],
    reason: 'tool_calls',
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-058',
    name: 'finish content_filter',
    answers: (good) => stream(goodText(good).replace('"stop"', '"content_filter"')),
    reason: 'content_filter',
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-058',
    name: 'stop reason refusal',
    answers: (good) => stream(goodText(good).replace('"end_turn"', '"refusal"')),
    reason: 'refusal',
    wanted: 'OK',
    wires: ['messages'],
  },
  {
    id: 'U-058',
    name: 'incomplete for a content filter',
    answers: (good) =>
      stream(
        goodText(good)
          .replaceAll('response.completed', 'response.incomplete')
          .replace('"status":"completed","output":', '"status":"incomplete","output":'),
      ),
    reason: 'incomplete',
    wanted: 'OK',
    wires: ['responses'],
  },
];

/** A piece of a tool call. */
function callDelta(index: number, id: string | undefined, name: string | undefined, args: string): string {
  const call = { index, ...(id === undefined ? {} : { id, type: 'function' }), function: { name, arguments: args } };
  return chat(`"choices":[{"index":0,"delta":{"tool_calls":[${JSON.stringify(call)}]}}]`);
}

/** The good stream, which calls tools after its text. */
function withCalls(good: GoodStream, frames: readonly string[]): string {
  return sse([
    ...good.frames.slice(0, good.finishAt),
    ...frames,
    ...good.frames.slice(good.finishAt).map((frame) => frame.replace('"stop"', '"tool_calls"')),
  ]);
}
