/** The few words in which the quirks of answers are written. */
import type { GoodStream } from './good-streams.ts';
import { sse, stream, type UpstreamRow, type Wanted } from './upstream-row.ts';

export const event = (type: string, body: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}`;
/** The good stream with `frames` behind its text, and with another reason to end. */
export function behind(
  good: GoodStream,
  frames: readonly string[],
  reason?: readonly [was: string, is: string],
): string {
  const rest = good.frames.slice(good.finishAt).map((frame) => (reason ? frame.replace(...reason) : frame));
  return sse([...good.frames.slice(0, good.finishAt), ...frames, ...rest]);
}

type More = Partial<Omit<UpstreamRow, 'name' | 'wanted'>>;
type Written = (good: GoodStream) => string;
export const row =
  (id: string, wire: 'chat' | 'messages' | 'responses') =>
  (name: string, wanted: Wanted, text: Written, more: More = {}): UpstreamRow => ({
    id,
    name,
    wanted,
    wires: [wire],
    answers: (good) => stream(text(good)),
    ...more,
  });
export const broken = { code: 'invalid_response' } as const;
export const calls = { reason: 'tool_calls' } as const;
