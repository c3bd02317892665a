/** The budgets that the settings name, with the keys that their labels mean just now. */
import type { Budget } from '../canonical/budget.ts';
import { budgetIdOf, parseBudget } from '../config/budget-field.ts';

export interface NamedKey {
  readonly id: string;
  readonly label: string;
  readonly revokedAt: number | null;
}

export interface SettingsBudgetsOptions {
  readonly lines: readonly string[];
  /** The same array until a key changes. */
  readonly keys: () => readonly NamedKey[];
  /** Hears once of a key that there is not: its budget counts nothing until there is. */
  readonly onUnknownKey: (key: string) => void;
}

/** Ids of keys that are in no list: the default one, and what calls without one. */
const ownKeys: ReadonlySet<string> = new Set(['default', 'no-key']);

export function createSettingsBudgets({ lines, keys, onUnknownKey }: SettingsBudgetsOptions): () => readonly Budget[] {
  const parsed = lines.flatMap((line) => parseBudget(line) ?? []);
  const missing = new Set<string>();
  let resolvedFor: readonly NamedKey[] | undefined;
  let resolved: readonly Budget[] = [];

  function keyIdOf(named: string, known: readonly NamedKey[]): string {
    if (ownKeys.has(named)) return named;
    const found =
      known.find(({ id }) => id === named) ??
      known.find(({ label, revokedAt }) => label === named && revokedAt === null) ??
      known.find(({ label }) => label === named);
    if (found === undefined && !missing.has(named)) {
      missing.add(named);
      onUnknownKey(named);
    }
    return found?.id ?? named;
  }

  return () => {
    if (parsed.length === 0) return resolved;
    const known = keys();
    if (known !== resolvedFor) {
      resolvedFor = known;
      resolved = parsed.map((line): Budget => {
        const { per, mode, nanoAiu, key, project } = line;
        const of: Budget['of'] =
          key === undefined
            ? project === undefined
              ? { kind: 'all' }
              : { kind: 'project', project }
            : { kind: 'key', keyId: keyIdOf(key, known) };
        return { id: budgetIdOf(line), of, per, nanoAiu, mode, source: 'settings' };
      });
    }
    return resolved;
  };
}
