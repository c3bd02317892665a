/** A day in the life (`npm run day`): eight hours of tools, and all that goes wrong on one; nobody has to do anything. */
import { expect, test } from 'vitest';
import { minuteMs } from '../support/day/day-clock.ts';
import { actsOf, diaryOf } from '../support/day/diary.ts';
import { liveDay, type Day, type DayForm } from '../support/day/live-a-day.ts';
import { dayTools } from '../support/day/tools-of-the-day.ts';
import { keepFigures } from '../support/keep-figures.ts';

const isWhole = process.env['DAY'] === 'whole';
/** The same day, with a call of each tool every two minutes and a half, or every seven and a half. */
const form: DayForm = isWhole
  ? { seed: 11, pauseMs: { least: minuteMs, most: 4 * minuteMs }, budgetCredits: 920, seatCredits: 900 }
  : { seed: 11, pauseMs: { least: 3 * minuteMs, most: 12 * minuteMs }, budgetCredits: 330, seatCredits: 310 };

/** All that may be warned of behind the callers' backs, each of which has to have been. */
const warnings: readonly RegExp[] = [
  ...[50, 80, 95].flatMap((step) => [
    new RegExp(`^${step} % of a budget are spent\\. Budget "month": `),
    new RegExp(`^${step}(?:\\.\\d)? % of the credits of octo are used `),
  ]),
  /^the Copilot token could not be renewed$/,
];

test(
  'eight hours of tools: nobody has to do anything until the budget stops',
  { timeout: isWhole ? 20 * minuteMs : 4 * minuteMs },
  async () => {
    const day = await liveDay(form);
    const diary = diaryOf(day);
    keepFigures('day', { diary });
    if (isWhole) console.log(diary);

    expect(actsOf(day)).toEqual([]);
    expect(day.started.simulator.breaches).toEqual([]);
    expectAllHappened(day);
    expectBooksBalance(day);
    await expectGoodStop(day);
  },
);

function expectAllHappened({ ends, figures, started }: Day): void {
  const retried = ends.filter(({ tries }) => tries > 1).length;
  expect(figures).toSatisfy(
    ({ tokens, failedCalls, brokenConnections }: Day['figures']) =>
      tokens > 14 && failedCalls > 20 && brokenConnections > 4,
  );
  expect(retried).toBeGreaterThan(10);
  for (const tool of dayTools) expect(ends.filter((end) => end.tool === tool).length).toBeGreaterThan(20);
  for (const warning of warnings) expect(started.complaints).toContainEqual(expect.stringMatching(warning));
  // Where nobody asked, nothing is tried again; but nothing was refused either.
  const misses = ends.filter(({ shown }) => shown !== null);
  for (const { shown } of misses) expect(shown).toMatch(/^broken off|^5\d\d /);
}

/** What broke off was billed without a word: it is estimated, and never left out; all else is exact. */
function expectBooksBalance({ audits }: Day): void {
  const [untroubled, troubled, afterwards, evening, end] = audits;
  expect(untroubled).toMatchObject({
    estimatedNanoAiu: 0,
    reportedNanoAiu: untroubled?.billedNanoAiu,
  });
  const missing = ({ billedNanoAiu = 0, reportedNanoAiu = 0 } = {}) => billedNanoAiu - reportedNanoAiu;
  // None that GitHub billed is missing; what it never got may be in the books as well, and is estimated.
  for (const one of audits) expect(one.estimatedNanoAiu).toBeGreaterThanOrEqual(missing(one));
  expect(missing(troubled)).toBeGreaterThan(0);
  for (const later of [evening, end]) {
    expect(missing(later)).toBe(missing(afterwards));
    expect(later?.estimatedNanoAiu).toBe(afterwards?.estimatedNanoAiu);
  }
}

/** Each tool is told once: what was spent, of what, how to raise it; and what it is told to do helps. */
async function expectGoodStop({ refused, hourOf, budget, started }: Day): Promise<void> {
  expect(refused).toHaveLength(dayTools.length);
  const limit = budget.nanoAiu / 1e9;
  let raiseBy = 0;
  for (const { at, tries, shown } of refused) {
    expect(hourOf(at)).toBeGreaterThan(8);
    expect(tries).toBe(1);
    const said = new RegExp(
      String.raw`^40[02] .*Budget \\?"month\\?": [\d.]+ of ${limit} credits spent since 2026-11-01 00:00, and this call ` +
        String.raw`takes about [\d.]+\. It begins anew on 2026-12-01 00:00\. To go on: .crossfeed budget raise month (\d+).`,
    ).exec(shown ?? '');
    expect(said, shown ?? '').not.toBe(null);
    raiseBy = Number(said?.[1]);
  }
  started.store.spend.budgets.put({ ...budget, nanoAiu: budget.nanoAiu + raiseBy * 1e9 });
  const reply = await fetch(`${started.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gemini-3.8-flash', messages: [{ role: 'user', content: 'Go on.' }] }),
  });
  expect(reply.status).toBe(200);
}
