import { expect, test } from 'vitest';
import type { Budget, BudgetState } from '../canonical/budget.ts';
import type { SessionLine } from '../canonical/session-line.ts';
import { paintFor } from './paint.ts';
import { statusLine } from './status-line.ts';

const credit = 1e9;
const nowMs = 1_800_000_000_000;
const minuteMs = 60_000;
const quiet: SessionLine = {
  calls: 12,
  nanoAiu: 3.42 * credit,
  promptTokens: 1_000_000,
  cacheReadTokens: 912_000,
  budgets: [],
  alarm: null,
  next: null,
};
const state = (per: Budget['per'], credits: number, spent: number, reserved = 0): BudgetState => ({
  budget: { id: per, of: { kind: 'all' }, per, nanoAiu: credits * credit, mode: 'hard', source: 'command' },
  spentNanoAiu: spent * credit,
  reservedNanoAiu: reserved * credit,
  beginsAnewAt: null,
});
const idle = (idleMs: number, warm: number, cold: number): Partial<SessionLine> => ({
  next: { idleMs, ttlMs: 5 * minuteMs, warmNanoAiu: warm * credit, coldNanoAiu: cold * credit },
});
const alarm = (ageMs: number, block: string | null): Partial<SessionLine> => ({
  alarm: { at: nowMs - ageMs, block, nanoAiu: 2 * credit },
});

test.each<[string, Partial<SessionLine>, string]>([
  ['credits and cache', {}, '3.4 credits | 91% cached'],
  ['no prompt counted yet', { promptTokens: 0, cacheReadTokens: 0 }, '3.4 credits'],
  [
    'the tightest cap, with what calls under way hold',
    { budgets: [state('month', 500, 100), state('day', 20, 3.4, 1), state('request', 1, 0)] },
    '3.4 credits | 91% cached | 16 of 20 left today',
  ],
  [
    'a cap that is overrun',
    { budgets: [state('session', 3, 4)] },
    '3.4 credits | 91% cached | 0 of 3 left this session',
  ],
  [
    'a cap whose ledger cannot be read',
    { budgets: [{ ...state('month', 500, 0), spentNanoAiu: null }, state('day', 20, 4)] },
    '3.4 credits | 91% cached | ? (ledger unread) of 500 left this month',
  ],
  [
    'a fresh alarm',
    alarm(2 * minuteMs, 'tool 7 (Bash)'),
    '3.4 credits | 91% cached | cache lost 2 min ago at tool 7 (Bash), 2 credits',
  ],
  ['an old alarm is no news', alarm(60 * minuteMs, 'turn 3 user'), '3.4 credits | 91% cached'],
  ['a cold cache', idle(9 * minuteMs, 4, 38), '3.4 credits | 91% cached | idle 9 min: about 38 credits, not 4'],
  ['a cache that is still warm', idle(3 * minuteMs, 4, 38), '3.4 credits | 91% cached'],
  ['a cold cache that costs nothing worth a word', idle(9 * minuteMs, 0.01, 0.1), '3.4 credits | 91% cached'],
  ['no call yet', { calls: 0 }, 'crossfeed: no call of this session yet'],
])('%s', (_what, over, line) => {
  expect(statusLine({ ...quiet, ...over }, paintFor(false), nowMs)).toBe(line);
});

test('what somebody should look at has a colour', () => {
  const line = statusLine(
    { ...quiet, budgets: [state('day', 20, 19.5)], ...idle(9 * minuteMs, 4, 38) },
    paintFor(true),
    nowMs,
  );
  expect(line).toContain('\u001b[31m0.5 of 20 left today\u001b[39m');
  expect(line).toContain('\u001b[33midle 9 min');
});
