/** An exchange as a row and back. */
import type { CacheFinding } from '../canonical/cache-finding.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { isObject } from '../canonical/json-value.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { Estimate } from '../canonical/spend.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { ExchangeRow, NewExchangeRow } from './database-schema.ts';

export function toExchangeRow(record: ExchangeRecord): NewExchangeRow {
  const { usage } = record;
  return {
    id: record.id,
    started_at: whole(record.startedAt),
    duration_ms: whole(record.durationMs),
    first_token_ms: wholeOrNull(record.firstTokenMs),
    waited_ms: wholeOrNull(record.waitedMs),
    head_ms: wholeOrNull(record.headMs),
    protocol: record.protocol,
    operation: record.operation,
    route: record.route,
    key_id: record.keyId,
    client: record.client,
    session: record.session,
    asked_model: record.askedModel,
    model: record.model,
    endpoint: record.endpoint,
    lane: record.lane,
    stream: record.stream ? 1 : 0,
    initiator: record.initiator,
    edits: JSON.stringify(record.edits),
    outcome: record.outcome,
    status: whole(record.status),
    error_code: record.errorCode,
    error_message: record.errorMessage,
    upstream_status: wholeOrNull(record.upstreamStatus),
    upstream_request_id: record.upstreamRequestId,
    input_tokens: wholeOrNull(usage?.inputTokens),
    cache_read_tokens: wholeOrNull(usage?.cacheReadTokens),
    cache_write_tokens: wholeOrNull(usage?.cacheWriteTokens),
    output_tokens: wholeOrNull(usage?.outputTokens),
    reasoning_tokens: wholeOrNull(usage?.reasoningTokens),
    cost_nano_aiu: wholeOrNull(record.cost.nanoAiu),
    request_bytes: whole(record.requestBytes),
    response_bytes: whole(record.responseBytes),
    heartbeats: whole(record.heartbeats),
    synthesized_ending: record.synthesizedEnding ? 1 : 0,
    account: record.account,
    project: record.project,
    parent_id: record.parentId,
    program: record.program,
    kind: record.kind,
    cost_source: record.cost.source,
    price_tier: record.cost.tier,
    estimate: record.estimate && JSON.stringify(record.estimate),
    cache_cause: record.cache?.cause ?? null,
    cache_block: record.cache?.block ?? null,
    cache_lost_tokens: wholeOrNull(record.cache?.lostTokens),
    cache_cost_nano_aiu: wholeOrNull(record.cache?.costNanoAiu),
    cache_alarm: record.cache && (record.cache.alarm ? 1 : 0),
  };
}

/** A usage of which nothing is known comes back as null. */
export function fromExchangeRow(row: ExchangeRow): ExchangeRecord {
  const usage: TokenUsage = {
    inputTokens: row.input_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    outputTokens: row.output_tokens,
    reasoningTokens: row.reasoning_tokens,
    costNanoAiu: row.cost_source === 'reported' ? row.cost_nano_aiu : null,
  };
  return {
    id: row.id,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    firstTokenMs: row.first_token_ms,
    waitedMs: row.waited_ms,
    headMs: row.head_ms,
    protocol: row.protocol,
    operation: row.operation,
    route: row.route,
    keyId: row.key_id,
    client: row.client,
    session: row.session,
    askedModel: row.asked_model,
    model: row.model,
    endpoint: row.endpoint,
    lane: row.lane,
    stream: row.stream === 1,
    initiator: row.initiator,
    edits: parseEdits(row.edits),
    outcome: row.outcome,
    status: row.status,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    upstreamStatus: row.upstream_status,
    upstreamRequestId: row.upstream_request_id,
    usage: Object.values(usage).every((count) => count === null) ? null : usage,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
    heartbeats: row.heartbeats,
    synthesizedEnding: row.synthesized_ending === 1,
    account: row.account ?? '',
    project: row.project,
    parentId: row.parent_id,
    program: row.program ?? '',
    kind: row.kind,
    cost: { nanoAiu: row.cost_nano_aiu, source: row.cost_source, tier: row.price_tier },
    estimate: parseEstimate(row.estimate),
    cache: cacheFinding(row),
  };
}

function cacheFinding(row: ExchangeRow): CacheFinding | null {
  const { cache_cause: cause, cache_block: block } = row;
  if (cause === null) return null;
  const { cache_lost_tokens: lostTokens, cache_cost_nano_aiu: costNanoAiu, cache_alarm: alarm } = row;
  return { cause, block, lostTokens: lostTokens ?? 0, costNanoAiu, alarm: alarm === 1 };
}

/** Durations come from a clock with fractions; what no integer can say (NaN, beyond 2^53) is unknown. */
function wholeOrNull(value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  const rounded = Math.round(value);
  return Number.isSafeInteger(rounded) ? rounded : null;
}

function whole(value: number): number {
  return wholeOrNull(value) ?? 0;
}

/** One damaged row must not hide all the others. */
function parseEdits(json: string): readonly RequestEdit[] {
  try {
    const edits: unknown = JSON.parse(json);
    return Array.isArray(edits) ? (edits as RequestEdit[]) : [];
  } catch {
    return [];
  }
}

function parseEstimate(json: string | null): Estimate | null {
  try {
    const estimate: unknown = JSON.parse(json ?? 'null');
    return isObject(estimate) ? (estimate as unknown as Estimate) : null;
  } catch {
    return null;
  }
}
