/** Who calls: the holder of one of our keys. */
import type { ContextTier } from './model.ts';

export interface Caller {
  /** The key's id, as events and records carry it; never the key. */
  readonly keyId: string;
  readonly label: string;
  /** The account whose seat answers. */
  readonly accountName: string;
  /** Catalogue ids this key may use; null for all. */
  readonly models: readonly string[] | null;
  /** The "project" that its calls are booked under; null for none. */
  readonly project: string | null;
  /** Names of its own for models: each with what it means, the first that can serve. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  /** Which price tier its prompts may reach; the settings say where it does not. */
  readonly contextTier?: ContextTier | null;
  /** Whether its prompts and answers are kept, whatever the settings say. */
  readonly capture?: boolean;
  /** It reads `/metrics` and opens nothing else. */
  readonly metricsOnly?: boolean;
}

/** Whether the caller's key may use a model. The dash and the dot form of an id are the same model. */
export function mayUseModel({ models }: Pick<Caller, 'models'>, modelId: string): boolean {
  if (models === null) return true;
  const dashed = modelId.replaceAll('.', '-');
  return models.some((allowed) => allowed.replaceAll('.', '-') === dashed);
}
