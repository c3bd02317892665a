/** Accounts and keys by the names that people type. */
import type { Account } from '../canonical/account.ts';
import { nearestName } from '../config/nearest-name.ts';
import type { StoredKey } from '../store/caller-key-store.ts';
import type { Store } from '../store/open-store.ts';
import { CliError } from './cli-error.ts';
import { environmentAccountName } from './environment-account.ts';
import { exitCode } from './exit-code.ts';

/** The account of that name, the default one without; throws `CliError` (usage) where there is none. */
export function findAccount({ accounts }: Pick<Store, 'accounts'>, name: string | undefined): Account {
  const names = accounts.list().map((account) => account.name);
  if (names.length === 0) {
    throw new CliError(exitCode.usage, 'No account is signed in: `crossfeed login` does that.');
  }
  const found = accounts.find(name ?? accounts.defaultName() ?? '');
  if (found !== undefined) return found;
  const near = nearestName(name ?? '', names);
  throw new CliError(
    exitCode.usage,
    `There is no account "${name}"${near === undefined ? '.' : `; did you mean ${near}?`} \`crossfeed accounts\` lists them.`,
  );
}

/**
 * The account that a key may be given to: a stored one, or that of a token in the environment, which is stored nowhere
 * and is the only one where nobody has signed in.
 */
export function keyAccountName(store: Pick<Store, 'accounts'>, name: string | undefined): string {
  const nobody = name === undefined && store.accounts.list().length === 0;
  return nobody || name === environmentAccountName ? environmentAccountName : findAccount(store, name).name;
}

/** The key of that id or label. Where several have had the label, the one that is not revoked. */
export function findKey({ callerKeys }: Pick<Store, 'callerKeys'>, wanted: string): StoredKey {
  const keys = callerKeys.list();
  const labelled = keys.filter(({ label }) => label === wanted);
  const found =
    keys.find(({ id }) => id === wanted) ?? labelled.find(({ revokedAt }) => revokedAt === null) ?? labelled[0];
  if (found !== undefined) return found;
  throw new CliError(exitCode.usage, `There is no key "${wanted}": \`crossfeed keys list\` lists them.`);
}
