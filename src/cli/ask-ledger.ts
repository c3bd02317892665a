/** The ledger of this home: asked of the proxy that runs on it, else read from its file. */
import { ControlError } from '../control/control-error.ts';
import type { ControlArgs, ControlResult } from '../control/contract.ts';
import { createLedgerDesk, type LedgerOperation } from './ledger-desk.ts';
import { askProxy } from './ask-proxy.ts';
import type { CliContext } from './cli-context.ts';
import { withStore } from './with-store.ts';

export async function askLedger<O extends LedgerOperation>(
  context: CliContext,
  operation: O,
  args: ControlArgs<O>,
): Promise<ControlResult<O>> {
  try {
    return await askProxy(context, operation, args);
  } catch (thrown) {
    if (!(thrown instanceof ControlError) || thrown.code !== 'not_running') throw thrown;
    return withStore(context, { change: false }, async (store) => createLedgerDesk(store)[operation](args));
  }
}
