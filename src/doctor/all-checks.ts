/** Every check of `crossfeed doctor`, in the order in which their findings are told. */
import type { Check } from './check.ts';
import { configCheck, diskCheck, homeCheck, nodeCheck, storeCheck } from './checks/machine.ts';
import { clockCheck, githubCheck, networkProxyCheck } from './checks/network.ts';
import { budgetCheck, keyCheck, learnedCheck, portCheck, serverCheck } from './checks/proxy.ts';
import { blockCheck, loginCheck, modelsCheck, seatCheck } from './checks/seat.ts';
import { toolsCheck } from './checks/tools.ts';

export const allChecks: readonly Check[] = [
  nodeCheck,
  configCheck,
  homeCheck,
  storeCheck,
  diskCheck,
  serverCheck,
  portCheck,
  keyCheck,
  networkProxyCheck,
  githubCheck,
  clockCheck,
  loginCheck,
  seatCheck,
  modelsCheck,
  blockCheck,
  budgetCheck,
  learnedCheck,
  toolsCheck,
];
