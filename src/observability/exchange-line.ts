/** One exchange as one line for a person: columns that line up, and only what says something. */
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { checkOfError } from '../errors/error-check.ts';
import { hintOf } from '../errors/error-table.ts';

/** Paints text for a terminal, or leaves it as it is. */
export interface Paint {
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** Paint for files and pipes: none. */
export const plain: Paint = {
  green: (text) => text,
  yellow: (text) => text,
  red: (text) => text,
  cyan: (text) => text,
  dim: (text) => text,
  bold: (text) => text,
};

/** Wide enough for nearly every route and model, so that the columns of a screen of lines agree. */
const routeWidth = 22;
const modelWidth = 20;
const laneWidth = 10;

/**
 * E.g. `200  /v1/messages  claude-opus-5.5  raw  12.4s (first 0.8s)  in 1.2k +18k cached  out 356  0.42 cr`,
 * then the edits, then what went wrong and what to do about it.
 */
export function exchangeLine(record: ExchangeRecord, paint: Paint = plain): string {
  const columns = [
    statusText(record, paint),
    record.route.padEnd(routeWidth),
    paint.cyan(modelText(record).padEnd(modelWidth)),
    paint.dim((record.lane ?? '-').padEnd(laneWidth)),
    timesText(record, paint),
    ...usageTexts(record, paint),
  ];
  if (record.synthesizedEnding) columns.push(paint.yellow('ending added'));
  if (record.edits.length > 0) columns.push(paint.dim(`edits ${ruleNames(record).join(', ')}`));
  return [columns.join('  ').trimEnd(), ...problemTexts(record, paint)].join('  ');
}

/** The names of the rules that edited this exchange, each once. */
export function ruleNames(record: ExchangeRecord): string[] {
  return record.edits.length === 0 ? [] : [...new Set(record.edits.map((edit) => edit.rule))];
}

function statusText(record: ExchangeRecord, paint: Paint): string {
  const status = record.status === 0 ? '---' : String(record.status);
  if (record.outcome === 'canceled') return paint.yellow(status);
  if (record.outcome === 'finished') return paint.green(status);
  return record.status >= 500 || record.status < 400 ? paint.red(status) : paint.yellow(status);
}

/** The model that answered; before it the name that was asked for, where that is another. */
function modelText({ askedModel, model }: ExchangeRecord): string {
  if (model === null || askedModel === null) return model ?? askedModel ?? '-';
  // Dash and dot forms are the same model, and clients that send dashes send them always.
  return dashed(askedModel) === dashed(model) ? model : `${askedModel} → ${model}`;
}

const dashed = (id: string): string => id.replaceAll('.', '-');

function timesText(record: ExchangeRecord, paint: Paint): string {
  const whole = formatMs(record.durationMs).padStart(6);
  // A non-streaming answer comes at once: its first token says nothing that the duration does not.
  if (record.firstTokenMs === null || !record.stream) return whole;
  return whole + paint.dim(` (first ${formatMs(record.firstTokenMs)})`);
}

function usageTexts(record: ExchangeRecord, paint: Paint): string[] {
  const costs = costTexts(record, paint);
  if (record.usage === null) return costs;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = record.usage;
  const texts: string[] = [];
  if (inputTokens !== null) texts.push(`in ${formatCount(inputTokens)}${cacheText(cacheReadTokens, 'cached', paint)}`);
  if (cacheWriteTokens) texts.push(cacheText(cacheWriteTokens, 'to cache', paint).trimStart());
  if (outputTokens !== null) texts.push(`out ${formatCount(outputTokens)}`);
  return [...texts, ...costs];
}

/** A call that was refused cost nothing, which nobody has to read. */
function costTexts({ cost, estimate, usage }: ExchangeRecord, paint: Paint): string[] {
  if (cost.nanoAiu !== null)
    return cost.nanoAiu === 0 && usage === null ? [] : [paint.bold(`${formatCredits(cost.nanoAiu)} cr`)];
  if (estimate?.nanoAiu == null) return [];
  return [paint.dim(`about ${formatCredits(estimate.nanoAiu)} cr, not reported`)];
}

function cacheText(tokens: number | null, what: string, paint: Paint): string {
  return tokens ? paint.dim(` +${formatCount(tokens)} ${what}`) : '';
}

function problemTexts(record: ExchangeRecord, paint: Paint): string[] {
  if (record.outcome === 'canceled') return [paint.yellow('client left')];
  if (record.errorCode === null) return [];
  const problem = `${record.errorCode}: ${record.errorMessage ?? ''}`;
  const hint = hintOf(record.errorCode, problem);
  const check = checkOfError[record.errorCode];
  const looks = check === null ? '' : ` \`crossfeed doctor --only ${check}\` looks.`;
  return [paint.red(problem), ...(hint === null ? [] : [paint.dim(`· ${hint}${looks}`)])];
}

/** E.g. `85ms`, `2.41s`, `12.4s`, `3m05s`. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)}s`;
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}

/** E.g. `356`, `1.2k`, `18k`, `1.05M`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 9_950) return `${(count / 1000).toFixed(1)}k`;
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${(count / 1e6).toFixed(2)}M`;
}

/** Credits of a cost in nano-AIU, with as many decimals as say something: `0.42`, `12.5`, `0.0031`. */
export function formatCredits(costNanoAiu: number): string {
  const credits = costNanoAiu / 1e9;
  if (credits === 0) return '0';
  if (credits >= 100) return credits.toFixed(0);
  if (credits >= 10) return credits.toFixed(1);
  return credits >= 0.01 ? credits.toFixed(2) : credits.toPrecision(2);
}
