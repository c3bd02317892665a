/** The ledger of this home: asked of the proxy that runs on it, else read from its file. */
import type { ControlArgs, ControlResult } from '../control/contract.ts';
import { createLedgerDesk, type LedgerOperation } from './ledger-desk.ts';
import { askIfRunning } from './ask-proxy.ts';
import type { CliContext } from './cli-context.ts';
import { withStore } from './with-store.ts';

export async function askLedger<O extends LedgerOperation>(
  context: CliContext,
  operation: O,
  args: ControlArgs<O>,
): Promise<ControlResult<O>> {
  const answer = await askIfRunning(context, operation, args);
  if (answer !== null) return answer;
  return withStore(context, { change: false }, async (store) => createLedgerDesk(store)[operation](args));
}
