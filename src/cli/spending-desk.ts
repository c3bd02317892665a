/** The control operations that are about credits: budgets, the quota's future, and calls that wait for the owner's word. */
import type { ControlArgs, ControlResult } from '../control/contract.ts';
import type { Proxy } from '../proxy.ts';

export type SpendingOperations = {
  readonly [O in 'budgets' | 'quotaForecast' | 'approvals' | 'answerApproval']: (
    args: ControlArgs<O>,
  ) => ControlResult<O>;
};

export function createSpendingDesk({ spending, status }: Pick<Proxy, 'spending' | 'status'>): SpendingOperations {
  const { budgets, approvals, quota } = spending;
  return {
    budgets: ({ session }) => budgets.states(session),
    quotaForecast({ account = status().accounts[0]?.account.name ?? '' }) {
      return { forecast: quota.forecast(account) ?? null };
    },
    approvals: () => approvals.waiting(),
    answerApproval: ({ id, answer }) => ({ answered: approvals.answer(id, answer) }),
  };
}
