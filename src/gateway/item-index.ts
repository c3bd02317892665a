/** Which kept response an item came in: a request may name an item (`item_reference`) in place of saying it again. */
import { isObject, objectOf, type JsonObject } from '../canonical/json-value.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { parseExactLatin1Json } from '../framing/latin1-json.ts';
import type { ResponseStore } from './response-store.ts';

export interface ItemIndex {
  /** The items of a response that was just kept. */
  note(keyId: string, responseId: string, output: unknown): void;
  /** The item as its caller got it; undefined where it is not kept any more, or is another key's. */
  find(keyId: string, itemId: string): JsonObject | undefined;
}

/** A few MB of ids; who names items names those of the turns just before. */
const mostItems = 20_000;
const maxIdLength = 200;

export function createItemIndex(store: ResponseStore): ItemIndex {
  /** The oldest first. */
  const responseOf = new Map<string, string>();
  const nameOf = (keyId: string, id: string) => `${keyId}\0${id}`;

  return {
    note(keyId, responseId, output) {
      for (const item of itemsOf(output)) {
        const { id } = item;
        if (typeof id !== 'string' || id === '' || id.length > maxIdLength) continue;
        responseOf.delete(nameOf(keyId, id));
        responseOf.set(nameOf(keyId, id), responseId);
      }
      for (const name of responseOf.keys()) {
        if (responseOf.size <= mostItems) break;
        responseOf.delete(name);
      }
    },
    find(keyId, itemId) {
      const responseId = responseOf.get(nameOf(keyId, itemId));
      const kept = responseId === undefined ? undefined : store.find(keyId, responseId);
      if (kept === undefined) return undefined;
      return itemsOf(objectOf(parseExactLatin1Json(kept.response))['output']).find(({ id }) => id === itemId);
    },
  };
}

export const namesItems = (input: unknown) => Array.isArray(input) && input.some(isReference);

/** The items with those that are named put in their place. Errors: `invalid_request`. */
export function withNamedItems(
  items: readonly unknown[],
  find: (id: string) => JsonObject | undefined,
): readonly unknown[] {
  return items.map((item, index) => {
    if (!isReference(item)) return item;
    const found = find(item.id);
    if (found === undefined) throw notFound(item.id, `input[${index}]`);
    return found;
  });
}

/** The vendor takes an item without type, role and anything but its id for one, too. */
function isReference(item: unknown): item is { readonly id: string } {
  if (!isObject(item) || typeof item['id'] !== 'string') return false;
  const { type, role } = item;
  return type === 'item_reference' || (type === undefined && role === undefined);
}

function notFound(id: string, param: string): ProxyError {
  const message = `Invalid '${param}': item with id '${id.slice(0, 100)}' not found: it was not stored, is too old, or belongs to another key. Send the item itself.`;
  return new ProxyError('invalid_request', message, { param });
}

function itemsOf(output: unknown): readonly JsonObject[] {
  return Array.isArray(output) ? output.filter((item) => isObject(item)) : [];
}
