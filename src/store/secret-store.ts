/** Where GitHub tokens rest: the system's keychain where it answers, else the 0600 file. Chosen at login, read alike. */
import { openCredentialFile } from './credential-store.ts';
import { createKeychain, KeychainError } from './keychain.ts';
import type { Keychain, KeychainOptions } from './keychain.ts';

export type SecretStoreKind = 'keychain' | 'file';

export interface SecretStore {
  readonly kind: SecretStoreKind;
  /** Why it is the file although nobody asked for the file: for the user, said once. Null otherwise. */
  readonly notice: string | null;
  /**
   * The secret under `name`; null without one. All three throw `KeychainError`, or `StateFileError` where others can
   * read the file.
   */
  get(name: string): Promise<string | null>;
  set(name: string, secret: string): Promise<void>;
  delete(name: string): Promise<void>;
}

export interface SecretStoreOptions {
  readonly home: string;
  /** `auto` chooses at a login; afterwards the kind that the account recorded is given. */
  readonly choice: SecretStoreKind | 'auto';
  /** Somebody sits at a desktop, where the keychain may show a dialog: wait 30 s for it, else 3 s. */
  readonly interactive: boolean;
  readonly clock: KeychainOptions['clock'];
  /** The environment of the keychain's process, without secrets. */
  readonly env: KeychainOptions['env'];
  readonly keychain?: Keychain;
}

const dialogMs = 30_000;
const unattendedMs = 3_000;
/** Kept for the moment of a proof. */
const probeName = 'crossfeed-probe';

/** Opening throws nothing; a keychain that was asked for by name and does not answer throws at its first use. */
export async function openSecretStore(options: SecretStoreOptions): Promise<SecretStore> {
  const { home, choice, interactive, clock, env } = options;
  if (choice === 'file') return fileStore(home, null);
  const giveUpMs = interactive ? dialogMs : unattendedMs;
  const keychain = options.keychain ?? createKeychain({ clock, giveUpMs, env });
  try {
    // Some answer questions and refuse to keep anything: only a secret that came back is a promise.
    if (choice === 'auto') await prove(keychain);
    return keychainStore(keychain);
  } catch (thrown) {
    if (!(thrown instanceof KeychainError)) throw thrown;
    return fileStore(home, `Tokens are kept in a file that only you can read, because ${thrown.message}.`);
  }
}

async function prove(keychain: Keychain): Promise<void> {
  const kept = await keychain.ask({ operation: 'set', name: probeName, secret: probeName });
  await keychain.ask({ operation: 'delete', name: probeName });
  if (kept !== probeName) throw new KeychainError('the keychain does not keep what it is given');
}

function keychainStore(keychain: Keychain): SecretStore {
  return {
    kind: 'keychain',
    notice: null,
    get: (name) => keychain.ask({ operation: 'get', name }),
    async set(name, secret) {
      const kept = await keychain.ask({ operation: 'set', name, secret });
      if (kept !== secret) throw new KeychainError('the keychain does not keep what it is given');
    },
    async delete(name) {
      await keychain.ask({ operation: 'delete', name });
    },
  };
}

function fileStore(home: string, notice: string | null): SecretStore {
  const file = openCredentialFile(home);
  return {
    kind: 'file',
    notice,
    get: (name) => file.secret(name),
    set: (name, secret) => file.setSecret(name, secret),
    async delete(name) {
      await file.deleteSecret(name);
    },
  };
}
