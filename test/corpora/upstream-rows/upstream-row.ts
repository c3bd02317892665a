/** The form of an upstream row, and the few words in which rows are written. */
import type { RawAnswer } from '../../support/raw-upstream.ts';
import type { StreamWire } from '../../support/stream-grammar.ts';
import type { GoodStream, Wire } from './good-streams.ts';

/** `OK` whole and one ending; `MID` an in-band error and no success mark (a 502 without a stream); else a true status. */
export type Wanted = 'OK' | 'MID' | 'P502' | number;

export interface UpstreamRow {
  readonly id: string;
  readonly name: string;
  /** What the upstream answers to one call; called once a request, so a list plays one after the other. */
  answers(good: GoodStream, wire: Wire): RawAnswer | readonly RawAnswer[];
  /** `wire` is what the caller speaks. */
  readonly wanted: Wanted | ((wire: StreamWire) => Wanted);
  /** What a caller without a stream gets, where it is not `wanted` (and 502 for MID). */
  readonly wholeWanted?: Wanted | ((wire: StreamWire) => Wanted);
  readonly wires?: readonly Wire[];
  /** How the caller's call is made; default both. */
  readonly only?: 'stream' | 'whole';
  /** The lane on which a chat call of this row travels: on the raw lane payloads are the client's to judge. */
  readonly chatLane?: 'raw' | 'patched';
  /** How many calls the upstream may see; default 1. */
  readonly calls?: number;
  /** The call must not find a connection that was used before (`fresh`), or must find one (`used`). */
  readonly connection?: 'fresh' | 'used';
  /** The text of the answer, where it is not the good one. */
  readonly text?: string;
  /** The reason that the ending must give. */
  readonly reason?: string;
  /** The calls that the answer must hold: names and arguments. */
  readonly tools?: readonly (readonly [name: string, args: string])[];
  /** What the message of the failure must keep of the upstream's own. */
  readonly says?: RegExp;
  /** The code of the failure on the OpenAI faces, where it does not follow from the status. */
  readonly code?: string;
  /** It takes a time-out or a pause to be answered. */
  readonly waits?: true;
}

export const sse = (frames: readonly string[], blank = '\n\n') => frames.map((frame) => frame + blank).join('');
export const stream = (text: string | Buffer, more: Partial<RawAnswer> = {}): RawAnswer => ({
  chunks: [text],
  ...more,
});
export const goodText = (good: GoodStream) => sse(good.frames);
export const until = (good: GoodStream, at: number) => sse(good.frames.slice(0, at));
export const inserted = (good: GoodStream, frame: string, at = good.contentAt + 1) =>
  sse([...good.frames.slice(0, at), frame, ...good.frames.slice(at)]);
export const replaced = (good: GoodStream, at: number, frame: string) =>
  sse(good.frames.map((other, index) => (index === at ? frame : other)));
export const error = (
  body: string | object,
  status: number,
  type = 'application/json',
  headers: readonly string[] = [],
): RawAnswer => ({
  status,
  headers: [`content-type: ${type}`, ...headers],
  chunks: [typeof body === 'string' ? body : JSON.stringify(body)],
  framing: 'length',
});
export const typed = (good: GoodStream, ...headers: string[]) => stream(goodText(good), { headers });
export const coded = (good: GoodStream, coding: string, compress: (bytes: Buffer) => Buffer) =>
  stream(compress(Buffer.from(goodText(good))), {
    headers: ['content-type: text/event-stream', `content-encoding: ${coding}`],
  });
/** A chunk of chat as JSON text. */
export const chat = (body: string) =>
  `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",${body}}`;
