/** Folds the events of each exchange into the one row that the log prints and the store keeps. */
import { assertNever } from '../base/assert-never.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { ModelPrices } from '../canonical/model.ts';
import { clientProgram } from './client-program.ts';
import { costOfExchange } from './cost-of-exchange.ts';
import type { ExchangeListener } from './event-bus.ts';
import type { ExchangeEvent } from './exchange-event.ts';

/**
 * More exchanges than connections can be open at once (`limits.maxConnections`). Beyond it the oldest is forgotten:
 * an exchange whose end never comes is a fault elsewhere and must not become a leak here.
 */
const defaultMaxOpen = 20_000;

type Started = Extract<ExchangeEvent, { type: 'started' }>;
/** Filled in by the events; ours alone until it has ended. */
type Row = { -readonly [Field in keyof ExchangeRecord]: ExchangeRecord[Field] };
interface Draft {
  readonly row: Row;
  prices: ModelPrices | null;
  admitted: boolean;
}

/**
 * A listener that calls `onRecord` once an exchange, at its `ended`. Events of an exchange that it did not see start
 * are ignored. Of several `usage` events the last is true, of several `edited` events all are.
 */
export function createExchangeRecorder(
  onRecord: (record: ExchangeRecord) => void,
  maxOpen: number = defaultMaxOpen,
): ExchangeListener {
  const drafts = new Map<string, Draft>();

  return (event) => {
    if (event.type === 'started') {
      drafts.set(event.id, { row: rowOf(event), prices: null, admitted: false });
      for (const id of drafts.keys()) {
        if (drafts.size <= maxOpen) break;
        drafts.delete(id);
      }
      return;
    }
    const draft = drafts.get(event.id);
    if (draft === undefined) return;
    if (event.type !== 'ended') {
      add(draft, event);
      return;
    }
    drafts.delete(event.id);
    const { row, prices, admitted } = draft;
    row.durationMs = event.durationMs;
    row.outcome = event.outcome;
    row.status = event.status;
    row.errorCode = event.error?.code ?? null;
    row.errorMessage = event.error?.message ?? null;
    row.responseBytes = event.responseBytes;
    row.heartbeats = event.heartbeats;
    row.synthesizedEnding = event.synthesizedEnding;
    const { operation, outcome, errorCode, usage, upstreamStatus } = row;
    const answered = upstreamStatus !== null;
    row.cost = costOfExchange({ operation, outcome, errorCode, usage, prices, admitted, answered });
    onRecord(row);
  };
}

function rowOf(event: Started): Row {
  return {
    id: event.id,
    startedAt: event.at,
    durationMs: 0,
    firstTokenMs: null,
    waitedMs: null,
    headMs: null,
    protocol: event.protocol,
    operation: event.operation,
    route: event.route,
    keyId: event.keyId,
    account: event.account,
    project: event.project,
    parentId: event.parentId,
    client: event.client,
    program: clientProgram(event.client),
    session: event.session,
    askedModel: null,
    model: null,
    endpoint: null,
    lane: null,
    stream: false,
    initiator: null,
    kind: null,
    edits: [],
    outcome: 'failed',
    status: 0,
    errorCode: null,
    errorMessage: null,
    upstreamStatus: null,
    upstreamRequestId: null,
    usage: null,
    cost: { nanoAiu: null, source: 'unknown', tier: null },
    estimate: null,
    cache: null,
    requestBytes: event.requestBytes,
    responseBytes: 0,
    heartbeats: 0,
    synthesizedEnding: false,
  };
}

function add(draft: Draft, event: Exclude<ExchangeEvent, { type: 'started' | 'ended' }>): void {
  const { row } = draft;
  switch (event.type) {
    case 'warned':
      return;
    case 'admitted':
      draft.admitted = true;
      row.waitedMs = sinceStart(row, event.at);
      return;
    case 'estimated':
      row.estimate = event.estimate;
      return;
    case 'routed':
      row.askedModel = event.askedModel;
      row.model = event.model;
      row.endpoint = event.endpoint;
      row.lane = event.lane;
      row.stream = event.stream;
      row.initiator = event.initiator;
      row.kind = event.kind;
      draft.prices = event.prices;
      return;
    case 'edited':
      row.edits = [...row.edits, ...event.edits];
      return;
    case 'upstream-head':
      row.upstreamStatus = event.status;
      row.upstreamRequestId = event.upstreamRequestId;
      row.headMs = sinceStart(row, event.at);
      return;
    case 'first-token':
      row.firstTokenMs ??= sinceStart(row, event.at);
      return;
    case 'usage':
      row.usage = event.usage;
      return;
    case 'cache':
      row.cache = event.finding;
      return;
    default:
      assertNever(event);
  }
}

/** Wall times: a clock set back in between must not give a negative wait. */
const sinceStart = ({ startedAt }: Row, at: number): number => Math.max(0, at - startedAt);
