/** Kept responses, as their own caller may read and delete them. */
import { createHash } from 'node:crypto';
import type { Caller } from '../canonical/caller.ts';
import { isObject, type JsonObject } from '../canonical/json-value.ts';
import { utf8Of, utf8Text } from './latin1-view.ts';
import type { ResponseStore } from './response-store.ts';
import { chainOf, conversationOf, inputOf } from './stored-input.ts';

type Holder = Pick<Caller, 'keyId'>;

export interface StoredResponses {
  /** The response object as JSON text; undefined where this key has none of this id. */
  find(id: string, caller: Holder): string | undefined;
  /** All items that the response was made from, the oldest first, each with an id. */
  inputItems(id: string, caller: Holder): readonly JsonObject[] | undefined;
  /** Whether there was one. */
  delete(id: string, caller: Holder): boolean;
}

export function createStoredResponses(store: ResponseStore): StoredResponses {
  return {
    find(id, { keyId }) {
      const found = store.find(keyId, id);
      return found && utf8Text(found.response);
    },
    inputItems(id, { keyId }) {
      const found = store.find(keyId, id);
      if (found === undefined) return undefined;
      const { previousId } = found;
      const before = previousId === null ? [] : conversationOf(chainOf(store, keyId, previousId));
      return [...before, ...inputOf(found)].map((item, index) => listed(utf8Of(item), id, index));
    },
    delete: (id, { keyId }) => store.delete(keyId, id),
  };
}

const textPart: Readonly<Record<string, string>> = { assistant: 'output_text' };

/** In the vendor's long form: with a type, an id that stays the same, and parts in place of a bare text. */
function listed(item: unknown, responseId: string, index: number): JsonObject {
  const { type = 'message', ...members } = isObject(item) ? item : {};
  const head = type === 'message' ? 'msg' : 'item';
  const id = `${head}_${createHash('sha256').update(`${responseId}#${index}`).digest('hex').slice(0, 24)}`;
  const { role, content } = members as JsonObject;
  const parts =
    typeof content === 'string' ? { content: [{ type: textPart[String(role)] ?? 'input_text', text: content }] } : {};
  return { type, id, status: 'completed', ...members, ...parts };
}
