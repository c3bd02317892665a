/** The control operations that are about what was spent. */
import type { ControlArgs, ControlResult } from '../control/contract.ts';
import type { Store } from '../store/open-store.ts';

export type LedgerOperation = 'spend' | 'spendDays' | 'spendCauses' | 'sessions' | 'session' | 'reconcile';

export type LedgerOperations = {
  readonly [O in LedgerOperation]: (args: ControlArgs<O>) => ControlResult<O>;
};

type LedgerStore = Pick<Store, 'ledger' | 'readings'>;

export function createLedgerDesk({ ledger, readings }: LedgerStore): LedgerOperations {
  return {
    spend: (question) => ledger.usage(question),
    spendDays: (question) => ledger.days(question),
    spendCauses: ({ sinceMs }) => ledger.causes(sinceMs),
    sessions: (question) => ledger.sessions(question),
    session: ({ id }) => ledger.session(id),
    reconcile: ({ account, sinceMs }) => readings.reconcile(account, sinceMs),
  };
}
