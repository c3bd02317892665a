/** Pages of input items: order, bounds, where the next one begins. */
import { expect, test } from 'vitest';
import { inputItemsPage } from './input-items-page.ts';

const items = ['a', 'b', 'c'].map((id) => ({ id }));
const idsOf = (query: string) => (inputItemsPage(items, query)['data'] as { id: string }[]).map(({ id }) => id);

test.each([
  ['', 'cba'],
  ['order=asc', 'abc'],
  ['limit=2', 'cb'],
  ['limit=2&after=b', 'a'],
  ['order=asc&after=a', 'bc'],
  ['after=a', ''],
])('%j lists %s', (query, ids) => expect(idsOf(query).join('')).toBe(ids));

test.each([
  ['limit=2', { first_id: 'c', last_id: 'b', has_more: true }],
  ['limit=3', { first_id: 'c', last_id: 'a', has_more: false }],
  ['after=a', { first_id: null, last_id: null, has_more: false }],
])('%j says where it stands', (query, standing) => expect(inputItemsPage(items, query)).toMatchObject(standing));

test.each(['limit=0', 'limit=101', 'limit=x', 'limit=1.5', 'order=up', 'after=z'])('%j is refused', (query) => {
  expect(() => inputItemsPage(items, query)).toThrow(/expected|no item/);
});
