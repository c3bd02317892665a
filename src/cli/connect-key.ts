/** The key of a connected tool: made once, found again in the tool's own files, ended with the connection. */
import { resolveHome } from '../config/home.ts';
import { keyIn } from '../connect/connected-key.ts';
import type { ConnectRecord } from '../connect/connect-record.ts';
import { keyState } from '../store/caller-key-store.ts';
import { systemClock } from '../base/clock.ts';
import type { CliContext } from './cli-context.ts';
import { makeKey } from './key-maker.ts';
import { tellServer, withStore } from './with-store.ts';

export interface ToolKey {
  readonly key: string;
  readonly id: string;
  readonly label: string;
  readonly isNew: boolean;
}

export interface WantedToolKey {
  readonly tool: string;
  readonly account: string | undefined;
  readonly record: ConnectRecord | undefined;
}

/** The one that it has, while it is valid and of that account; else a new one, and the former ends. */
export async function toolKey(context: CliContext, { tool, account, record }: WantedToolKey): Promise<ToolKey> {
  const label = `connect/${tool}`;
  const made = await withStore(context, { change: true }, async (store): Promise<ToolKey> => {
    const former = store.callerKeys.list().findLast((one) => one.label === label && one.revokedAt === null);
    if (former !== undefined) {
      const fits = keyState(former, systemClock) === 'valid' && (account ?? former.accountName) === former.accountName;
      const key = fits && record?.keyId === former.id ? await keyIn(record, former.digest) : undefined;
      if (key !== undefined) return { key, id: former.id, label, isNew: false };
      store.callerKeys.revoke(former.id);
    }
    const { key, stored } = makeKey(store, { label, account, models: null, project: null, expiresAt: null });
    return { key, id: stored.id, label, isNew: true };
  });
  if (made.isNew) await tellServer(context);
  return made;
}

/** Whether there was such a key that was still valid. */
export async function endToolKey(context: CliContext, keyId: string): Promise<boolean> {
  const ended = await withStore(context, { change: false }, async (store) => store.callerKeys.revoke(keyId));
  if (ended) await tellServer(context);
  return ended;
}

export function crossfeedHomeOf(context: CliContext): string {
  return resolveHome(context.env, context.homedir);
}
