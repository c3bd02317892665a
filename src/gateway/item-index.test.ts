import { expect, test } from 'vitest';
import type { StoredResponse } from '../canonical/stored-response.ts';
import { createItemIndex, namesItems, withNamedItems } from './item-index.ts';
import type { ResponseStore } from './response-store.ts';

const call = { type: 'function_call', id: 'fc_1', name: 'look' };

function indexed(output: readonly unknown[]) {
  const kept = new Map<string, StoredResponse>();
  const store: ResponseStore = {
    put: (response) => void kept.set(`${response.keyId} ${response.id}`, response),
    find: (keyId, id) => kept.get(`${keyId} ${id}`),
    delete: (keyId, id) => kept.delete(`${keyId} ${id}`),
  };
  const index = createItemIndex(store);
  const response = JSON.stringify({ id: 'r1', output });
  store.put({ keyId: 'anna', id: 'r1', previousId: null, input: '[]', response }, 'memory');
  index.note('anna', 'r1', output);
  return { store, index };
}

test('an item is found by its own key alone, and as long as its response is kept', () => {
  const { store, index } = indexed([call, 'no item', { type: 'message' }]);
  expect(index.find('anna', 'fc_1')).toEqual(call);
  expect(index.find('bert', 'fc_1')).toBeUndefined();
  expect(index.find('anna', 'fc_2')).toBeUndefined();
  store.delete('anna', 'r1');
  expect(index.find('anna', 'fc_1')).toBeUndefined();
});

test.each([
  ['by its type', { type: 'item_reference', id: 'fc_1' }, call],
  ['by its id alone', { id: 'fc_1' }, call],
  ['that is said, with its id', { type: 'message', id: 'fc_1' }, { type: 'message', id: 'fc_1' }],
  ['that is a turn with an id', { role: 'user', id: 'fc_1' }, { role: 'user', id: 'fc_1' }],
])('an item %s', (_, item, becomes) => {
  const { index } = indexed([call]);
  expect(withNamedItems([item], (id) => index.find('anna', id))).toEqual([becomes]);
});

test('an item that is not known is refused by its place', () => {
  const { index } = indexed([call]);
  const find = (id: string) => index.find('anna', id);
  expect(() => withNamedItems([call, { type: 'item_reference', id: 'fc_2' }], find)).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: 'input[1]' }),
  );
});

test.each([
  [[{ role: 'user', content: 'hello' }], false],
  [[{ role: 'user', content: 'hello' }, { id: 'fc_1' }], true],
  ['hello', false],
])('%j names items: %s', (input, isNaming) => {
  expect(namesItems(input)).toBe(isNaming);
});
