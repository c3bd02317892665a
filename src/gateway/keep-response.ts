/** Keeps a response as its caller gets it, streamed or whole, and says in it what the caller asked of its keeping. */
import { isObject, objectOf, type JsonObject } from '../canonical/json-value.ts';
import type { ResponseKeeping } from '../canonical/stored-response.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import { parseExactLatin1Json } from '../framing/latin1-json.ts';
import { readFrame, writeFrame } from '../framing/server-sent-events.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import { mapCallerFrames } from './caller-frames.ts';
import { utf8Text } from './latin1-view.ts';
import type { ItemIndex } from './item-index.ts';
import type { ResponseStore } from './response-store.ts';

export interface ResponseToKeep {
  readonly store: ResponseStore;
  readonly items: ItemIndex;
  readonly keyId: string;
  readonly previousId: string | null;
  /** Null: nothing is kept, only said. */
  readonly keeping: ResponseKeeping | null;
  /** JSON text of the request's own input items, a view. */
  readonly input: string;
  /** Members that the response object gets in place of the upstream's; most often none. */
  readonly says: Readonly<Record<string, unknown>>;
}

export interface ResponseKeeper {
  watch(inner: StreamWatch): StreamWatch;
  /** A whole answer; what goes down in its place. */
  answer(reply: Buffer): Buffer;
  /** The answer arrived whole: it may be gone on from. */
  commit(): void;
}

/** Longer ones are nobody's id, and would only fill the memory. */
const maxIdLength = 1024;
const keptStatuses: ReadonlySet<unknown> = new Set(['completed', 'incomplete']);

export function createResponseKeeper(options: ResponseToKeep): ResponseKeeper {
  const { store, keyId, previousId, keeping, input } = options;
  const says = Object.entries(options.says);
  /** Items that were done, by their place: a last event may leave some out. */
  const items = new Map<unknown, unknown>();
  let response: JsonObject | undefined;

  const saying = (at: readonly string[]) =>
    says.map(([member, value]): JsonEdit => ({ op: 'set', path: [...at, member], value }));

  function note(answer: JsonObject) {
    if (keeping === null || typeof answer['id'] !== 'string' || !keptStatuses.has(answer['status'])) return;
    const output: readonly unknown[] = Array.isArray(answer['output']) ? answer['output'] : [];
    response = items.size > output.length ? { ...answer, output: [...items.values()] } : answer;
  }

  function frame(text: string): string {
    // A delta's text cannot say these: its quotes are escaped.
    const isItem = keeping !== null && text.includes('"response.output_item.done"');
    if (!isItem && !text.includes('"response"')) return text;
    const { event, data, hasData } = readFrame(text, 0, text.length);
    const payload = hasData ? parseExactLatin1Json(data) : undefined;
    if (!isObject(payload)) return text;
    if (payload['type'] === 'response.output_item.done') items.set(payload['output_index'], payload['item']);
    if (!isObject(payload['response'])) return text;
    const said = says.length === 0 ? data : editJson(data, saying(['response']));
    note({ ...payload['response'], ...options.says });
    return said === data ? text : writeFrame(said, event || undefined);
  }

  return {
    watch: (inner) => mapCallerFrames(inner, frame),
    answer(reply) {
      const text = reply.toString('latin1');
      note({ ...objectOf(parseExactLatin1Json(text)), ...options.says });
      return says.length === 0 ? reply : Buffer.from(editJson(text, saying([])), 'latin1');
    },
    commit() {
      if (keeping === null || response === undefined) return;
      const id = utf8Text(String(response['id']));
      if (id === '' || id.length > maxIdLength) return;
      store.put({ keyId, id, previousId, input, response: JSON.stringify(response) }, keeping);
      options.items.note(keyId, id, response['output']);
      response = undefined;
      items.clear();
    },
  };
}
