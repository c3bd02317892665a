/** Makes a further key for callers: checked, stored as its digest, and told this once. */
import { createHash } from 'node:crypto';
import type { Store } from '../store/open-store.ts';
import type { NewKey, StoredKey } from '../store/caller-key-store.ts';
import { newCallerKey } from './caller-key.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { keyAccountName } from './find-account.ts';

/** What the key of every first start is called: no other one may be. */
export const defaultLabel = 'default';
const labelPattern = /^[A-Za-z0-9](?:[A-Za-z0-9 ._@/-]{0,62}[A-Za-z0-9])?$/;

export interface WantedKey extends Omit<NewKey, 'digest' | 'accountName'> {
  readonly account: string | undefined;
}

export interface MadeKey {
  readonly key: string;
  readonly stored: StoredKey;
}

/** Throws `CliError` (usage) where the label is none or is taken, the project is none, or there is no such account. */
export function makeKey(
  store: Pick<Store, 'accounts' | 'callerKeys'>,
  { account, label, project, ...wanted }: WantedKey,
): MadeKey {
  if (!labelPattern.test(label) || label === defaultLabel) {
    throw usage(`A label has up to 64 letters, digits, spaces and . _ @ / -, and is not "${defaultLabel}".`);
  }
  if (project !== null && !labelPattern.test(project)) {
    throw usage('--project has up to 64 letters, digits, spaces and . _ @ / -.');
  }
  const accountName = keyAccountName(store, account);
  if (store.callerKeys.list().some((one) => one.label === label && one.revokedAt === null)) {
    throw usage(`There is a key "${label}" already: revoke it first, or choose another label.`);
  }
  const key = newCallerKey();
  const digest = createHash('sha256').update(key).digest('hex');
  return { key, stored: store.callerKeys.add({ ...wanted, label, project, accountName, digest }) };
}

function usage(message: string): CliError {
  return new CliError(exitCode.usage, message);
}
