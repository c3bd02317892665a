/**
 * One finished exchange as a span of OTLP's JSON, with the attributes of the GenAI conventions (1.42, in development) and our
 * own beside them. Nothing of prompts and answers, and no name of a key, an account or a project.
 */
import { promptTokensOf } from '../../canonical/spend.ts';
import type { ExchangeRecord } from '../../canonical/exchange-record.ts';
import type { TraceContext } from './trace-context.ts';

type Value =
  | { readonly stringValue: string }
  /** 64 bits go as text. */
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly Value[] } };

interface Attribute {
  readonly key: string;
  readonly value: Value;
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 3: a client of somebody else. */
  readonly kind: 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly timeUnixNano: string; readonly name: string }[];
  /** 2: failed; 0: says nothing, as for what was canceled. */
  readonly status: { readonly code: 0 | 2; readonly message?: string };
}

const nanoPerCredit = 1e9;

export function spanOf(record: ExchangeRecord, { traceId, spanId, parentSpanId }: TraceContext): Span {
  const { startedAt, durationMs, firstTokenMs, outcome, errorCode, errorMessage } = record;
  const operation = operationOf(record);
  const model = record.askedModel ?? record.model;
  const failed = outcome === 'failed';
  return {
    traceId,
    spanId,
    ...(parentSpanId !== null && { parentSpanId }),
    name: model === null ? operation : `${operation} ${model}`,
    kind: 3,
    startTimeUnixNano: nanosOf(startedAt),
    endTimeUnixNano: nanosOf(startedAt + durationMs),
    attributes: attributes({
      ...genAi(record, operation),
      ...ours(record),
      ...(failed && { 'error.type': errorCode }),
    }),
    events:
      firstTokenMs === null ? [] : [{ timeUnixNano: nanosOf(startedAt + firstTokenMs), name: 'gen_ai.first_token' }],
    status: failed ? { code: 2, ...(errorMessage !== null && { message: errorMessage }) } : { code: 0 },
  };
}

function operationOf({ operation, protocol }: ExchangeRecord): string {
  if (operation === 'embed') return 'embeddings';
  if (operation === 'count-tokens') return 'count_tokens';
  return protocol === 'openai-completions' || protocol === 'ollama-generate' ? 'text_completion' : 'chat';
}

type Plain = string | number | boolean | readonly string[] | null | undefined;

function genAi({ askedModel, model, usage, session }: ExchangeRecord, operation: string): Record<string, Plain> {
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': 'github.copilot',
    'gen_ai.request.model': askedModel,
    'gen_ai.response.model': model,
    'gen_ai.conversation.id': session,
    // With what the cache held, as the conventions want it.
    'gen_ai.usage.input_tokens': usage === null ? null : promptTokensOf(usage),
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cacheReadTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoningTokens,
  };
}

function ours(record: ExchangeRecord): Record<string, Plain> {
  const { cost, edits, estimate } = record;
  return {
    'http.response.status_code': record.status === 0 ? null : record.status,
    'crossfeed.exchange.id': record.id,
    'crossfeed.protocol': record.protocol,
    'crossfeed.endpoint': record.endpoint,
    'crossfeed.lane': record.lane,
    'crossfeed.client': record.program,
    'crossfeed.kind': record.kind,
    'crossfeed.initiator': record.initiator,
    'crossfeed.outcome': record.outcome,
    'crossfeed.stream': record.stream,
    'crossfeed.edits': edits.length === 0 ? null : [...new Set(edits.map(({ rule }) => rule))],
    'crossfeed.queue.duration_ms': record.waitedMs,
    'crossfeed.cost.source': cost.source,
    'crossfeed.cost.credits': cost.nanoAiu === null ? null : cost.nanoAiu / nanoPerCredit,
    'crossfeed.cost.expected_credits': estimate?.nanoAiu == null ? null : estimate.nanoAiu / nanoPerCredit,
    'crossfeed.cache.cause': record.cache?.cause,
  };
}

/** What is not known is left out. */
function attributes(plain: Readonly<Record<string, Plain>>): readonly Attribute[] {
  return Object.entries(plain).flatMap(([key, value]) =>
    value === null || value === undefined || value === '' ? [] : [{ key, value: valueOf(value) }],
  );
}

function valueOf(value: string | number | boolean | readonly string[]): Value {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { arrayValue: { values: value.map((text) => ({ stringValue: text })) } };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Beyond what a number can hold exactly. */
function nanosOf(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}
