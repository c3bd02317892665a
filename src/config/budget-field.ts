/** Budgets as settings and commands hold them: `500 per month`, `20 per session soft`, `100 per day key=ci`. */
import type { Budget, BudgetPer } from '../canonical/budget.ts';
import type { Field, Parsed } from './field.ts';

/** A budget whose key is still a label or an id, as somebody wrote it. */
export interface BudgetLine extends Pick<Budget, 'per' | 'mode' | 'nanoAiu'> {
  readonly key?: string;
  readonly project?: string;
}

const pers: readonly BudgetPer[] = ['request', 'session', 'day', 'month', 'ever'];
const modes: readonly Budget['mode'][] = ['soft', 'ask', 'hard'];
const nanoPerCredit = 1e9;
/** A number of credits below which one nano-AIU is not lost in a double. */
const maxCredits = 1_000_000;

const allowed =
  'budgets like "500 per month", "20 per session soft" or "100 per day key=ci": credits, per request, session, day, month or ever, then hard (the default), soft or ask, key=LABEL or project=NAME';

export const budgetLine: Field<string> = {
  description: 'A budget.',
  allowed,
  parse(input): Parsed<string> {
    if (typeof input === 'string' && parseBudget(input) !== undefined) return { ok: true, value: input.trim() };
    return { ok: false, problem: `${JSON.stringify(input)} is no budget` };
  },
};

/** Undefined for what is no budget. A label with blanks stands in double quotes. */
export function parseBudget(line: string): BudgetLine | undefined {
  const [, amount, per, rest] = /^\s*(\S+)\s+(?:per\s+)?(\w+)((?:\s+\S.*)?)$/.exec(line) ?? [];
  const nanoAiu = parseCredits(amount ?? '');
  const period = pers.find((one) => one === per);
  if (nanoAiu === undefined || period === undefined || rest === undefined) return undefined;
  let mode: Budget['mode'] | undefined;
  let of: Pick<BudgetLine, 'key' | 'project'> | undefined;
  for (const [word, name, quoted, bare] of rest.matchAll(/\s*(?:(key|project)=(?:"([^"]+)"|([^\s"]+))|\S+)/g)) {
    if (name === 'key' || name === 'project') {
      if (of !== undefined) return undefined;
      of = { [name]: quoted ?? bare };
      continue;
    }
    const found = modes.find((one) => one === word.trim());
    if (found === undefined || mode !== undefined) return undefined;
    mode = found;
  }
  return { per: period, mode: mode ?? 'hard', nanoAiu, ...of };
}

/** Credits, with up to nine places, as nano-AIU; undefined for what is no positive number of them. */
export function parseCredits(text: string): number | undefined {
  if (!/^\d{1,7}(?:\.\d{1,9})?$/.test(text)) return undefined;
  const nanoAiu = Math.round(Number(text) * nanoPerCredit);
  return nanoAiu > 0 && nanoAiu <= maxCredits * nanoPerCredit ? nanoAiu : undefined;
}

/** In digits, never `1e-9`. */
export function exactCredits(nanoAiu: number): string {
  return (nanoAiu / nanoPerCredit).toFixed(9).replace(/\.?0+$/, '');
}

/** The other way round. */
export function budgetText({ per, mode, nanoAiu, key, project }: BudgetLine): string {
  const named = (name: string, value: string | undefined) =>
    value === undefined ? '' : ` ${name}=${/\s/.test(value) ? `"${value}"` : value}`;
  const how = mode === 'hard' ? '' : ` ${mode}`;
  return `${exactCredits(nanoAiu)} per ${per}${how}${named('key', key)}${named('project', project)}`;
}

/** Says which it is among others: there is one budget of each kind. `month`, `day-soft`, `session-key-ci`. */
export function budgetIdOf({ per, mode, key, project }: BudgetLine): string {
  const whose = key === undefined ? (project === undefined ? [] : ['project', project]) : ['key', key];
  return [per, ...(mode === 'hard' ? [] : [mode]), ...whose].join('-').replaceAll(/\s/g, '_');
}
