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
type Draft = Omit<ExchangeRecord, 'outcome' | 'status' | 'errorCode' | 'errorMessage' | 'cost' | EndFigure> & {
  readonly prices: ModelPrices | null;
  readonly admitted: boolean;
};
type EndFigure = 'durationMs' | 'responseBytes' | 'heartbeats' | 'synthesizedEnding';

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
      drafts.set(event.id, draftOf(event));
      for (const id of drafts.keys()) {
        if (drafts.size <= maxOpen) break;
        drafts.delete(id);
      }
      return;
    }
    const draft = drafts.get(event.id);
    if (draft === undefined) return;
    if (event.type !== 'ended') {
      drafts.set(event.id, withEvent(draft, event));
      return;
    }
    drafts.delete(event.id);
    const { prices, admitted, ...known } = draft;
    const { durationMs, outcome, status, responseBytes, heartbeats, synthesizedEnding } = event;
    const errorCode = event.error?.code ?? null;
    const answered = draft.upstreamStatus !== null;
    onRecord({
      ...known,
      cost: costOfExchange({ ...known, prices, admitted, answered, outcome, errorCode }),
      durationMs,
      outcome,
      status,
      errorCode,
      errorMessage: event.error?.message ?? null,
      responseBytes,
      heartbeats,
      synthesizedEnding,
    });
  };
}

function draftOf(event: Started): Draft {
  return {
    id: event.id,
    startedAt: event.at,
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
    prices: null,
    admitted: false,
    edits: [],
    upstreamStatus: null,
    upstreamRequestId: null,
    usage: null,
    estimate: null,
    cache: null,
    requestBytes: event.requestBytes,
  };
}

function withEvent(draft: Draft, event: Exclude<ExchangeEvent, { type: 'started' | 'ended' }>): Draft {
  switch (event.type) {
    case 'warned':
      return draft;
    case 'admitted':
      return { ...draft, admitted: true, waitedMs: sinceStart(draft, event.at) };
    case 'estimated':
      return { ...draft, estimate: event.estimate };
    case 'routed': {
      const { askedModel, model, endpoint, lane, stream, initiator, kind, prices } = event;
      return { ...draft, askedModel, model, endpoint, lane, stream, initiator, kind, prices };
    }
    case 'edited':
      return { ...draft, edits: [...draft.edits, ...event.edits] };
    case 'upstream-head':
      return {
        ...draft,
        upstreamStatus: event.status,
        upstreamRequestId: event.upstreamRequestId,
        headMs: sinceStart(draft, event.at),
      };
    case 'first-token':
      return { ...draft, firstTokenMs: draft.firstTokenMs ?? sinceStart(draft, event.at) };
    case 'usage':
      return { ...draft, usage: event.usage };
    case 'cache':
      return { ...draft, cache: event.finding };
    default:
      return assertNever(event);
  }
}

/** Wall times: a clock set back in between must not give a negative wait. */
const sinceStart = ({ startedAt }: Draft, at: number): number => Math.max(0, at - startedAt);
