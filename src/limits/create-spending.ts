/** All that may stand between a call and the seat's credits: budgets, the owner's word, the seat's own quota. */
import type { Clock } from '../base/clock.ts';
import { counts, type BudgetState } from '../canonical/budget.ts';
import type { Caller } from '../canonical/caller.ts';
import type { QuotaForecast } from '../canonical/quota-forecast.ts';
import type { LimitsConfig } from '../config/config.ts';
import { createApprovalDesk, type Approvals } from './approval-desk.ts';
import { createBudgetDesk, type BudgetDesk } from './budget-desk.ts';
import { createQuotaGuard, type QuotaGuard, type QuotaGuardOptions } from './quota-guard.ts';
import { createSettingsBudgets, type NamedKey } from './settings-budgets.ts';
import type { SpendBook } from './spend-book.ts';

/** What is needed of the store. */
export interface SpendingStore {
  readonly spend: SpendBook;
  readonly ledger: {
    usage(question: { readonly by: 'account'; readonly sinceMs: number }): {
      readonly rows: readonly {
        readonly name: string;
        readonly costNanoAiu: number;
        readonly estimatedNanoAiu: number;
      }[];
    };
  };
  readonly callerKeys: { list(): readonly NamedKey[] };
  readonly facts: QuotaGuardOptions['memory'];
}

export interface SpendingOptions {
  readonly config: Pick<
    LimitsConfig,
    'budgets' | 'quotaStopPercent' | 'approval' | 'approvalAboveCredits' | 'approvalTimeoutMs'
  >;
  readonly store: SpendingStore;
  /** Brings the records of what ended to the store, before it is asked. */
  readonly keepRecords?: () => void;
  readonly clock: Clock;
  readonly warn: QuotaGuardOptions['warn'];
  /** Takes secrets out of what callers say of themselves, before it is written down. */
  readonly redact?: (text: string) => string;
}

export interface Spending {
  readonly budgets: BudgetDesk;
  readonly approvals: Approvals;
  readonly quota: QuotaGuard;
  /** What a caller may know: its seat, and the budgets that count its calls; those by session of that one alone. */
  readonly standing: (
    caller: Pick<Caller, 'accountName' | 'keyId' | 'project'>,
    session: string | undefined,
  ) => { readonly quota: QuotaForecast | null; readonly budgets: readonly BudgetState[] };
}

const nanoPerCredit = 1e9;
const same = (text: string) => text;

export function createSpending({ config, store, keepRecords, warn, clock, redact = same }: SpendingOptions): Spending {
  const { approval: of, approvalAboveCredits, approvalTimeoutMs: timeoutMs, quotaStopPercent } = config;
  const { spend, callerKeys } = store;
  const approvals = createApprovalDesk({ clock, timeoutMs, bySession: of === 'session' });

  function spentBy(account: string, sinceMs: number): number {
    const spent = store.ledger.usage({ by: 'account', sinceMs }).rows.find(({ name }) => name === account);
    return spent === undefined ? 0 : spent.costNanoAiu + spent.estimatedNanoAiu;
  }

  const quota = createQuotaGuard({ stopPercent: quotaStopPercent, clock, memory: store.facts, spent: spentBy, warn });
  const budgets = createBudgetDesk({
    book: {
      reserve(reservation) {
        const { client, project, kind } = reservation;
        const clean = (text: string | null) => text && redact(text);
        return spend.reserve({ ...reservation, client: redact(client), project: clean(project), kind: clean(kind) });
      },
      spent(...asked) {
        keepRecords?.();
        return spend.spent(...asked);
      },
      budgets: spend.budgets,
    },
    fromSettings: createSettingsBudgets({
      lines: config.budgets,
      keys: () => callerKeys.list(),
      onUnknownKey: (key) => warn(`limits.budgets names a key that there is not: "${key}"`, { key }),
    }),
    approvals,
    approval: { of, aboveNanoAiu: approvalAboveCredits * nanoPerCredit },
    seat: quota,
    clock,
    warn,
  });
  return {
    budgets,
    approvals,
    quota,
    standing: (caller, session) => ({
      quota: quota.forecast(caller.accountName) ?? null,
      budgets: budgets.states(session).filter(({ budget }) => counts(budget.of, caller)),
    }),
  };
}
