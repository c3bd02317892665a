/** Sound streams of each endpoint, taken apart into their events: what the fuzz of streams starts from. */
import fc from 'fast-check';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { answers } from '../laws/arbitraries/answers.ts';
import { writeStream } from '../laws/arbitraries/write-streams.ts';

const endpointOf = { chat: '/chat/completions', messages: '/v1/messages', responses: '/responses' } as const;
export const wires: readonly Wire[] = ['chat', 'messages', 'responses'];

export interface StreamSource {
  readonly wire: Wire;
  /** Without their blank lines. */
  readonly frames: readonly string[];
}

/** Some written by hand, `count` made up. */
export function streamSources(seed: number, count: number): Readonly<Record<Wire, readonly StreamSource[]>> {
  const of = (wire: Wire): readonly StreamSource[] => {
    const made = fc.sample(answers(endpointOf[wire]), { seed, numRuns: count });
    const texts = made.map((answer) => writeStream(endpointOf[wire], { ...answer, lineEnd: '\n' }).toString());
    return [
      { wire, frames: goodStreams[wire].frames },
      ...texts.map((text) => ({ wire, frames: text.split('\n\n').filter((frame) => frame !== '') })),
    ];
  };
  return { chat: of('chat'), messages: of('messages'), responses: of('responses') };
}

/** The payload of an event; undefined where it is none, or no JSON. */
export function payloadOf(frame: string): unknown {
  try {
    return JSON.parse(/(?:^|\n)data: ?([^\n]*)/.exec(frame)?.[1] ?? '') as unknown;
  } catch {
    return undefined;
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
const objectOf = (value: unknown): any => (typeof value === 'object' && value !== null ? value : {});

/** Whether an event says that the answer is whole: nothing without one may be shown as finished. */
export function isEnding(wire: Wire, frame: string): boolean {
  if (/(?:^|\n)data: ?\[DONE\]\s*(?:\n|$)/.test(frame)) return wire === 'chat';
  const payload = objectOf(payloadOf(frame));
  if (wire === 'chat')
    return (
      Array.isArray(payload.choices) &&
      payload.choices.some((choice: unknown) => objectOf(choice).finish_reason != null)
    );
  // Some say it in the name of the event alone.
  const type: unknown = payload.type ?? /(?:^|\n)event: ?([^\n]*)/.exec(frame)?.[1];
  if (wire === 'messages')
    return type === 'message_stop' || (type === 'message_delta' && payload.delta?.stop_reason != null);
  return ['response.completed', 'response.incomplete', 'response.done'].includes(String(type));
}
