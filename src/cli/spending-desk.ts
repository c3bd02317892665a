/** The control operations that are about credits: budgets, and calls that wait for the owner's word. */
import type { ControlArgs, ControlResult } from '../control/contract.ts';
import type { Spending } from '../limits/create-spending.ts';

export type SpendingOperations = {
  readonly [O in 'budgets' | 'approvals' | 'answerApproval']: (args: ControlArgs<O>) => ControlResult<O>;
};

export function createSpendingDesk({ budgets, approvals }: Spending): SpendingOperations {
  return {
    budgets: ({ session }) => budgets.states(session),
    approvals: () => approvals.waiting(),
    answerApproval: ({ id, answer }) => ({ answered: approvals.answer(id, answer) }),
  };
}
