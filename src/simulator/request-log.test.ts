import { expect, test } from 'vitest';
import { createRequestLog, type OpenRecord } from './request-log.ts';

const record = (at: number, bytes: number): OpenRecord => ({
  number: at,
  method: 'POST',
  path: '/responses',
  query: '',
  headers: {},
  body: Buffer.alloc(bytes),
  json: undefined,
  at,
  status: null,
  ended: 'open',
});

test.each([
  ['a thousand requests', 1200, 1, 1000],
  ['64 MiB of bodies', 5, 30 * 1024 * 1024, 2],
])('keeps the latest: %s', (_, count, bytes, kept) => {
  const log = createRequestLog();
  for (let at = 0; at < count; at += 1) {
    const one = record(at, bytes);
    log.open(one);
    log.arrived(one);
  }
  expect(log.requests).toHaveLength(kept);
  expect(log.requests.at(-1)?.at).toBe(count - 1);
  log.clear();
  expect(log.requests).toEqual([]);
});

test('one huge request alone is kept', () => {
  const log = createRequestLog();
  const one = record(1, 65 * 1024 * 1024);
  log.open(one);
  log.arrived(one);
  expect(log.requests).toHaveLength(1);
});
