/** The catalogue's cache under a clock that the test owns. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { createModelCatalog } from './model-catalog.ts';

function setUp() {
  const clock = createFakeClock();
  let calls = 0;
  let answer: () => string = () => JSON.stringify({ data: [{ id: `m${calls}` }] });
  const catalog = createModelCatalog({
    clock,
    freshMs: 1000,
    notice: () => undefined,
    fetchText: async () => {
      calls += 1;
      return answer();
    },
  });
  const ids = async () => (await catalog.models()).map(({ id }) => id);
  return { clock, catalog, ids, calls: () => calls, answerWith: (next: () => string) => void (answer = next) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('one flight for many, then the cache', async () => {
  const { ids, calls } = setUp();
  expect(await Promise.all([ids(), ids(), ids()])).toEqual([['m1'], ['m1'], ['m1']]);
  expect(await ids()).toEqual(['m1']);
  expect(calls()).toBe(1);
});

test('an old list serves while it is refreshed', async () => {
  const { clock, ids } = setUp();
  await ids();
  clock.advance(1000);
  expect(await ids()).toEqual(['m1']);
  await settle();
  expect(await ids()).toEqual(['m2']);
});

test('a failed refresh keeps the last list and is not repeated at once', async () => {
  const { clock, ids, calls, answerWith } = setUp();
  await ids();
  answerWith(() => {
    throw new ProxyError('rate_limited', 'slow');
  });
  clock.advance(1000);
  await ids();
  await settle();
  expect(await ids()).toEqual(['m1']);
  expect(calls()).toBe(2);
});

test('without any list the failure is told, and the next call tries again', async () => {
  const { ids, answerWith } = setUp();
  answerWith(() => '<html>');
  await expect(ids()).rejects.toMatchObject({ code: 'upstream_invalid_response' });
  answerWith(() => '[{"id":"m"}]');
  expect(await ids()).toEqual(['m']);
});

test('a forced refresh never settles for one that was under way before', async () => {
  const { catalog, calls, ids } = setUp();
  const early = ids();
  await catalog.refresh();
  expect(calls()).toBe(2);
  expect(await early).toEqual(['m1']);
  expect(await ids()).toEqual(['m2']);
  await catalog.refresh();
  expect(calls()).toBe(3);
});
