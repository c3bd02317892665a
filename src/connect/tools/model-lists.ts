/** What lists of models in tools' settings have in common. */
import type { ChosenModel, ChosenModels } from '../tool-knowledge.ts';

/** The one for the work first: tools take the first of a list where nothing else is said. */
export function modelsBigFirst({ big, list }: ChosenModels): readonly ChosenModel[] {
  return [big, ...list.filter(({ id }) => id !== big.id)];
}

/** Members of a model that the catalogue says, and none of the others. */
export function known<T extends string>(sizes: Readonly<Record<T, number | undefined>>): Partial<Record<T, number>> {
  const entries = Object.entries<number | undefined>(sizes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<T, number>>;
}
