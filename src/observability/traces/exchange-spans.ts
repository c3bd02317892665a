/** One finished exchange as spans: what the caller asked, and the call of the model in it. By the conventions for GenAI. */
import { createHash } from 'node:crypto';
import type { ExchangeRecord } from '../../canonical/exchange-record.ts';

/** As OTLP writes it in JSON: ids in hexadecimal, 64-bit numbers as text. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 2 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events?: readonly SpanEvent[];
  readonly status: { readonly code?: 2 };
}

interface SpanEvent {
  readonly name: string;
  readonly timeUnixNano: string;
}

interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

type AttributeValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly { readonly stringValue: string }[] } };

type Plain = string | number | boolean | readonly string[] | null;

const server = 2;
const client = 3;
const nanoPerCredit = 1e9;

const operationNames = { generate: 'chat', embed: 'embeddings', 'count-tokens': 'count_tokens' } as const;

/** What our caller asked of us. No key, no account, no text of anybody. */
const exchangeAttributes: Readonly<Record<string, (record: ExchangeRecord) => Plain>> = {
  'http.request.method': () => 'POST',
  'http.route': ({ route }) => route,
  'http.response.status_code': ({ status }) => (status === 0 ? null : status),
  'error.type': ({ errorCode, outcome }) => errorCode ?? (outcome === 'canceled' ? 'canceled' : null),
  'crossfeed.exchange': ({ id }) => id,
  'crossfeed.protocol': ({ protocol }) => protocol,
  'crossfeed.program': ({ program }) => (program === '' ? null : program),
  'crossfeed.lane': ({ lane }) => lane,
  'crossfeed.edits': ({ edits }) => [...new Set(edits.map(({ rule }) => rule))],
  'crossfeed.outcome': ({ outcome }) => outcome,
};

/** What the model was asked, and what that took. */
const callAttributes: Readonly<Record<string, (record: ExchangeRecord) => Plain>> = {
  'gen_ai.operation.name': ({ operation }) => operationNames[operation],
  // None of the listed names is GitHub's: the conventions let one name another.
  'gen_ai.provider.name': () => 'github.copilot',
  'gen_ai.request.model': ({ model }) => model,
  'gen_ai.request.stream': ({ stream }) => stream,
  'gen_ai.conversation.id': ({ session }) => session,
  // There the input is whole, with what the cache held.
  'gen_ai.usage.input_tokens': ({ usage }) =>
    usage?.inputTokens == null
      ? null
      : usage.inputTokens + (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0),
  'gen_ai.usage.cache_read.input_tokens': ({ usage }) => usage?.cacheReadTokens ?? null,
  'gen_ai.usage.cache_creation.input_tokens': ({ usage }) => usage?.cacheWriteTokens ?? null,
  'gen_ai.usage.output_tokens': ({ usage }) => usage?.outputTokens ?? null,
  'gen_ai.usage.reasoning.output_tokens': ({ usage }) => usage?.reasoningTokens ?? null,
  'http.response.status_code': ({ upstreamStatus }) => upstreamStatus,
  'error.type': ({ errorCode, outcome }) => errorCode ?? (outcome === 'canceled' ? 'canceled' : null),
  'crossfeed.endpoint': ({ endpoint }) => endpoint,
  'crossfeed.initiator': ({ initiator }) => initiator,
  'crossfeed.credits': ({ cost }) => (cost.nanoAiu === null ? null : cost.nanoAiu / nanoPerCredit),
  'crossfeed.cost_source': ({ cost }) => cost.source,
};

/** Whole numbers of these are written as such too: a column has one type. */
const fractions: ReadonlySet<string> = new Set(['crossfeed.credits']);

/** The second one only where it went up. What was made on behalf of another exchange hangs below that one. */
export function exchangeSpans(record: ExchangeRecord): readonly Span[] {
  const { id, parentId, startedAt, durationMs, waitedMs, headMs, firstTokenMs } = record;
  const traceId = hash(parentId ?? id, 32);
  const spanId = hash(`exchange ${id}`, 16);
  const endTimeUnixNano = nano(startedAt + durationMs);
  const status = record.outcome === 'failed' ? ({ code: 2 } as const) : {};
  const whole: Span = {
    traceId,
    spanId,
    ...(parentId !== null && { parentSpanId: hash(`exchange ${parentId}`, 16) }),
    name: `POST ${record.route}`,
    kind: server,
    startTimeUnixNano: nano(startedAt),
    endTimeUnixNano,
    attributes: written(exchangeAttributes, record),
    status,
  };
  if (waitedMs === null && headMs === null) return [whole];
  const moments = { 'upstream head': headMs, 'first token': firstTokenMs };
  const call: Span = {
    traceId,
    spanId: hash(`call ${id}`, 16),
    parentSpanId: spanId,
    name: `${operationNames[record.operation]} ${record.model ?? ''}`.trim(),
    kind: client,
    startTimeUnixNano: nano(startedAt + (waitedMs ?? 0)),
    endTimeUnixNano,
    attributes: written(callAttributes, record),
    events: Object.entries(moments).flatMap(([name, ms]) =>
      ms === null ? [] : [{ name, timeUnixNano: nano(startedAt + ms) }],
    ),
    status,
  };
  return [whole, call];
}

function written(all: Readonly<Record<string, (record: ExchangeRecord) => Plain>>, record: ExchangeRecord) {
  return Object.entries(all).flatMap(([key, of]): readonly Attribute[] => {
    const value = of(record);
    return value === null ? [] : [{ key, value: attributeValue(value, fractions.has(key)) }];
  });
}

function attributeValue(value: NonNullable<Plain>, isFraction: boolean): AttributeValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } };
  return isFraction ? { doubleValue: value } : { intValue: String(value) };
}

/** Wall times have whole ms, measured ones more; beyond 2^53 a number would round. */
function nano(ms: number): string {
  const whole = Math.floor(ms);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}

/** Ids are the same whenever they are asked for, so that a later exchange can name its parent's. */
const hash = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);
