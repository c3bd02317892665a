/** Asks the proxy that runs on the user's home. */
import { resolveHome } from '../config/home.ts';
import type { ControlArgs, ControlOperation, ControlResult } from '../control/contract.ts';
import { callControl } from '../control/control-client.ts';
import { ControlError } from '../control/control-error.ts';
import type { ControlPlace } from '../control/socket-path.ts';
import type { CliContext } from './cli-context.ts';

export function controlPlace(context: CliContext): ControlPlace {
  return { home: resolveHome(context.env, context.homedir), env: context.env };
}

/** Throws `ControlError`; `not_running` where there is none. */
export function askProxy<O extends ControlOperation>(
  context: CliContext,
  operation: O,
  args: ControlArgs<O>,
): Promise<ControlResult<O>> {
  return callControl(controlPlace(context), operation, args);
}

/** The same; null where no proxy runs. */
export async function askIfRunning<O extends ControlOperation>(
  context: CliContext,
  operation: O,
  args: ControlArgs<O>,
): Promise<ControlResult<O> | null> {
  try {
    return await askProxy(context, operation, args);
  } catch (thrown) {
    if (thrown instanceof ControlError && thrown.code === 'not_running') return null;
    throw thrown;
  }
}
