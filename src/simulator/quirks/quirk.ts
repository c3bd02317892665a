/** A quirk: one way in which the real service's streams differ from the book, as a rewriting of wire events. */
import type { JsonObject } from '../json-value.ts';

/** One event of a stream, before it becomes bytes. */
export interface WireEvent {
  /** Undefined for `[DONE]` and other words that are no JSON. */
  readonly payload?: JsonObject;
  readonly text?: string;
  readonly marks?: 'finish' | 'done';
  /** Nothing is sent for so long before this event. */
  readonly waitMs?: number;
}

export interface QuirkScene {
  readonly thinkingDelayMs: number;
}

export type QuirkPath = '/chat/completions' | '/responses' | '/v1/messages';

export interface Quirk {
  readonly on: readonly QuirkPath[];
  /** For the docs: what a client sees. */
  readonly what: string;
  rewrite(events: Iterable<WireEvent>, scene: QuirkScene): Iterable<WireEvent>;
}

/** A quirk that looks at one payload at a time; what it returns goes out in its place, null leaves it as it is. */
export function eachPayload(
  on: QuirkPath,
  what: string,
  change: (payload: JsonObject, event: WireEvent) => readonly JsonObject[] | null,
): Quirk {
  return {
    on: [on],
    what,
    *rewrite(events) {
      for (const event of events) {
        const changed = event.payload === undefined ? null : change(event.payload, event);
        if (changed === null) yield event;
        else for (const payload of changed) yield { ...event, payload };
      }
    },
  };
}
