/** What a strict reader notes down of a stream, whatever its protocol. */

export interface ReadStream {
  /** `finished` is what a client takes for a success; `unfinished` has neither an ending nor an error. */
  readonly ending: 'finished' | 'failed' | 'unfinished';
  readonly text: string;
  /** The arguments of every tool call, as their pieces join. */
  readonly calls: readonly { readonly id: unknown; readonly name: unknown; readonly arguments: string }[];
  /** The reason that the ending gives: `stop`, `end_turn`, `completed`. */
  readonly reason: unknown;
  /** What breaks the grammar, a sentence each. Empty for a stream that every SDK can read. */
  readonly breaches: readonly string[];
}

interface Call {
  id: unknown;
  name: unknown;
  arguments: string;
}

export interface Reading {
  ending: ReadStream['ending'];
  text: string;
  readonly calls: Map<unknown, Call>;
  reason: unknown;
  readonly breaches: string[];
}

/** An event, or a line. */
export interface Seen {
  readonly event: string | undefined;
  readonly data: string;
}

export type StreamReader = (reading: Reading) => (seen: Seen) => void;

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
export type Json = any;

export function parsed(reading: Reading, data: string): Json {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  reading.breaches.push(`this is no JSON object: ${data.slice(0, 60)}`);
  return {};
}
