/** Follows a Responses stream, and gives each of its items one id where the upstream changes it from event to event. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import { editJson, type JsonEdit } from '../../framing/json-text.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { readFrame, writeFrame } from '../../framing/server-sent-events.ts';
import { openAiErrorBody } from '../openai-error.ts';
import { newStanding, type FrameVerdict, type StreamWatch } from '../protocol.ts';
import { createDeltaReader } from './delta-frame.ts';
import { responsesUsage } from './usage.ts';

const terminalTypes = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);

export interface ResponsesWatchOptions {
  /** Observed: Copilot's item ids are sealed anew in every event, so clients that key by id see strangers. */
  readonly stableItemIds: boolean;
}

export function createResponsesWatch({ stableItemIds }: ResponsesWatchOptions): StreamWatch {
  const standing = newStanding();
  let sequenceNumber = -1;
  let response: JsonObject | null = null;
  /** The first id that each item (by `output_index`) was given. */
  const itemIds = new Map<unknown, { id: string; type: unknown }>();
  let responseId: string | null = null;
  /** Nearly every event is a delta like the one before: it is compared, not parsed. */
  const deltas = createDeltaReader();
  /** The literal that takes the place of such a delta's id. */
  let deltaId = '';

  /** The id to use for the item at `index`, learned from `id` if it is the first. */
  function stableId(index: unknown, id: unknown, type: unknown): string | undefined {
    if (typeof id !== 'string' || typeof index !== 'number') return undefined;
    const known = itemIds.get(index);
    if (!known) itemIds.set(index, { id, type });
    else if (known.type === undefined) itemIds.set(index, { id: known.id, type });
    else if (type !== undefined && known.type !== type) return undefined;
    return known && known.id !== id ? known.id : undefined;
  }

  /** The index of the next item of `type`: a last event may leave items out (reasoning was seen), which shifts the rest. */
  function indexOf(type: unknown, from: number, otherwise: number): number {
    for (let index = from; itemIds.has(index); index += 1) if (itemIds.get(index)?.type === type) return index;
    return otherwise;
  }

  function idEdits(payload: JsonObject): JsonEdit[] {
    const edits: JsonEdit[] = [];
    const set = (path: readonly (string | number)[], value: string | undefined) => {
      if (value !== undefined) edits.push({ op: 'set', path, value });
    };
    const index = payload['output_index'];
    const item = objectOf(payload['item']);
    set(['item_id'], stableId(index, payload['item_id'], undefined));
    set(['item', 'id'], stableId(index, item['id'], item['type']));
    const { id, output } = objectOf(payload['response']);
    if (typeof id === 'string') {
      responseId ??= id;
      if (id !== responseId) set(['response', 'id'], responseId);
    }
    if (Array.isArray(output)) {
      let from = 0;
      for (const [position, entry] of output.entries()) {
        const { id: entryId, type } = objectOf(entry);
        const index = indexOf(type, from, Math.max(position, from));
        from = index + 1;
        set(['response', 'output', position, 'id'], stableId(index, entryId, type));
      }
    }
    return edits;
  }

  /** The payload's text with stable ids, or undefined where nothing has to change. */
  function stabilized(data: string, payload: JsonObject): string | undefined {
    const edits = idEdits(payload);
    return edits.length === 0 ? undefined : editJson(data, edits);
  }

  function observe(type: string, payload: JsonObject) {
    if (typeof payload['sequence_number'] === 'number') sequenceNumber = payload['sequence_number'];
    if (isObject(payload['response'])) response = payload['response'];
    if (type.endsWith('.delta') || type.startsWith('response.output_item.') || terminalTypes.has(type))
      standing.hasContent = true;
    if (terminalTypes.has(type)) {
      standing.ended = true;
      standing.usage = responsesUsage(payload['response'], payload['copilot_usage']) ?? standing.usage;
    }
  }

  /** A delta that was parsed, in the one form that a frame usually has. */
  function learnDelta(frame: string, event: string, data: string, payload: JsonObject) {
    const id = stableItemIds ? itemIds.get(payload['output_index'])?.id : undefined;
    const before = writeFrame('', event || undefined).slice(0, -blankLine.length);
    if (frame === before + data + blankLine && deltas.learn(before, data, blankLine, id !== undefined))
      deltaId = id === undefined ? '' : JSON.stringify(id);
  }

  /** The verdict on a delta that was found to be like the one before. */
  function goOn(frame: string): FrameVerdict {
    const { idFrom, idTo, sequenceNumber: told } = deltas.places;
    if (told >= 0) sequenceNumber = told;
    standing.idle = false;
    if (idFrom < 0 || frame.slice(idFrom, idTo) === deltaId) return 'forward';
    return { kind: 'replace', text: frame.slice(0, idFrom) + deltaId + frame.slice(idTo) };
  }

  return {
    standing,
    frame(text, start, end): FrameVerdict {
      const frame = text.slice(start, end);
      if (deltas.matches(frame)) return goOn(frame);
      standing.idle = true;
      const { event, data, hasData } = readFrame(text, start, end);
      if (!hasData || data === '') return 'forward';
      if (data.trim() === '[DONE]') return 'drop';
      const payload = parseLatin1Json(data);
      if (!isObject(payload))
        return { kind: 'broken', message: 'The upstream sent an event that is not a JSON object.' };
      const type = payload['type'] ?? event;
      // Copilot's own gateway words a failure as chat does, whatever the endpoint: an error without a type.
      const isBareError = payload['type'] === undefined && payload['error'] != null;
      if (type === 'error' || event === 'error' || isBareError) return { kind: 'upstream-error', payload };
      if (typeof type !== 'string' || type === '')
        return { kind: 'broken', message: 'The upstream sent an event without a type.' };
      standing.idle = false;
      let changed = stableItemIds ? stabilized(data, payload) : undefined;
      // Who looks into the data alone would wait for an end that only the event's name tells.
      if (payload['type'] === undefined && terminalTypes.has(type)) {
        changed = editJson(changed ?? data, [{ op: 'set', path: ['type'], value: type }]);
        standing.endingMended = true;
      }
      // Failed before it said anything: while the head is held this can still be a true status.
      if (type === 'response.failed' && !standing.hasContent) return { kind: 'upstream-error', payload };
      observe(type, payload);
      if (typeof payload['type'] === 'string' && type.endsWith('.delta')) learnDelta(frame, event, data, payload);
      return changed === undefined ? 'forward' : { kind: 'replace', text: writeFrame(changed, event || undefined) };
    },
    // A response says itself that it is complete; without that nothing is.
    completion: () => null,
    failure(error: ProxyError, exchangeId) {
      const { code, message } = openAiErrorBody(error).error;
      const failed = {
        ...skeleton(exchangeId),
        ...latin1Free(response),
        ...(responseId === null ? {} : { id: responseId }),
        status: 'failed',
        error: { code: code ?? 'server_error', message },
      };
      return writeFrame(
        JSON.stringify({ type: 'response.failed', sequence_number: sequenceNumber + 1, response: failed }),
        'response.failed',
      );
    },
  };
}

const blankLine = '\n\n';

/** What a response object must have where the upstream never sent one. */
function skeleton(exchangeId: string) {
  return {
    id: `resp_${exchangeId}`,
    object: 'response',
    created_at: 0,
    model: '',
    output: [],
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    temperature: null,
    top_p: null,
    instructions: null,
    metadata: null,
    incomplete_details: null,
  };
}

/**
 * The part of the upstream's response object that is safe to repeat: what was parsed from a latin1 view holds UTF-8 as
 * single characters, and the long members (instructions, tools, input echoes) tell a client nothing about a failure.
 */
function latin1Free(response: JsonObject | null): JsonObject {
  const safe: Record<string, unknown> = {};
  for (const key of ['id', 'created_at', 'model', 'object', 'parallel_tool_calls']) {
    if (response && response[key] !== undefined) safe[key] = response[key];
  }
  return safe;
}
