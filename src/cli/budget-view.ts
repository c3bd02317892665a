/** Budgets for a person, with a bar each, or as columns for a pipe. */
import type { Budget, BudgetState } from '../canonical/budget.ts';
import { exactCredits } from '../config/budget-field.ts';
import { plain } from '../observability/exchange-line.ts';
import type { Paint } from '../observability/exchange-line.ts';
import { createRedactor } from '../observability/redact.ts';
import type { CliContext } from './cli-context.ts';
import { localTime } from './local-time.ts';
import { paintFor } from './paint.ts';
import { writeTable } from './table.ts';

const barWidth = 24;

/** What keys are called, by their ids. */
export type KeyLabels = ReadonlyMap<string, string>;

const noLabels: KeyLabels = new Map();

export function writeBudgets(context: CliContext, states: readonly BudgetState[], labels: KeyLabels): void {
  if (!context.isTty.stdout) return writeTable(context, budgetColumns(states, labels));
  context.stdout.write(budgetText(states, { paint: paintFor(context.colors), labels }));
}

/** Id, spent, reserved, left, of, per, mode, whose, begins anew at, source; spent is empty where it counts by call or session. */
export function budgetColumns(
  states: readonly BudgetState[],
  labels: KeyLabels = noLabels,
): readonly (readonly string[])[] {
  return states.map((state) => {
    const { budget, spentNanoAiu, reservedNanoAiu, beginsAnewAt } = state;
    const figures = [spentNanoAiu, reservedNanoAiu, leftOf(state)].map((nanoAiu) =>
      nanoAiu === null ? 'unknown' : exactCredits(nanoAiu),
    );
    return [
      clean(budget.id),
      ...(isCounted(budget) ? figures : ['', '', '']),
      exactCredits(budget.nanoAiu),
      budget.per,
      budget.mode,
      whose(budget, labels),
      beginsAnewAt === null ? '' : new Date(beginsAnewAt).toISOString(),
      budget.source,
    ];
  });
}

interface BudgetLook {
  readonly paint?: Paint;
  readonly timeZone?: string;
  readonly labels?: KeyLabels;
}

export function budgetText(
  states: readonly BudgetState[],
  { paint = plain, timeZone, labels = noLabels }: BudgetLook = {},
): string {
  if (states.length === 0) return 'No budget is set: `crossfeed budget set 500 --per month` sets one.\n';
  const width = Math.max(...states.map(({ budget }) => budget.id.length)) + 2;
  const lines = states.map((state) => {
    const { budget, beginsAnewAt, reservedNanoAiu } = state;
    const anew = beginsAnewAt === null ? '' : `, anew ${localTime(beginsAnewAt, timeZone)}`;
    const held = reservedNanoAiu > 0 ? `, ${credits(reservedNanoAiu)} held by calls under way` : '';
    const of = budget.of.kind === 'all' ? '' : `, ${whose(budget, labels)}`;
    const leftNanoAiu = leftOf(state);
    const left =
      leftNanoAiu === null
        ? `what is left of ${exactCredits(budget.nanoAiu)} credits is not known: the ledger cannot be read`
        : `${credits(leftNanoAiu)} of ${exactCredits(budget.nanoAiu)} credits left`;
    const text = isCounted(budget)
      ? `${bar(state, paint)} ${left}${held}${anew}`
      : `${exactCredits(budget.nanoAiu)} credits per ${budget.per}`;
    return `  ${paint.dim(clean(budget.id).padEnd(width))}${text}${of} (${budget.mode}${budget.source === 'settings' ? ', settings' : ''})`;
  });
  return `\n${lines.join('\n')}\n\n`;
}

/** Red above nine tenths, yellow above three quarters. */
function bar({ budget, spentNanoAiu, reservedNanoAiu }: BudgetState, paint: Paint): string {
  if (spentNanoAiu === null) return `[${'?'.repeat(barWidth)}]`;
  const share = Math.min(1, (spentNanoAiu + reservedNanoAiu) / budget.nanoAiu);
  const filled = Math.round(share * barWidth);
  const color = share > 0.9 ? 'red' : share > 0.75 ? 'yellow' : 'green';
  return `[${paint[color]('#'.repeat(filled))}${'-'.repeat(barWidth - filled)}]`;
}

function leftOf({ budget, spentNanoAiu, reservedNanoAiu }: BudgetState): number | null {
  return spentNanoAiu === null ? null : Math.max(0, budget.nanoAiu - spentNanoAiu - reservedNanoAiu);
}

function isCounted({ per }: Budget): boolean {
  return per !== 'request' && per !== 'session';
}

function whose({ of }: Budget, labels: KeyLabels): string {
  if (of.kind === 'all') return 'all';
  return clean(of.kind === 'key' ? `key ${labels.get(of.keyId) ?? of.keyId}` : `project ${of.project}`);
}

function credits(nanoAiu: number): string {
  return String(Number((nanoAiu / 1e9).toFixed(2)));
}

/** Names that callers give, on a terminal: nothing in them may move the cursor. */
function clean(text: string): string {
  return createRedactor().redact(text);
}
