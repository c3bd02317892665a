/** Control operations that know nothing: a test replaces those it is about. */
import type { ControlOperations } from '../../src/control/contract.ts';

const unasked = (): never => {
  throw new Error('this test did not expect the question');
};

export const idleOperations: Omit<ControlOperations, 'status'> = {
  exchanges: () => [],
  findExchanges: () => ({ rows: [], next: null }),
  exchange: () => null,
  captured: () => null,
  capsule: () => null,
  sessionLine: unasked,
  spend: unasked,
  spendDays: () => [],
  spendCauses: unasked,
  sessions: unasked,
  session: unasked,
  promptCache: unasked,
  reconcile: unasked,
  quota: unasked,
  models: unasked,
  aliases: () => [],
  otherRoadModels: unasked,
  modelTerms: unasked,
  enableModel: unasked,
  budgets: () => [],
  approvals: () => [],
  answerApproval: () => ({ answered: false }),
  reload: () => ({}),
  resume: ({ account }) => ({ account: account ?? 'octo' }),
  forget: () => ({ forgotten: [] }),
  stopExchange: () => ({ stopped: false }),
  pause: ({ paused }) => ({ paused }),
  changeBudget: () => ({}),
  keys: () => ({ keys: [] }),
  connectedTools: () => ({ tools: [] }),
  addKey: unasked,
  revokeKey: () => ({ revoked: false }),
  settings: () => ({ settings: [] }),
  dashboardLink: () => ({ url: null }),
  stop: () => ({}),
  events: () => () => undefined,
};
