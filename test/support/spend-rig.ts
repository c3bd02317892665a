/** A budget desk on a clock that stands still and a ledger in memory, with calls that tests vary. */
import type { Budget, Reservation, Reserved } from '../../src/canonical/budget.ts';
import { createApprovalDesk } from '../../src/limits/approval-desk.ts';
import { createBudgetDesk, type BudgetDeskOptions } from '../../src/limits/budget-desk.ts';
import type { SpendRequest, SpendVerdict } from '../../src/limits/spend-guard.ts';
import { createFakeClock } from './fake-clock.ts';
import { sampleEstimate } from './sample-record.ts';

export const credit = 1e9;

export function sampleBudget(change: Partial<Budget> = {}): Budget {
  return {
    id: 'month',
    of: { kind: 'all' },
    per: 'month',
    nanoAiu: 10 * credit,
    mode: 'hard',
    source: 'command',
    ...change,
  };
}

export type SampleCall = Partial<SpendRequest> & { readonly credits?: number | null };

export function sampleCall({ credits = 1, ...change }: SampleCall = {}): SpendRequest {
  const nanoAiu = credits === null ? null : credits * credit;
  return {
    exchangeId: 'x1',
    accountName: 'octo',
    keyId: 'default',
    keyLabel: 'default',
    project: null,
    session: 's1',
    protocol: 'openai-chat',
    route: '/v1/chat/completions',
    client: 'test/1',
    model: 'gpt-5-mini',
    kind: null,
    estimate: { ...sampleEstimate, nanoAiu, mostNanoAiu: nanoAiu === null ? null : nanoAiu * 3 },
    edits: [],
    signal: new AbortController().signal,
    ...change,
  };
}

interface RigOptions extends Partial<Pick<BudgetDeskOptions, 'approval' | 'seat' | 'fromSettings'>> {
  readonly startMs?: number;
  readonly bySession?: boolean;
}

export function spendRig(budgets: Budget[], options: RigOptions = {}) {
  const clock = createFakeClock(options.startMs);
  const reserved: Reservation[] = [];
  const warned: string[] = [];
  /** What the ledger says was spent before; null where it cannot be read. */
  const ledger = { nanoAiu: 0 as number | null, asked: 0, takes: 'kept' as Reserved };
  const approvals = createApprovalDesk({ clock, timeoutMs: 300_000, bySession: options.bySession ?? false });
  const desk = createBudgetDesk({
    book: {
      reserve(reservation) {
        if (ledger.takes === 'kept') reserved.push(reservation);
        return ledger.takes;
      },
      spent() {
        ledger.asked += 1;
        return ledger.nanoAiu;
      },
      budgets: { list: () => budgets },
    },
    fromSettings: options.fromSettings ?? (() => []),
    approvals,
    approval: options.approval ?? { of: 'off', aboveNanoAiu: 0 },
    seat: options.seat ?? { judge: () => ({ warnings: [] }) },
    clock,
    warn: (message) => void warned.push(message),
  });
  return {
    clock,
    desk,
    approvals,
    budgets,
    reserved,
    warned,
    ledger,
    /** The call of that name ends, and cost so many credits; null where nobody knows. */
    settle(call: SpendRequest, credits: number | null) {
      const nanoAiu = credits === null ? null : credits * credit;
      const { exchangeId: id, keyId, project, session, estimate } = call;
      const cost = { nanoAiu, source: nanoAiu === null ? 'unknown' : 'reported', tier: null } as const;
      desk.settle({ id, startedAt: clock.now(), keyId, project, session, estimate, cost });
    },
  };
}

/** The message of a refusal; undefined for a call that may go. */
export function refusalOf(verdict: SpendVerdict | Promise<SpendVerdict>): string | undefined {
  if (verdict instanceof Promise) throw new Error('somebody is asked');
  return verdict.allowed ? undefined : `${verdict.error.code}: ${verdict.error.message}`;
}

export function warningsOf(verdict: SpendVerdict | Promise<SpendVerdict>): readonly string[] {
  if (verdict instanceof Promise || !verdict.allowed) throw new Error('it may not go at once');
  return verdict.warnings;
}
