/** Plays Responses events through the codec's machines: frames to parts, parts to frames. */
import { createFrameSplitter, readFrame } from '../../src/framing/server-sent-events.ts';
import type { RequestEdit } from '../../src/canonical/request-edit.ts';
import type { StreamPart } from '../../src/canonical/stream-part.ts';
import type { DecodeVerdict, SealedEntry, StreamEncoder } from '../../src/protocols/protocol.ts';
import { decodeResponsesRequest } from '../../src/protocols/openai-responses/decode-request.ts';
import { createResponsesGrammar } from '../../src/protocols/openai-responses/grammar.ts';
import { createResponsesStreamDecoder } from '../../src/protocols/openai-responses/stream-decoder.ts';
import { createResponsesStreamEncoder } from '../../src/protocols/openai-responses/stream-encoder.ts';

/** Events as an upstream writes them. */
export function framesOf(events: readonly { readonly type: string; readonly [member: string]: unknown }[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

export interface DecodedStream {
  readonly parts: readonly StreamPart[];
  readonly verdict: DecodeVerdict;
  readonly isWhole: boolean;
}

export function decodeStream(frames: string): DecodedStream {
  const parts: StreamPart[] = [];
  const decoder = createResponsesStreamDecoder({
    emit: (part) => void parts.push(part),
    mintCallId: (index) => `call_minted${index}`,
  });
  let verdict: DecodeVerdict = 'taken';
  const splitter = createFrameSplitter(1024 * 1024, (text, _bytes, start, end) => {
    const { event, data } = readFrame(text, start, end);
    if (verdict === 'taken') verdict = decoder.push(event, data);
  });
  splitter.push(Buffer.from(frames));
  return { parts, verdict, isWhole: decoder.end() };
}

export interface EncodedStream {
  // oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
  readonly events: any[];
  readonly frames: string;
  readonly writes: number;
  readonly edits: readonly RequestEdit[];
  readonly sealed: readonly (readonly SealedEntry[])[];
  /** What the grammar has to say; empty where nothing. */
  readonly faults: readonly string[];
}

/** `play` drives the encoder; what it returns goes down last. */
export function encodeStream(play: (encoder: StreamEncoder) => string | undefined, body: object = {}): EncodedStream {
  const edits: RequestEdit[] = [];
  const sealed: (readonly SealedEntry[])[] = [];
  let frames = '';
  let writes = 0;
  const encoder = createResponsesStreamEncoder({
    write: (text) => {
      frames += text;
      writes += 1;
    },
    model: 'm',
    createdAtS: 7,
    mint: (kind, index) => `${kind}${index}`,
    request: decodeResponsesRequest({ model: 'm', input: 'hi', ...body }, () => undefined),
    seal: (entries) => {
      sealed.push(entries);
      return `sealed:${entries.map(({ blob }) => blob).join(',')}`;
    },
    report: (edit) => void edits.push(edit),
  });
  const last = play(encoder);
  frames += last ?? '';
  const text = Buffer.from(frames, 'latin1').toString();
  const grammar = createResponsesGrammar();
  const faults: string[] = [];
  const events = text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => {
      const event: unknown = JSON.parse(line.slice('data: '.length));
      faults.push(...[grammar.push(event)].filter((fault) => fault !== null));
      return event;
    });
  faults.push(...[grammar.end()].filter((fault) => fault !== null));
  return { events, frames: text, writes, edits, sealed, faults };
}

export function encodeParts(parts: readonly StreamPart[], body: object = {}): EncodedStream {
  return encodeStream((encoder) => {
    for (const part of parts) encoder.push(part);
    return undefined;
  }, body);
}

const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] };
/** How an answer begins, and how it ends well. */
export const created = { type: 'response.created', sequence_number: 0, response };
const usage = { input_tokens: 9, input_tokens_details: { cached_tokens: 4 }, output_tokens: 2 };
export const completed = {
  type: 'response.completed',
  response: { ...response, status: 'completed', usage },
  copilot_usage: { total_nano_aiu: 5 },
};

/** The events of one text, with ids that rotate as Copilot's do. */
export function textEvents(output_index: number, ...deltas: readonly string[]) {
  const place = (id: string) => ({ item_id: id, output_index, content_index: 0 });
  const whole = deltas.join('');
  const part = { type: 'output_text', text: whole, annotations: [], logprobs: [] };
  return [
    {
      type: 'response.output_item.added',
      output_index,
      item: { id: 'a', type: 'message', role: 'assistant', content: [], phase: 'commentary' },
    },
    { type: 'response.content_part.added', ...place('b'), part: { ...part, text: '' } },
    ...deltas.map((delta, index) => ({
      type: 'response.output_text.delta',
      delta,
      logprobs: [],
      obfuscation: '"x\\',
      ...place(`c${index}`),
    })),
    { type: 'response.output_text.done', ...place('d'), text: whole, logprobs: [] },
    { type: 'response.content_part.done', ...place('e'), part },
    { type: 'response.output_item.done', output_index, item: { id: 'f', type: 'message', content: [part] } },
  ];
}
