/** Midnight by the wall clock, on days that have 23 or 25 hours too. */
import { afterEach, expect, test } from 'vitest';
import { nextPeriodStart, periodStart } from './budget-period.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const utc = (text: string) => Date.parse(`${text}Z`);

test.each([
  ['a day of winter', 'Europe/Berlin', '2026-11-22T12:00', '2026-11-21T23:00', '2026-11-22T23:00'],
  ['the day that loses an hour', 'Europe/Berlin', '2026-03-29T12:00', '2026-03-28T23:00', '2026-03-29T22:00'],
  ['the day that gains an hour', 'Europe/Berlin', '2026-10-25T12:00', '2026-10-24T22:00', '2026-10-25T23:00'],
  ['a day that has no midnight', 'America/Santiago', '2026-09-06T12:00', '2026-09-06T04:00', '2026-09-07T03:00'],
  ['the other side of the date line', 'Pacific/Auckland', '2026-11-22T12:00', '2026-11-22T11:00', '2026-11-23T11:00'],
] as const)('%s in %s', (_what, timeZone, now, start, next) => {
  process.env['TZ'] = timeZone;
  expect(periodStart('day', utc(now))).toBe(utc(start));
  expect(nextPeriodStart('day', utc(now))).toBe(utc(next));
});

test('a month begins at midnight of its first day, also in December', () => {
  process.env['TZ'] = 'America/New_York';
  expect(periodStart('month', utc('2026-11-22T12:00'))).toBe(utc('2026-11-01T04:00'));
  expect(nextPeriodStart('month', utc('2026-12-31T12:00'))).toBe(utc('2027-01-01T05:00'));
});

test.each(['request', 'session', 'ever'] as const)('by %s nothing begins anew', (per) => {
  expect([periodStart(per, utc('2026-11-22T12:00')), nextPeriodStart(per, utc('2026-11-22T12:00'))]).toEqual([0, null]);
});
