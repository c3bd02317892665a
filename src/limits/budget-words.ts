/** What callers and their owner are told of a budget: what was spent, of what, since when, and how to raise it. */
import type { Budget } from '../canonical/budget.ts';
import { budgetText, exactCredits } from '../config/budget-field.ts';
import { nextPeriodStart, periodStart } from './budget-period.ts';

export interface BudgetFacts {
  readonly budget: Budget;
  readonly spentNanoAiu: number;
  readonly reservedNanoAiu: number;
  /** What the call at hand is expected to take; null where its model has no price. */
  readonly neededNanoAiu: number | null;
  readonly nowMs: number;
}

/** To two places, or two digits where that would be nothing. */
export function creditsText(nanoAiu: number): string {
  const credits = nanoAiu / 1e9;
  return String(Math.abs(credits) >= 0.1 ? Number(credits.toFixed(2)) : Number(credits.toPrecision(2)));
}

/** A whole sentence or two, with the command that lets the call through. */
export function overBudgetText(facts: BudgetFacts): string {
  return `${spentText(facts)}, and ${needText(facts)}.${anewText(facts)} ${raiseText(facts)}`;
}

export function needText({ neededNanoAiu }: BudgetFacts): string {
  return neededNanoAiu === null
    ? 'the model of this call has no price'
    : `this call takes about ${creditsText(neededNanoAiu)}`;
}

/** In one short line of ASCII, for a header. */
export function behindText(facts: BudgetFacts): string {
  return ascii(spentText(facts));
}

function spentText({ budget, spentNanoAiu, reservedNanoAiu, nowMs }: BudgetFacts): string {
  const name = `Budget "${budget.id}"`;
  const limit = `${exactCredits(budget.nanoAiu)} credits`;
  if (budget.per === 'request') return `${name} lets one call cost ${limit}`;
  const held = reservedNanoAiu > 0 ? `, ${creditsText(reservedNanoAiu)} held by calls under way` : '';
  return `${name}: ${creditsText(spentNanoAiu)} of ${limit} spent ${sinceText(budget, nowMs)}${held}`;
}

function sinceText({ per }: Budget, nowMs: number): string {
  if (per === 'session') return 'in this session';
  return per === 'ever' ? 'so far' : `since ${localMinute(periodStart(per, nowMs))}`;
}

function anewText({ budget, nowMs }: BudgetFacts): string {
  const at = nextPeriodStart(budget.per, nowMs);
  return at === null ? '' : ` It begins anew on ${localMinute(at)}.`;
}

/** By a fifth, by what the call needs, or by what lets it through, whichever is most. */
function raiseText({ budget, spentNanoAiu, reservedNanoAiu, neededNanoAiu }: BudgetFacts): string {
  const needed = neededNanoAiu ?? 0;
  const missing = spentNanoAiu + reservedNanoAiu + needed - budget.nanoAiu;
  // What has no price needs something left.
  const least = neededNanoAiu === null ? missing + 1 : missing;
  const credits = Math.max(1, Math.ceil(Math.max(budget.nanoAiu / 5, needed, least) / 1e9));
  if (budget.source === 'command') return `To go on: \`crossfeed budget raise ${budget.id} ${credits}\``;
  const raised = { ...lineOf(budget), nanoAiu: budget.nanoAiu + credits * 1e9 };
  return `To go on, write "${budgetText(raised)}" into the setting limits.budgets (\`crossfeed config\` shows it) and start again.`;
}

function lineOf({ of, per, mode, nanoAiu }: Budget) {
  const whose = of.kind === 'key' ? { key: of.keyId } : of.kind === 'project' ? { project: of.project } : {};
  return { per, mode, nanoAiu, ...whose };
}

/** `2026-11-01 00:00`, by the machine's own clock. */
export function localMinute(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Names of projects may be in any script, header values may not. */
export function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

export function unreadText({ id }: Budget): string {
  return `What was spent of the budget "${id}" is not known: the ledger cannot be read. \`crossfeed doctor\` says why, \`crossfeed budget remove ${id}\` lifts it.`;
}

export function unwrittenText(budgetId: string): string {
  return `The budget "${budgetId}" is hard, and what this call holds of it cannot be written to the ledger: the disk is full, or the file is locked. \`crossfeed doctor\` says why.`;
}
