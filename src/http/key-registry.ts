/** Says whose key was presented: the default key of this proxy, or one of the stored further ones. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Caller } from '../canonical/caller.ts';

/** A further key as it is stored: its digest finds it, and nothing leads back to the key. */
export interface StoredKey {
  readonly id: string;
  readonly label: string;
  readonly accountName: string;
  readonly models: readonly string[] | null;
  readonly project: string | null;
  readonly aliases?: Caller['aliases'];
  readonly contextTier?: Caller['contextTier'];
  readonly capture?: boolean;
  readonly metricsOnly?: boolean;
  /** In ms since the epoch; null for never. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface KeyRegistry {
  /** Whose key this is, why it no longer opens, or undefined for a key that never was ours. */
  find(presented: string): Caller | 'expired' | 'revoked' | undefined;
  /** Who calls without any key of ours; null where a key is needed. */
  readonly anonymous: Caller | null;
  /** Who that would be, for a door that needs none where others do. */
  readonly keyless: Caller;
}

/** A registry whose default key can be replaced while it serves. */
export interface RenewableKeyRegistry extends KeyRegistry {
  /** From the next request on only this default key opens. */
  setDefault(defaultKey: DefaultKey): void;
}

/** The key that is there from the first start on, and the account it asks. */
export interface DefaultKey {
  readonly key: string;
  readonly accountName: string;
}

export interface KeyRegistryOptions {
  readonly defaultKey: DefaultKey;
  /** `digestHex` is the SHA-256 of a presented key, in lower-case hex. A thrown fault opens nothing. */
  readonly findByDigest?: (digestHex: string) => StoredKey | undefined;
  /** Hears of each use of a further key. */
  readonly onUse?: (keyId: string) => void;
  readonly clock: Clock;
  /** False lets callers without a key in as the default account: for a bind to this machine alone. True unless told. */
  readonly requireKey?: boolean;
}

/** The id under which the default key appears in events and records. */
export const defaultKeyId = 'default';
/** Who calls without one. */
export const anonymousId = 'no-key';

/**
 * What was presented is hashed first, so that every comparison and every look-up is by a digest: equal lengths
 * whatever was sent, and the time taken says nothing about any key.
 */
export function createKeyRegistry(options: KeyRegistryOptions): RenewableKeyRegistry {
  const { clock, findByDigest, onUse } = options;
  let wanted: Buffer;
  let defaultCaller: Caller;
  let keyless: Caller;
  setDefault(options.defaultKey);

  function setDefault({ key, accountName }: DefaultKey): void {
    const owner = (keyId: string): Caller => ({ keyId, label: keyId, accountName, models: null, project: null });
    wanted = digestOf(key);
    defaultCaller = owner(defaultKeyId);
    keyless = owner(anonymousId);
  }

  return {
    get anonymous() {
      return options.requireKey === false ? keyless : null;
    },
    get keyless() {
      return keyless;
    },
    setDefault,
    find(presented) {
      const digest = digestOf(presented);
      if (timingSafeEqual(digest, wanted)) return defaultCaller;
      const stored = findByDigest?.(digest.toString('hex'));
      if (stored === undefined) return undefined;
      if (stored.revokedAt !== null) return 'revoked';
      if (stored.expiresAt !== null && stored.expiresAt <= clock.now()) return 'expired';
      const { id: keyId, label, accountName, models, project, aliases = {}, contextTier = null } = stored;
      const { capture = false, metricsOnly = false } = stored;
      onUse?.(keyId);
      return { keyId, label, accountName, models, project, aliases, contextTier, capture, metricsOnly };
    },
  };
}

function digestOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
