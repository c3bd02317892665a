/** The store of the user's home for one command, beside whatever server runs on it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../base/clock.ts';
import { ensureHome, resolveHome } from '../config/home.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import { askIfRunning } from './ask-proxy.ts';
import type { CliContext } from './cli-context.ts';

export interface StoreUse {
  /** A question makes no folder and no file; a change makes both. */
  readonly change: boolean;
}

export async function withStore<T>(
  context: CliContext,
  { change }: StoreUse,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const home = resolveHome(context.env, context.homedir);
  const file = path.join(home, 'crossfeed.db');
  const say = (message: string) => context.stderr.write(`crossfeed: ${message}\n`);
  if (change) (await ensureHome(home)).forEach(say);
  const store = await openStore({
    path: change || existsSync(file) ? file : ':memory:',
    clock: systemClock,
    onFault: (error) => say(error.message),
  });
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

/** Tells the running server that accounts or keys have changed. Whether one runs. */
export async function tellServer(context: CliContext): Promise<boolean> {
  try {
    return (await askIfRunning(context, 'reload', {})) !== null;
  } catch (thrown) {
    // What was asked for is done, and a server sees it within seconds anyway.
    context.stderr.write(
      `crossfeed: The running proxy could not be told (${thrown instanceof Error ? thrown.message : 'unknown'}).\n`,
    );
    return true;
  }
}
