/** Kept responses, as their own caller may read and delete them. */
import type { Caller } from '../canonical/caller.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import { utf8Of, utf8Text } from './latin1-view.ts';
import { listedItem } from './listed-item.ts';
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
      return [...before, ...inputOf(found)].map((item, index) => listedItem(utf8Of(item), id, index));
    },
    delete: (id, { keyId }) => store.delete(keyId, id),
  };
}
