/** Streams with something wrong: the events changed, then the bytes, then the connection that they come on. */
import type { Wire } from '../corpora/upstream-rows/good-streams.ts';
import type { RawAnswer } from '../support/raw-upstream.ts';
import { mutateValue } from './mutate-json.ts';
import type { Random } from './random.ts';
import { isEnding, payloadOf, type StreamSource } from './stream-sources.ts';

export interface PlayedStream {
  readonly answer: RawAnswer;
  /** `same`: nothing that was done to it means anything. `unfinished`: it must not be shown as finished. */
  readonly wanted: 'same' | 'unfinished' | 'any';
  /** What was done, for whoever reads a finding. */
  readonly told: readonly string[];
}

type Frames = string[];
interface FrameChange {
  readonly name: string;
  change(frames: Frames, random: Random, wire: Wire, others: readonly StreamSource[]): void;
}

const errors: Readonly<Record<Wire, readonly string[]>> = {
  chat: [
    'data: {"error":{"message":"it broke","code":"server_error"}}',
    'event: error\ndata: {"error":{"message":"it broke","type":"api_error"}}',
    'data: {"error":"it broke"}',
  ],
  messages: [
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"it broke"}}',
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"it broke"}}',
  ],
  responses: [
    'event: error\ndata: {"type":"error","code":"server_error","message":"it broke","param":null,"sequence_number":99}',
    'event: response.failed\ndata: {"type":"response.failed","sequence_number":99,"response":{"id":"resp_1","object":"response","status":"failed","output":[],"error":{"code":"server_error","message":"it broke"}}}',
  ],
};

const rubbish: readonly string[] = [
  'data:', 'data: ', 'data', 'data: null', 'data: []', 'data: 0', 'data: "x"', 'data: {}', 'data: {"choices":[]}',
  'data: {"type":"ping"}', 'event: ping\ndata: {"type":"ping"}', 'event: x', 'event: message_stop', 'data: {',
  'data: <html><body>502 Bad Gateway</body></html>', '<html><body>502</body></html>', '{"error":{"message":"bare"}}',
  'data: [DONE]', 'data: [DONE]\ndata: [DONE]', 'data: {"choices":[{}]}', 'data: {"choices":[null]}', 'event: [DONE]',
  'data: {"type":"constructor"}', 'event: __proto__\ndata: {"type":"__proto__"}', 'data: {"__proto__":{"polluted":1}}',
  'data: {"type":"content_block_delta","index":7,"delta":{"type":"text_delta","text":"x"}}',
  'data: {"choices":[{"index":9,"delta":{"tool_calls":[{"index":5,"function":{"arguments":"x"}}]}}]}',
  'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"constructor"}]}',
  'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","output_index":4,"delta":"x"}',
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(250_000) } }] })}`,
]; // prettier-ignore

const frameChanges: readonly FrameChange[] = [
  { name: 'dropped', change: (frames, random) => void frames.splice(random.below(frames.length), 1) },
  {
    name: 'doubled',
    change(frames, random) {
      const at = random.below(frames.length);
      frames.splice(at, 0, frames[at] ?? '');
    },
  },
  {
    name: 'reordered',
    change(frames, random) {
      const [frame = ''] = frames.splice(random.below(frames.length), 1);
      frames.splice(random.below(frames.length + 1), 0, frame);
    },
  },
  { name: 'cut', change: (frames, random) => void frames.splice(random.below(frames.length)) },
  {
    name: 'bent',
    change(frames, random) {
      const at = random.below(frames.length);
      const frame = frames[at] ?? '';
      const payload = payloadOf(frame);
      if (typeof payload !== 'object' || payload === null) return;
      const bent = JSON.stringify(mutateValue(payload, random));
      frames[at] = frame.replace(/(^|\n)data: ?[^\n]*/, (_, before: string) => `${before}data: ${bent}`);
    },
  },
  {
    name: 'two in one',
    change(frames, random) {
      const at = random.below(frames.length);
      const next = /(?:^|\n)data: ?([^\n]*)/.exec(frames[at + 1] ?? '')?.[1] ?? '{}';
      frames[at] = random.once(2) ? `${frames[at]}${next}` : `${frames[at]}\ndata: ${next}`;
    },
  },
  {
    name: 'misnamed',
    change(frames, random) {
      const at = random.below(frames.length);
      const bare = (frames[at] ?? '').replace(/(^|\n)event:[^\n]*\n/, '$1');
      frames[at] = random.once(2) ? bare : `event: ${random.pick(['message', 'error', 'x', 'message_stop'])}\n${bare}`;
    },
  },
  {
    name: 'rubbish between',
    change: (frames, random) => void frames.splice(random.below(frames.length + 1), 0, random.pick(rubbish)),
  },
  {
    name: 'a foreign event',
    change(frames, random, _wire, others) {
      frames.splice(random.below(frames.length + 1), 0, random.pick(random.pick(others).frames));
    },
  },
  { name: 'all of it twice', change: (frames) => void frames.push(...frames) },
  { name: 'backwards', change: (frames) => void frames.splice(0, frames.length, ...frames.toReversed()) },
];

/** Bytes that a reader of server-sent events takes for the same. */
function dressed(frames: readonly string[], random: Random, told: string[]): string {
  const eol = random.pick(['\n', '\n', '\n', '\r\n', '\r']);
  if (eol !== '\n') told.push(eol === '\r' ? 'CR' : 'CRLF');
  const seasoned = frames.flatMap((frame) =>
    random.once(12) ? [random.pick([': ping', ':', 'retry: 5', '']), frame] : [frame],
  );
  const bom = random.once(15) ? '\ufeff' : '';
  return (
    bom +
    seasoned
      .map((frame) => `${frame}\n\n`)
      .join('')
      .replaceAll('\n', eol)
  );
}

function pieces(bytes: Buffer, random: Random): Buffer[] {
  const cuts = Array.from({ length: random.below(random.pick([1, 2, 4, 12])) }, () => random.below(bytes.length + 1));
  const edges = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

/** A fault of the connection, where there is one. */
function connection(random: Random, told: string[], length: number): Partial<RawAnswer> {
  if (!random.once(12)) return random.once(3) ? { framing: random.pick(['length', 'close'] as const) } : {};
  const end = random.once(60) ? 'silence' : random.pick(['fin', 'reset'] as const);
  const framing = random.once(4) ? length + 1 + random.below(50) : 'chunked';
  told.push(`${end}, ${framing}`);
  return { end, framing };
}

export function playStream(source: StreamSource, others: readonly StreamSource[], random: Random): PlayedStream {
  const { wire } = source;
  const told: string[] = [];
  const frames = [...source.frames];
  let wanted: PlayedStream['wanted'] = 'same';
  let inBand: string | undefined;
  const first = frames.findIndex((frame) => isEnding(wire, frame));
  if (random.once(12) && first >= 0) {
    told.push('an error in-band');
    inBand = random.pick(errors[wire]);
    frames.splice(random.below(first + 1), 0, inBand);
    wanted = 'unfinished';
  } else if (!random.once(6)) {
    for (let left = 1 + random.below(random.pick([1, 1, 2, 4])); left > 0 && frames.length > 0; left -= 1) {
      const chosen = random.pick(frameChanges);
      told.push(chosen.name);
      chosen.change(frames, random, wire, others);
    }
    wanted = frames.some((frame) => isEnding(wire, frame)) ? 'any' : 'unfinished';
  }
  let bytes = Buffer.from(dressed(frames, random, told));
  if (random.once(10) && bytes.length > 0) {
    const at = random.below(bytes.length);
    if (random.once(3)) {
      told.push(`byte ${at} is another`);
      bytes[at] = random.pick([0xff, 0xc0, 0xe2, 0, 0x0a, 0x22, 0x7b, random.below(256)]);
      // An error that lost its `data` to it is no event any more.
      const stands = inBand !== undefined && bytes.toString().replaceAll(/\r\n?/g, '\n').includes(inBand);
      if (wanted === 'same' || (inBand !== undefined && !stands)) wanted = 'any';
    } else {
      told.push(`cut at byte ${at}`);
      bytes = bytes.subarray(0, at);
      const rest = bytes
        .toString()
        .replace('\ufeff', '')
        .split(/\r\n\r\n|\n\n|\r\r/);
      const isWhole = rest.some((frame) => isEnding(wire, frame.replaceAll(/\r\n?/g, '\n')));
      wanted = isWhole ? 'any' : 'unfinished';
    }
  }
  const ways = connection(random, told, bytes.length);
  if (ways.end !== undefined && wanted === 'same') wanted = 'any';
  return { answer: { chunks: pieces(bytes, random), ...ways }, wanted, told };
}
