/** What a person should know once, before the first real call: printed at the first start, blocking nothing. */

/** `security.md` R-6: the risk in five lines. */
export const firstRunLines: readonly string[] = [
  'Crossfeed is not made or endorsed by GitHub. It spends the Copilot seat of the account you sign in with.',
  "GitHub's terms for Copilot hold for what your tools do with it; GitHub can refuse or change this any day.",
  'GitHub warns and suspends accounts for bulk or unusual automated use. What is too much is not published.',
  'Crossfeed therefore paces itself, tells GitHub truthfully who began a turn, and stops when GitHub says stop.',
  'Use one seat, your own; keep your key to yourself; watch `crossfeed usage`. This is said once.',
];

interface Facts {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

const fact = 'notice.first-run';

/** The lines, the first time; afterwards null. Stored as seen with the asking. */
export function takeFirstRunNotice(facts: Facts, nowMs: number): readonly string[] | null {
  if (facts.get(fact) !== undefined) return null;
  facts.set(fact, new Date(nowMs).toISOString());
  return firstRunLines;
}
