/** How hard a model is asked to think: the words for it in their order, and the token budgets that mean the same. */

/** From least to most, each with the thinking budget that stands for it where a model counts tokens instead. */
const budgets = {
  none: 0,
  minimal: 1024,
  low: 4096,
  medium: 10_000,
  high: 24_000,
  xhigh: 48_000,
  max: 96_000,
} as const satisfies Readonly<Record<string, number>>;

type Effort = keyof typeof budgets;

const order = Object.keys(budgets) as readonly Effort[];

function rankOf(effort: string): number {
  return order.indexOf(effort as Effort);
}

/** The effort of `allowed` next below `asked`, else the next above it; `asked` itself where nobody knows the word. */
export function nearestEffort(asked: string, allowed: readonly string[]): string {
  const rank = rankOf(asked);
  if (rank < 0 || allowed.includes(asked)) return asked;
  const known = allowed.filter((effort) => rankOf(effort) >= 0).toSorted((a, b) => rankOf(a) - rankOf(b));
  return known.findLast((effort) => rankOf(effort) < rank) ?? known[0] ?? asked;
}

/** The budget that stands for an effort; that of `high`, which models take for granted, where the word is unknown. */
export function budgetOfEffort(effort: string): number {
  return rankOf(effort) < 0 ? budgets.high : budgets[effort as Effort];
}

/** The most effort that a budget pays for, and never less than `low`: who names a budget wants thinking. */
export function effortOfBudget(budgetTokens: number): string {
  return order.findLast((effort) => budgets[effort] <= budgetTokens && budgets[effort] > budgets.minimal) ?? 'low';
}
