/** The control operations that are about what was spent. */
import type { ControlArgs, ControlResult } from '../control/contract.ts';
import type { SpendQueries } from '../store/spend-queries.ts';

export type LedgerOperation = 'spend' | 'sessions' | 'session';

export type LedgerOperations = {
  readonly [O in LedgerOperation]: (args: ControlArgs<O>) => ControlResult<O>;
};

export function createLedgerDesk(ledger: SpendQueries): LedgerOperations {
  return {
    spend: (question) => ledger.usage(question),
    sessions: (question) => ledger.sessions(question),
    session: ({ id }) => ledger.session(id),
  };
}
