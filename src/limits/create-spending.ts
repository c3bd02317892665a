/** All that may stand between a call and the seat's credits: budgets, the owner's word, the seat's own quota. */
import type { Clock } from '../base/clock.ts';
import type { LimitsConfig } from '../config/config.ts';
import { createApprovalDesk, type Approvals } from './approval-desk.ts';
import { createBudgetDesk, type BudgetDesk } from './budget-desk.ts';
import { createQuotaGuard, type QuotaGuard, type QuotaGuardOptions } from './quota-guard.ts';
import { createSettingsBudgets, type NamedKey } from './settings-budgets.ts';
import type { SpendBook } from './spend-book.ts';

export interface SpendingOptions extends Pick<QuotaGuardOptions, 'memory' | 'warn'> {
  readonly config: Pick<
    LimitsConfig,
    'budgets' | 'quotaStopPercent' | 'approval' | 'approvalAboveCredits' | 'approvalTimeoutMs'
  >;
  readonly book: SpendBook;
  readonly spentBy: QuotaGuardOptions['spent'];
  readonly keys: () => readonly NamedKey[];
  readonly clock: Clock;
}

export interface Spending {
  readonly budgets: BudgetDesk;
  readonly approvals: Approvals;
  readonly quota: QuotaGuard;
}

const nanoPerCredit = 1e9;

export function createSpending({ config, book, spentBy, keys, memory, warn, clock }: SpendingOptions): Spending {
  const { approval: of, approvalAboveCredits, approvalTimeoutMs: timeoutMs, quotaStopPercent } = config;
  const approvals = createApprovalDesk({ clock, timeoutMs, bySession: of === 'session' });
  const quota = createQuotaGuard({ stopPercent: quotaStopPercent, clock, memory, spent: spentBy, warn });
  const budgets = createBudgetDesk({
    book,
    fromSettings: createSettingsBudgets({
      lines: config.budgets,
      keys,
      onUnknownKey: (key) => warn(`limits.budgets names a key that there is not: "${key}"`, { key }),
    }),
    approvals,
    approval: { of, aboveNanoAiu: approvalAboveCredits * nanoPerCredit },
    seat: quota,
    clock,
    warn,
  });
  return { budgets, approvals, quota };
}
