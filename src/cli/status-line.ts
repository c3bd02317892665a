/** One line on a session, short enough to stand below a prompt: credits, cache, cap, and what somebody should know. */
import type { BudgetState } from '../canonical/budget.ts';
import type { SessionLine } from '../canonical/session-line.ts';
import type { Paint } from '../observability/exchange-line.ts';

/** An alarm is news for so long. */
const alarmMs = 15 * 60_000;
/** A cold cache that costs less more than this, or less than so many times the warm one, is not worth the place. */
const leastCold = { nanoAiu: 1e9, times: 3 } as const;

export function statusLine(line: SessionLine | null, paint: Paint, nowMs: number): string {
  if (line === null || line.calls === 0) return paint.dim('crossfeed: no call of this session yet');
  const { nanoAiu, promptTokens, cacheReadTokens } = line;
  const share = promptTokens === 0 ? null : Math.round((100 * cacheReadTokens) / promptTokens);
  const parts = [
    paint.bold(`${credits(nanoAiu)} credits`),
    share === null ? '' : share < 50 && line.calls > 3 ? paint.yellow(`${share}% cached`) : `${share}% cached`,
    capText(line.budgets, paint),
    alarmText(line, paint, nowMs),
    coldText(line, paint),
  ];
  return parts.filter((part) => part !== '').join(paint.dim(' | '));
}

/** The one with the least share left. */
function capText(budgets: readonly BudgetState[], paint: Paint): string {
  // What is not known may all be spent.
  const left = ({ budget, spentNanoAiu, reservedNanoAiu }: BudgetState) =>
    budget.nanoAiu - (spentNanoAiu ?? budget.nanoAiu) - reservedNanoAiu;
  const share = (state: BudgetState) => left(state) / Math.max(1, state.budget.nanoAiu);
  const tightest = budgets.filter(({ budget }) => budget.per !== 'request').toSorted((a, b) => share(a) - share(b))[0];
  if (tightest === undefined) return '';
  const { budget } = tightest;
  const leftText = tightest.spentNanoAiu === null ? '? (ledger unread)' : credits(Math.max(0, left(tightest)));
  const text = `${leftText} of ${credits(budget.nanoAiu)} left ${whenText[budget.per]}`;
  if (share(tightest) <= 0.05) return paint.red(text);
  return share(tightest) <= 0.2 ? paint.yellow(text) : text;
}

const whenText = {
  request: '',
  session: 'this session',
  day: 'today',
  month: 'this month',
  ever: 'in all',
} as const;

function alarmText({ alarm }: SessionLine, paint: Paint, nowMs: number): string {
  if (alarm === null || nowMs - alarm.at > alarmMs) return '';
  const cost = alarm.nanoAiu === null ? '' : `, ${credits(alarm.nanoAiu)} credits`;
  return paint.red(
    `cache lost ${minutes(nowMs - alarm.at)} ago${alarm.block === null ? '' : ` at ${alarm.block}`}${cost}`,
  );
}

function coldText({ next }: SessionLine, paint: Paint): string {
  if (next === null || next.idleMs < next.ttlMs) return '';
  const { idleMs, warmNanoAiu, coldNanoAiu } = next;
  if (coldNanoAiu - warmNanoAiu < leastCold.nanoAiu || coldNanoAiu < warmNanoAiu * leastCold.times) return '';
  return paint.yellow(`idle ${minutes(idleMs)}: about ${credits(coldNanoAiu)} credits, not ${credits(warmNanoAiu)}`);
}

function minutes(ms: number): string {
  const count = Math.max(0, Math.round(ms / 60_000));
  return count < 120 ? `${count} min` : `${Math.round(count / 60)} h`;
}

/** `0.42`, `4.1`, `38`. */
function credits(nanoAiu: number): string {
  const amount = nanoAiu / 1e9;
  return String(Number(amount.toFixed(amount >= 10 ? 0 : amount >= 1 ? 1 : 2)));
}
