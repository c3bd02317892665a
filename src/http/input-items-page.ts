/** One page of the items that a kept response was made from, in the vendor's form. */
import type { JsonObject } from '../canonical/json-value.ts';
import { ProxyError } from '../errors/proxy-error.ts';

const most = 100;
const usual = 20;

/** `items` oldest first. The vendor's order is the newest first, unless `order=asc`. Errors: `invalid_request`. */
export function inputItemsPage(items: readonly JsonObject[], query: string): JsonObject {
  const asked = new URLSearchParams(query);
  const limit = limitOf(asked.get('limit'));
  const ordered = orderOf(asked.get('order')) === 'asc' ? items : items.toReversed();
  const from = placeBehind(ordered, asked.get('after'), 'after');
  const data = ordered.slice(from, from + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: from + limit < ordered.length,
  };
}

function limitOf(text: string | null): number {
  if (text === null) return usual;
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= most) return limit;
  throw new ProxyError('invalid_request', `limit: a number from 1 to ${most} is expected.`, { param: 'limit' });
}

function orderOf(text: string | null): 'asc' | 'desc' {
  if (text === 'asc' || text === 'desc') return text;
  if (text === null) return 'desc';
  throw new ProxyError('invalid_request', 'order: asc or desc is expected.', { param: 'order' });
}

function placeBehind(items: readonly JsonObject[], id: string | null, param: string): number {
  if (id === null) return 0;
  const place = items.findIndex((item) => item['id'] === id);
  if (place >= 0) return place + 1;
  throw new ProxyError('invalid_request', `${param}: there is no item of this id.`, { param });
}
