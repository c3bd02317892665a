/** Lives a working day with a proxy, a seat and several tools, and with all that goes wrong on one. Nobody helps. */
import { onTestFinished } from 'vitest';
import { sleep } from '../../../src/base/clock.ts';
import type { Budget } from '../../../src/canonical/budget.ts';
import { randomOf } from '../agent-sessions.ts';
import { startProxy, type StartedProxy } from '../start-proxy.ts';
import { createDayClock, hourMs, morningMs } from './day-clock.ts';
import { openNetworkGate } from './network-gate.ts';
import { workThroughDay, type DaySetting, type TurnEnd } from './patient-tool.ts';
import { playTroubles } from './play-troubles.ts';
import { dayTools, type DayTool } from './tools-of-the-day.ts';

export interface DayForm {
  readonly seed: number;
  readonly pauseMs: DaySetting['pauseMs'];
  /** What the month's budget allows: a little more than eight hours take. */
  readonly budgetCredits: number;
  /** The seat's own. What comes beyond them is billed as overage. */
  readonly seatCredits: number;
}

/** What happened, and when. */
export interface DayEvent {
  readonly at: number;
  readonly what: string;
}

export interface Day {
  readonly started: StartedProxy;
  readonly events: readonly DayEvent[];
  /** All turns but the last of each tool, which the budget refused. */
  readonly ends: readonly TurnEnd[];
  readonly refused: readonly TurnEnd[];
  readonly budget: Budget;
  readonly hourOf: (atMs: number) => number;
  readonly figures: {
    readonly tokens: number;
    readonly failedCalls: number;
    readonly brokenConnections: number;
  };
  /** What GitHub billed and what the ledger holds, read while nothing was under way. */
  readonly audits: readonly Audit[];
}

export interface Audit {
  readonly hour: number;
  readonly billedNanoAiu: number;
  readonly reportedNanoAiu: number;
  readonly estimatedNanoAiu: number;
}

const outages = [500, 502, 503, 529] as const;
/** A budget that is too large for the day is the form's fault, and no reason to go on for ever. */
const latestHour = 14;
/** As often as the least patient tool tries again. */
const mostInRow = Math.min(
  ...dayTools.filter(({ isUnasked }) => !isUnasked).map(({ patience }) => patience.waitsMs.length),
);

export async function liveDay(form: DayForm): Promise<Day> {
  const gate = await openNetworkGate();
  onTestFinished(() => gate.close());
  let underWay = 0;
  let exchanges = () => 0;
  const isBusy = () => underWay > 0 || gate.isBusy || exchanges() > 0;
  const clock = createDayClock(morningMs, isBusy);
  onTestFinished(() => clock.stop());
  const started = await startProxy({
    clock,
    simulator: { clock, scenario: { spentCredits: 0, entitlementCredits: form.seatCredits } },
    upstream: { githubUrl: gate.url, githubApiUrl: gate.url },
    pace: {},
  });
  onTestFinished(() => started.close());
  const { simulator, proxy, store, url, key } = started;
  exchanges = () => proxy.status().openExchanges;
  gate.lead(started.upstreamUrl);
  const budget: Budget = {
    id: 'month',
    of: { kind: 'all' },
    per: 'month',
    nanoAiu: form.budgetCredits * 1e9,
    mode: 'hard',
    source: 'command',
  };
  store.spend.budgets.put(budget);

  const events: DayEvent[] = [];
  const ends: TurnEnd[] = [];
  const refused = new Map<DayTool, TurnEnd>();
  const audits: Audit[] = [];
  const hourOf = (atMs: number) => (atMs - morningMs) / hourMs;
  const hour = () => hourOf(clock.now());
  const note = (what: string) => void events.push({ at: clock.now(), what });

  // The simulator keeps its latest thousand requests: what it saw is counted as it comes.
  const tokens = new Set<number>();
  proxy.events.subscribe((event) => {
    if (event.type === 'ended') for (const { number } of simulator.requestsTo('token')) tokens.add(number);
  });
  let isBadHour = false;
  let failedCalls = 0;
  const troubled = new Map<string, DayTool>();
  const badLuck = randomOf(form.seed + 500);
  function fail(on: string, times: number): void {
    for (let index = 0; index < times; index += 1) {
      const status = outages[failedCalls % outages.length] ?? 500;
      failedCalls += 1;
      simulator.addFault({
        on,
        do: { kind: 'status', status, body: { error: { message: 'The upstream is not available.' } } },
      });
    }
  }

  const work = dayTools.map((tool, index) =>
    workThroughDay(tool, {
      url,
      key,
      clock,
      random: randomOf(form.seed + index),
      pauseMs: form.pauseMs,
      count: (by) => void (underWay += by),
      beforeTurn({ upstream, patience }) {
        // One at a time on an endpoint: no tool meets the bad luck of two.
        if (!isBadHour || badLuck() < 0.5 || troubled.has(upstream)) return;
        troubled.set(upstream, tool);
        fail(upstream, 1 + Math.floor(badLuck() * Math.min(mostInRow, patience.waitsMs.length)));
      },
      told(end) {
        if (troubled.get(tool.upstream) === tool) troubled.delete(tool.upstream);
        if (/Budget \\?"month/.test(end.shown ?? '')) refused.set(tool, end);
        else ends.push(end);
      },
      isOver: () => refused.has(tool) || hour() > latestHour,
    }),
  );

  async function until(atHour: number): Promise<void> {
    await sleep(clock, Math.max(0, (atHour - hour()) * hourMs));
  }
  /** In the middle of that many answers, which come slowly for it. */
  async function amidAnswers(least: number): Promise<void> {
    simulator.changeScenario({ eventDelayMs: 2_000 });
    while (simulator.openStreams < least) await sleep(clock, 1_000);
    await sleep(clock, 5_000);
    simulator.changeScenario({ eventDelayMs: 0 });
  }
  async function audit(): Promise<void> {
    while (isBusy()) await sleep(clock, 1_000);
    const { total } = store.ledger.usage({ by: 'model' });
    audits.push({
      hour: hour(),
      billedNanoAiu: Number(simulator.state.ledger['spentNanoAiu']),
      reportedNanoAiu: total.costNanoAiu,
      estimatedNanoAiu: total.estimatedNanoAiu,
    });
  }

  note(`${dayTools.length} tools begin to work`);
  await playTroubles({
    until,
    amidAnswers,
    audit,
    note,
    clock,
    gate,
    started,
    fail,
    setBadHour: (bad) => (isBadHour = bad),
  });
  await Promise.all(work);
  await audit();
  note('the budget is spent: every tool was told, and stopped');

  return {
    started,
    events,
    ends,
    refused: [...refused.values()],
    budget,
    hourOf,
    figures: { tokens: tokens.size, failedCalls, brokenConnections: gate.broken },
    audits,
  };
}
