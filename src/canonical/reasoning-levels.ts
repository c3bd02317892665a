/** The one table between thinking in words (effort) and thinking in tokens (budget). */

/** Rising. Claude Code's own steps (4,000, 10,000, 31,999) are on it, so that they come back as they went. */
const levels = [
  ['minimal', 1024],
  ['low', 4000],
  ['medium', 10_000],
  ['high', 31_999],
  ['xhigh', 48_000],
  ['max', 63_999],
] as const satisfies readonly (readonly [effort: string, budgetTokens: number])[];

/** The budget for an effort; null for `none` and for words that are not on the table. */
export function budgetOfEffort(effort: string): number | null {
  return levels.find(([name]) => name === effort)?.[1] ?? null;
}

/** The lowest effort whose budget holds `budgetTokens`. */
export function effortOfBudget(budgetTokens: number): string {
  return levels.find(([, tokens]) => budgetTokens <= tokens)?.[0] ?? 'max';
}
