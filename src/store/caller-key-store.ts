/** The keys of callers beside the default one: found by their digest, never kept themselves. */
import type { Selectable } from 'kysely';
import type { Clock } from '../base/clock.ts';
import { objectOf, parseJson } from '../canonical/json-value.ts';
import type { ContextTier } from '../canonical/model.ts';
import type { CallerKeyTable } from './database-schema.ts';
import { createFreshRows } from './fresh-rows.ts';
import type { FreshRowsOptions } from './fresh-rows.ts';
import type { OpenDatabase } from './open-database.ts';

export interface StoredKey {
  readonly id: string;
  readonly label: string;
  /** SHA-256 of the key, in lower-case hex. */
  readonly digest: string;
  readonly accountName: string;
  /** Catalogue ids; null for all. */
  readonly models: readonly string[] | null;
  readonly project: string | null;
  /** Times in ms since the epoch; null for never. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** To the minute. */
  readonly lastUsedAt: number | null;
  /** Names of its own for models: each with what it means, the first that can serve. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Which price tier its prompts may reach; null for what the settings say. */
  readonly contextTier: ContextTier | null;
  /** Whether its prompts and answers are kept, whatever the settings say. */
  readonly capture: boolean;
  /** Whether it reads `/metrics` and opens nothing else. */
  readonly metricsOnly: boolean;
}

export type NewKey = Pick<StoredKey, 'label' | 'accountName' | 'models' | 'project' | 'expiresAt' | 'digest'> &
  Partial<Pick<StoredKey, 'aliases' | 'contextTier' | 'capture' | 'metricsOnly'>>;

/** Reads never throw; what changes something throws `StateFileError` if it could not be brought to the disk. */
export interface CallerKeyStore {
  /** Also those that ended; the oldest first. */
  list(): readonly StoredKey[];
  add(key: NewKey): StoredKey;
  /** Whether there was such a key that was not revoked yet. */
  revoke(id: string): boolean;
  /** Gives the key to another account. Whether there is such a key. */
  rebind(id: string, accountName: string): boolean;
  /** Also one that has expired or was revoked: the door has words for these. One look into a map. */
  findByDigest(digest: string): StoredKey | undefined;
  /** Remembers the use, at most once a minute and off the request's path. Never throws. */
  touch(id: string): void;
  /** Looks at the file again with the next question. */
  reload(): void;
}

type KeyRow = Selectable<CallerKeyTable>;
type Place = Omit<FreshRowsOptions<KeyRow, StoredKey>, 'select' | 'decode'>;

const touchMs = 60_000;

export function createCallerKeyStore(place: Place, queries: OpenDatabase['queries'] | undefined): CallerKeyStore {
  const { clock, report } = place;
  const rows = createFreshRows<KeyRow, StoredKey>({
    ...place,
    select: (queries) => queries.selectFrom('caller_key').selectAll().orderBy('created_at').orderBy('id'),
    decode: toStoredKey,
  });
  let indexed: readonly StoredKey[] | undefined;
  let byDigest: ReadonlyMap<string, StoredKey> = new Map();
  const touched = new Map<string, number>();
  const find = (id: string) => rows.all().find((key) => key.id === id);

  return {
    list: () => rows.all(),
    add(key) {
      const added: StoredKey = {
        aliases: {},
        contextTier: null,
        capture: false,
        metricsOnly: false,
        ...key,
        // Of a 256-bit secret's digest: says nothing of the key, and needs no random of its own.
        id: `key-${key.digest.slice(0, 10)}`,
        createdAt: Math.round(clock.now()),
        revokedAt: null,
        lastUsedAt: null,
      };
      rows.write(
        queries === undefined
          ? []
          : [
              queries.insertInto('caller_key').values({
                id: added.id,
                label: added.label,
                digest: added.digest,
                account: added.accountName,
                models: added.models === null ? null : JSON.stringify(added.models),
                project: added.project,
                created_at: added.createdAt,
                expires_at: added.expiresAt,
                revoked_at: null,
                last_used_at: null,
                aliases: Object.keys(added.aliases).length === 0 ? null : JSON.stringify(added.aliases),
                context_tier: added.contextTier,
                capture: added.capture ? 1 : null,
                metrics_only: added.metricsOnly ? 1 : null,
              }),
            ],
      );
      return added;
    },
    revoke(id) {
      if (find(id)?.revokedAt !== null || queries === undefined) return false;
      rows.write([
        queries
          .updateTable('caller_key')
          .set({ revoked_at: Math.round(clock.now()) })
          .where('id', '=', id),
      ]);
      return true;
    },
    rebind(id, accountName) {
      if (find(id) === undefined || queries === undefined) return false;
      rows.write([queries.updateTable('caller_key').set({ account: accountName }).where('id', '=', id)]);
      return true;
    },
    findByDigest(digest) {
      const all = rows.all();
      if (all !== indexed) {
        indexed = all;
        byDigest = new Map(all.map((key) => [key.digest, key]));
      }
      return byDigest.get(digest);
    },
    touch(id) {
      const now = clock.now();
      if (queries === undefined || Math.abs(now - (touched.get(id) ?? -Infinity)) < touchMs) return;
      touched.set(id, now);
      clock.after(0, () => markUsed(place, queries, id, now, report));
    },
    reload: () => rows.reload(),
  };
}

/** Not durable and not patient: a lost minute of "last used" harms nobody, a stopped stream does. */
function markUsed(
  { opened }: Place,
  queries: OpenDatabase['queries'],
  id: string,
  usedAt: number,
  report: (thrown: unknown) => void,
): void {
  if (opened === undefined || !opened.database.isOpen) return;
  const { sql, parameters } = queries
    .updateTable('caller_key')
    .set({ last_used_at: Math.round(usedAt) })
    .where('id', '=', id)
    .compile();
  try {
    opened.database.prepare(sql).run(...(parameters as string[]));
  } catch (thrown) {
    report(thrown);
  }
}

/** Whether it still opens the door. */
export function keyState(
  key: Pick<StoredKey, 'revokedAt' | 'expiresAt'>,
  clock: Pick<Clock, 'now'>,
): 'valid' | 'expired' | 'revoked' {
  if (key.revokedAt !== null) return 'revoked';
  return key.expiresAt !== null && key.expiresAt <= clock.now() ? 'expired' : 'valid';
}

function toStoredKey(row: KeyRow): StoredKey {
  return {
    id: row.id,
    label: row.label,
    digest: row.digest,
    accountName: row.account,
    models: row.models === null ? null : toModels(row.models),
    project: row.project,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    aliases: row.aliases === null ? {} : toAliases(row.aliases),
    contextTier: row.context_tier === 'long' || row.context_tier === 'default' ? row.context_tier : null,
    capture: row.capture === 1,
    metricsOnly: row.metrics_only === 1,
  };
}

/** A list that cannot be read allows nothing: the other reading would open what was meant to be closed. */
function toModels(stored: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(stored);
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** An alias that cannot be read is none: the name then means what the catalogue says. */
function toAliases(stored: string): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(objectOf(parseJson(stored))).flatMap(([name, targets]): [string, string[]][] =>
    Array.isArray(targets) ? [[name, targets.filter((one) => typeof one === 'string')]] : [],
  );
  return Object.fromEntries(entries);
}
