/** The days of a chart, in the zones of whoever looks: none is missing, and none is there twice. */
import { afterEach, expect, test } from 'vitest';
import { daysOf, startOfDay } from '../web/src/days.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const hourMs = 60 * 60 * 1000;

test.each([
  ['UTC', '2026-11-23T12:00:00Z', 6],
  ['Europe/Berlin, where an hour comes twice', '2026-10-27T12:00:00Z', 6],
  ['Europe/Berlin, where an hour is left out', '2026-03-31T12:00:00Z', 6],
  ['America/Santiago, where midnight is left out', '2026-09-08T12:00:00Z', 6],
  ['Pacific/Kiritimati', '2026-11-23T12:00:00Z', 6],
  ['Pacific/Pago_Pago', '2026-11-23T01:00:00Z', 6],
])('in %s a week has seven days', (place, now, ago) => {
  process.env['TZ'] = place.split(',')[0];
  const nowMs = Date.parse(now);
  const sinceMs = startOfDay(nowMs, ago);
  const days = daysOf([], sinceMs, nowMs);
  expect(days).toHaveLength(ago + 1);
  expect(new Set(days).size).toBe(days.length);
  expect(days).toEqual(days.toSorted());
  expect(nowMs - sinceMs).toBeGreaterThan(ago * 24 * hourMs - 2 * hourMs);
  expect(new Date(sinceMs).getMinutes()).toBe(0);
});

test.each([
  ['Pacific/Kiritimati', '2026-11-22', ['2026-11-22', '2026-11-23']],
  ['Pacific/Pago_Pago', '2026-11-23', ['2026-11-22', '2026-11-23']],
  ['UTC', '2026-11-23', ['2026-11-23']],
])('in %s the day of the machine, %s, has its column', (place, day, shown) => {
  process.env['TZ'] = place;
  const nowMs = Date.parse(place === 'Pacific/Kiritimati' ? '2026-11-22T23:00:00Z' : '2026-11-23T01:00:00Z');
  expect(daysOf([{ day }], startOfDay(nowMs, 0), nowMs)).toEqual(shown);
});
