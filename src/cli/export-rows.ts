/** One exchange as one flat row, for programs that are not ours (`decisions.md` 51). */
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { timeText } from './time-text.ts';

export type ExportValue = string | number | boolean | null;

/** Unknown is null. `inputTokens` is without what was cached; `reasoningTokens` are part of `outputTokens`. */
export function exportRow(record: ExchangeRecord) {
  const { usage, cost, estimate } = record;
  return {
    id: record.id,
    startedAt: timeText(record.startedAt),
    durationMs: record.durationMs,
    firstTokenMs: record.firstTokenMs,
    account: record.account,
    keyId: record.keyId,
    project: record.project,
    program: record.program,
    client: record.client,
    session: record.session,
    parentId: record.parentId,
    protocol: record.protocol,
    operation: record.operation,
    route: record.route,
    askedModel: record.askedModel,
    model: record.model,
    endpoint: record.endpoint,
    lane: record.lane,
    stream: record.stream,
    initiator: record.initiator,
    kind: record.kind,
    outcome: record.outcome,
    status: record.status,
    errorCode: record.errorCode,
    inputTokens: usage?.inputTokens ?? null,
    cacheReadTokens: usage?.cacheReadTokens ?? null,
    cacheWriteTokens: usage?.cacheWriteTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    reasoningTokens: usage?.reasoningTokens ?? null,
    costNanoAiu: cost.nanoAiu,
    costSource: cost.source,
    priceTier: cost.tier,
    estimatedNanoAiu: estimate?.nanoAiu ?? null,
  } satisfies Readonly<Record<string, ExportValue>>;
}

/** The columns of a row, in their order. */
export const exportNames: readonly string[] = [
  'id startedAt durationMs firstTokenMs account keyId project program client session parentId protocol operation route',
  'askedModel model endpoint lane stream initiator kind outcome status errorCode inputTokens cacheReadTokens',
  'cacheWriteTokens outputTokens reasoningTokens costNanoAiu costSource priceTier estimatedNanoAiu',
].flatMap((line) => line.split(' '));

/** RFC 4180. What a spreadsheet would take for a formula is a text behind an apostrophe: client names come from outside. */
export function csvLine(values: readonly ExportValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: ExportValue): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
