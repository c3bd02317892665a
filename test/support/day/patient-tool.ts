/** A tool at work through the day: session after session, each call tried again as its release does, then given up. */
import { sleep, type Clock } from '../../../src/base/clock.ts';
import { sessionOf } from './day-session.ts';
import { openLine, type Line, type Try } from './try-once.ts';
import type { DayTool } from './tools-of-the-day.ts';

/** How one turn ended for the person in front of it. */
export interface TurnEnd {
  readonly tool: DayTool;
  readonly at: number;
  readonly tries: number;
  /** What was seen of each try that failed. */
  readonly failed: readonly string[];
  /** Null where it was answered; else what the tool shows, and the person has to do something about. */
  readonly shown: string | null;
}

export interface DaySetting {
  readonly url: string;
  readonly key: string;
  readonly clock: Clock;
  /** A tool's own numbers, so that no tool's day depends on another's. */
  readonly random: () => number;
  /** Between two turns: a command runs, a person reads. */
  readonly pauseMs: { readonly least: number; readonly most: number };
  /** What happens to a new turn is arranged here. */
  readonly beforeTurn: (tool: DayTool) => void;
  /** A call is on its way: one more, or one less. */
  readonly count: (by: 1 | -1) => void;
  readonly told: (end: TurnEnd) => void;
  /** No further turn once it says so. */
  readonly isOver: () => boolean;
}

const turnsOfSession = 14;

export async function workThroughDay(tool: DayTool, setting: DaySetting): Promise<void> {
  const { clock, random, pauseMs, isOver } = setting;
  const line = openLine(tool, setting.url, setting.key);
  const pause = () => sleep(clock, pauseMs.least + random() * (pauseMs.most - pauseMs.least));
  for (let serial = 0; !isOver(); serial += 1) {
    const session = sessionOf(Math.floor(random() * 1e6), turnsOfSession);
    for (let turn = 0; turn < turnsOfSession; turn += 1) {
      await pause();
      if (isOver()) break;
      setting.beforeTurn(tool);
      const call = { turn, session: `${tool.name}-${serial}`, body: tool.body(session, turn, tool.model) };
      setting.told(await askPatiently(tool, line, call, setting));
    }
  }
  line.close();
}

async function askPatiently(
  tool: DayTool,
  line: Line,
  call: Parameters<Line['ask']>[0],
  { clock, random, count }: DaySetting,
): Promise<TurnEnd> {
  const { waitsMs, jitter, heedsRetryAfter } = tool.patience;
  const failed: string[] = [];
  for (;;) {
    count(1);
    const tried = await line.ask(call).finally(() => count(-1));
    const end = { tool, at: clock.now(), tries: failed.length + 1, failed, shown: tried.shown };
    const waitMs = waitsMs[failed.length];
    if (tried.shown === null || waitMs === undefined || !triesAgain(tool, tried)) return end;
    failed.push(tried.shown);
    const ownMs = waitMs * (jitter[0] + random() * (jitter[1] - jitter[0]));
    await sleep(clock, heedsRetryAfter && tried.retryAfterMs !== null ? tried.retryAfterMs : ownMs);
  }
}

function triesAgain({ patience }: DayTool, { status, shouldRetry }: Try): boolean {
  return status === 0 || (shouldRetry ?? patience.triesAgainAt(status));
}
