/** What was spent, as rows for a table. */
import type { SessionStory, SessionSummary, SpendFigures, SpendReport } from '../canonical/spend-figures.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { formatCount } from '../observability/exchange-line.ts';
import { localTime } from './local-time.ts';

const creditsOf = (nanoAiu: number) => (nanoAiu / 1e9).toFixed(nanoAiu !== 0 && nanoAiu < 1e7 ? 4 : 2);

/** What of the prompts came from the cache, of all that was sent. */
function cachedShare({ inputTokens, cacheReadTokens, cacheWriteTokens }: SpendFigures): string {
  const all = inputTokens + cacheReadTokens + cacheWriteTokens;
  return all === 0 ? '-' : `${Math.round((cacheReadTokens / all) * 100)} %`;
}

export const spendHeadings = ['calls', 'credits', 'unknown', 'prompt', 'cached', 'output'] as const;

function figureCells(figures: SpendFigures): readonly string[] {
  const { calls, costNanoAiu, unknownCalls, estimatedNanoAiu, outputTokens } = figures;
  const prompt = figures.inputTokens + figures.cacheReadTokens + figures.cacheWriteTokens;
  const unknown = unknownCalls === 0 ? '-' : `${unknownCalls} (about ${creditsOf(estimatedNanoAiu)})`;
  return [
    String(calls),
    creditsOf(costNanoAiu),
    unknown,
    formatCount(prompt),
    cachedShare(figures),
    formatCount(outputTokens),
  ];
}

/** With the sum as the last row, where there is anything to add up. */
export function spendRows({ rows, total }: SpendReport): readonly (readonly string[])[] {
  const lines = rows.map((row) => [row.name === '' ? '-' : row.name, ...figureCells(row)]);
  return rows.length > 1 ? [...lines, ['all', ...figureCells(total)]] : lines;
}

export const sessionHeadings = ['session', 'last call', 'client', 'models', 'alarms', ...spendHeadings] as const;

export function sessionRow(session: SessionSummary, timeZone?: string): readonly string[] {
  return [
    session.id,
    localTime(session.lastAt, timeZone),
    session.program === '' ? '-' : session.program,
    session.models.join(',') || '-',
    String(session.alarms),
    ...figureCells(session),
  ];
}

export const storyHeadings = ['time', 'model', 'credits', 'prompt', 'cached', 'output', 'what'] as const;

export function storyRows({ exchanges }: SessionStory, timeZone?: string): readonly (readonly string[])[] {
  let model: string | null = null;
  return exchanges.map((exchange) => {
    const before = model;
    model = exchange.model ?? model;
    const { usage } = exchange;
    const sizes = {
      inputTokens: usage?.inputTokens ?? 0,
      cacheReadTokens: usage?.cacheReadTokens ?? 0,
      cacheWriteTokens: usage?.cacheWriteTokens ?? 0,
    };
    const prompt = sizes.inputTokens + sizes.cacheReadTokens + sizes.cacheWriteTokens;
    return [
      localTime(exchange.startedAt, timeZone),
      exchange.model ?? exchange.askedModel ?? '-',
      costText(exchange),
      usage === null ? '-' : formatCount(prompt),
      cachedShare(sizes as SpendFigures),
      usage?.outputTokens == null ? '-' : formatCount(usage.outputTokens),
      remarks(exchange, before).join('; ') || '-',
    ];
  });
}

function costText({ cost, estimate }: ExchangeRecord): string {
  if (cost.nanoAiu !== null) return creditsOf(cost.nanoAiu);
  return estimate?.nanoAiu == null ? 'unknown' : `unknown (about ${creditsOf(estimate.nanoAiu)})`;
}

function remarks(exchange: ExchangeRecord, modelBefore: string | null): readonly string[] {
  const { model, outcome, errorCode, kind, parentId, cache, cost } = exchange;
  return [
    ...(kind === null ? [] : [kind]),
    ...(parentId === null ? [] : ['made by the proxy']),
    ...(modelBefore !== null && model !== null && model !== modelBefore ? [`other model than before`] : []),
    ...(cost.tier === 'long' ? ['long price tier'] : []),
    ...(cache === null ? [] : [`cache: ${cache.cause}${cache.block === null ? '' : ` at ${cache.block}`}`]),
    ...(outcome === 'finished' ? [] : [outcome === 'canceled' ? 'client left' : (errorCode ?? 'failed')]),
  ];
}
