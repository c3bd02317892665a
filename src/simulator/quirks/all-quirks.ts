/** All quirks by name, and those that are about bytes and lines rather than about events. */
import { chatQuirks } from './chat-quirks.ts';
import { messagesQuirks } from './messages-quirks.ts';
import type { Quirk, QuirkPath } from './quirk.ts';
import { responsesQuirks } from './responses-quirks.ts';

export const eventQuirks = { ...chatQuirks, ...responsesQuirks, ...messagesQuirks } as const;

/** Seen on every stream; `crlf` and `split-bytes` are faults with the same meaning for one request. */
export const lineQuirks = {
  comments: 'a comment line before every event',
  'several-data-lines': 'the JSON of an event over several `data:` lines',
  crlf: 'CRLF line ends',
  'split-bytes': 'one byte a write, which splits characters too',
  'no-done': 'without `[DONE]` or `message_stop`',
  'stray-done': '`[DONE]` behind the last event, also where no protocol has it',
} as const;

/** Of an answer in one piece. */
export const wholeQuirks = {
  'rising-choices': "Claude's split choices on chat count upwards instead of all being 0",
} as const;

export type QuirkName = keyof typeof eventQuirks | keyof typeof lineQuirks | keyof typeof wholeQuirks;

export const quirkNames = [
  ...Object.keys(eventQuirks),
  ...Object.keys(lineQuirks),
  ...Object.keys(wholeQuirks),
] as readonly QuirkName[];

export function isQuirkName(name: unknown): name is QuirkName {
  return quirkNames.some((known) => known === name);
}

export function eventQuirkOf(name: QuirkName, path: QuirkPath): Quirk | undefined {
  const quirks: Readonly<Record<string, Quirk>> = eventQuirks;
  const quirk = quirks[name];
  return quirk?.on.includes(path) ? quirk : undefined;
}
