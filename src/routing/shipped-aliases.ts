/** The names that clients use for their small jobs without asking anybody: shipped, shown, and each can be switched off. */

export interface ShippedAlias {
  /** A name as it may be asked for: capitals, dots, dates and vendors do not matter. */
  readonly name: string;
  /** Whose name it is, and what for. */
  readonly usedBy: string;
}

/** What all of these mean: the cheapest model of the seat that can do what is asked. */
export const backgroundName = 'background';

/** Only names of small models, and only while the seat lists none of that name. Versions of large ones are never replaced. */
export const shippedAliases: readonly ShippedAlias[] = [
  { name: backgroundName, usedBy: 'anybody: the cheapest model of the seat that can do what is asked' },
  { name: 'claude-haiku-4-5', usedBy: 'Claude Code, opencode and others: titles, summaries, monitors' },
  { name: 'claude-3-5-haiku', usedBy: 'older Claude Code and opencode: the same' },
  { name: 'claude-3-haiku', usedBy: 'the oldest Claude Code: the same' },
  { name: 'codex-auto-review', usedBy: 'Codex: reviews of what asks for approval' },
  { name: 'gemini-3.5-flash-lite', usedBy: 'Gemini CLI: the router before each task' },
  { name: 'gemini-3-flash-preview', usedBy: 'Gemini CLI: compaction, loops, edits that did not fit' },
  { name: 'gemini-3.1-flash-lite', usedBy: 'Gemini CLI: compaction with the smallest models' },
  { name: 'gemini-2.5-flash-lite', usedBy: 'older Gemini CLI: the same' },
  { name: 'gpt-5-nano', usedBy: 'opencode and Kilo Code: titles' },
];
