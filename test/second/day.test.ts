/** A day in the life (`npm run day`): eight hours of tools, and all that goes wrong on one; nobody has to do anything. */
import { expect, test } from 'vitest';
import { liveDay, minuteMs } from '../support/day/live-a-day.ts';

test('probe', async () => {
  const t=performance.now();
  const day = await liveDay({ seed: 11, pauseMs: { least: 3 * minuteMs, most: 12 * minuteMs }, budgetCredits: 205, seatCredits: 209 });
  const acts = day.ends.filter(({ shown, tool }) => shown !== null && !tool.isUnasked);
  const misses = day.ends.filter(({ shown, tool }) => shown !== null && tool.isUnasked);
  console.log(performance.now()-t, day.events, day.audits, day.figures, day.ends.length, acts.map(a=>[a.tool.name,day.hourOf(a.at),a.tries,a.shown,a.failed]), misses.map(a=>[day.hourOf(a.at),a.shown]), day.refused.map(r=>[r.tool.name,r.tries,day.hourOf(r.at),r.shown]));
  console.log(new Set(day.started.complaints), day.started.simulator.breaches.slice(0,5));
  const tries: Record<string, number[]> = {};
  for (const e of day.ends) (tries[e.tool.name] ??= []).push(e.tries);
  console.log(Object.entries(tries).map(([n,t])=>`${n} ${t.length} turns, max ${Math.max(...t)}, retried ${t.filter(x=>x>1).length}`));
  expect(acts.length).toBe(0);
});
