/** Puts the caller's own tool names into what comes down, where aliases went up. */
import { isObject, type JsonObject } from '../canonical/json-value.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { readFrame, writeFrame } from '../framing/server-sent-events.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import type { ToolNamePlaces } from '../protocols/tool-name-places.ts';
import type { AnswerShape } from './answer-relay.ts';
import { toolPlaces } from './tool-places.ts';

/** What `payload` needs to carry the caller's names again. */
function namesBack(
  places: ToolNamePlaces,
  payload: JsonObject,
  toolNames: ReadonlyMap<string, string>,
): readonly JsonEdit[] {
  return places.answered(payload).flatMap(({ path, name }) => {
    const value = toolNames.get(name);
    return value === undefined ? [] : [{ op: 'set' as const, path, value }];
  });
}

/** Follows what `watch` lets through and puts the caller's names in it. */
export function withToolNames(
  watch: StreamWatch,
  endpoint: Endpoint,
  toolNames: ReadonlyMap<string, string>,
): StreamWatch {
  const places = toolPlaces[endpoint];
  if (!places || toolNames.size === 0) return watch;
  const asView = new Map([...toolNames].map(([alias, name]) => [alias, Buffer.from(name).toString('latin1')]));

  /** The frame with the names in it, or undefined where it has none. */
  function renamed(frame: string): string | undefined {
    if (!frame.includes('name"')) return undefined;
    const { event, data, hasData } = readFrame(frame, 0, frame.length);
    const payload = hasData ? parseLatin1Json(data) : undefined;
    const edits = isObject(payload) ? namesBack(places as ToolNamePlaces, payload, asView) : [];
    return edits.length === 0 ? undefined : writeFrame(editJson(data, edits), event || undefined);
  }

  return {
    standing: watch.standing,
    frame(text, start, end) {
      const verdict = watch.frame(text, start, end);
      if (verdict === 'forward') {
        const changed = renamed(text.slice(start, end));
        return changed === undefined ? verdict : { kind: 'replace', text: changed };
      }
      if (typeof verdict === 'string' || verdict.kind !== 'replace') return verdict;
      const frames = verdict.text.split(/(?<=\n\n)/);
      return { kind: 'replace', text: frames.map((frame) => renamed(frame) ?? frame).join('') };
    },
    completion: () => watch.completion(),
    failure: (error, exchangeId) => watch.failure(error, exchangeId),
  };
}

/** The same for an answer in one piece. */
export function shapeWithToolNames(
  shape: AnswerShape,
  endpoint: Endpoint,
  toolNames: ReadonlyMap<string, string>,
): AnswerShape {
  const places = toolPlaces[endpoint];
  if (!places || toolNames.size === 0) return shape;
  return {
    ...shape,
    rewrite(answer) {
      const text = shape.rewrite(answer) ?? JSON.stringify(answer);
      const changed = JSON.parse(text) as JsonObject;
      return editJson(text, namesBack(places, changed, toolNames));
    },
  };
}
