/** Puts quirks on: frames of a stream are read back into events, rewritten, and written as frames again. */
import type { Frame } from './event-writer.ts';
import type { FaultAction } from './faults.ts';
import { arrayOf, isObject, objectOf, parseJson, type JsonObject } from './json-value.ts';
import { eventQuirkOf, type QuirkName } from './quirks/all-quirks.ts';
import type { QuirkPath, QuirkScene, WireEvent } from './quirks/quirk.ts';

export function quirksOf(standing: readonly QuirkName[], strikes: readonly FaultAction[]): readonly QuirkName[] {
  return [...standing, ...strikes.flatMap((action) => (action.kind === 'quirk' ? [action.name] : []))];
}

/** Byte quirks are faults that last: the writer of events knows them already. */
export function strikesOfQuirks(names: readonly QuirkName[]): readonly FaultAction[] {
  return names.flatMap((name): FaultAction[] => {
    if (name === 'crlf' || name === 'no-done') return [{ kind: name }];
    return name === 'split-bytes' ? [{ kind: name, size: 1 }] : [];
  });
}

export function quirkyFrames(
  frames: Iterable<Frame>,
  path: QuirkPath,
  names: readonly QuirkName[],
  scene: QuirkScene,
): Iterable<Frame> {
  if (names.length === 0) return frames;
  let events: Iterable<WireEvent> = eventsOf(frames);
  for (const name of names) events = eventQuirkOf(name, path)?.rewrite(events, scene) ?? events;
  return writtenFrames(events, path, names);
}

/** An answer in one piece with its quirks on. */
export function quirkyWhole(body: JsonObject, names: readonly QuirkName[]): JsonObject {
  if (!names.includes('rising-choices') || body['choices'] === undefined) return body;
  return { ...body, choices: arrayOf(body['choices']).map((choice, index) => ({ ...objectOf(choice), index })) };
}

function* eventsOf(frames: Iterable<Frame>): Generator<WireEvent, void> {
  for (const { text, ...rest } of frames) {
    const payload = parseJson(text.slice(text.indexOf('data: ') + 6));
    yield isObject(payload) ? { payload, ...rest } : { text, ...rest };
  }
}

function* writtenFrames(
  events: Iterable<WireEvent>,
  path: QuirkPath,
  names: readonly QuirkName[],
): Generator<Frame, void> {
  const head = names.includes('comments') ? ': simulated\n' : '';
  for (const { payload, text = '', ...rest } of events)
    yield { ...rest, text: head + (payload === undefined ? text : written(payload, path, names)) };
  if (names.includes('stray-done')) yield { text: 'data: [DONE]\n\n' };
}

function written(payload: JsonObject, path: QuirkPath, names: readonly QuirkName[]): string {
  const event = path === '/chat/completions' ? '' : `event: ${String(payload['type'])}\n`;
  const json = names.includes('several-data-lines') ? JSON.stringify(payload, null, 1) : JSON.stringify(payload);
  return `${event}data: ${json.replaceAll('\n', '\ndata: ')}\n\n`;
}
