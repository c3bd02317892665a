/** The exchanges under way, as far as their events tell: what somebody who watches gets to see. */
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import type { Lane } from '../canonical/request-edit.ts';
import { clientProgram } from './client-program.ts';
import { createCostSoFar } from './cost-so-far.ts';
import type { CostSoFar } from './cost-so-far.ts';
import type { ExchangeEvent } from './exchange-event.ts';

export interface LiveCall {
  readonly id: string;
  /** Wall time in ms since the epoch, like all times here. */
  readonly startedAt: number;
  readonly keyId: string;
  readonly account: string;
  readonly project: string | null;
  readonly parentId: string | null;
  readonly program: string;
  readonly session: string;
  readonly protocol: ProtocolId;
  readonly operation: string;
  readonly askedModel: string | null;
  readonly model: string | null;
  readonly endpoint: Endpoint | null;
  readonly lane: Lane | null;
  readonly stream: boolean;
  readonly initiator: 'user' | 'agent' | null;
  readonly kind: string | null;
  /** `waiting`: for its turn, or for its owner's word. */
  readonly state: 'preparing' | 'waiting' | 'running';
  readonly firstTokenAt: number | null;
  readonly expectedNanoAiu: number | null;
  readonly edits: number;
}

/** Ours alone: it goes on with every event. */
type Call = { -readonly [Field in keyof LiveCall]: LiveCall[Field] };

export interface LiveBoard {
  observe(event: ExchangeEvent): void;
  /** The oldest first. */
  open(): readonly LiveCall[];
  readonly soFar: CostSoFar['of'];
}

/** Beyond it the oldest is forgotten: an end that never comes is a fault elsewhere and no leak here. */
const maxOpen = 20_000;

export function createLiveBoard(): LiveBoard {
  const calls = new Map<string, Call>();
  const costs = createCostSoFar();

  function change(id: string, news: Partial<LiveCall>) {
    const call = calls.get(id);
    if (call !== undefined) Object.assign(call, news);
  }

  return {
    observe(event) {
      costs.observe(event);
      switch (event.type) {
        case 'started':
          calls.set(event.id, begun(event));
          for (const oldest of calls.keys()) {
            if (calls.size <= maxOpen) break;
            calls.delete(oldest);
          }
          return;
        case 'routed': {
          const { askedModel, model, endpoint, lane, stream, initiator, kind } = event;
          return change(event.id, { askedModel, model, endpoint, lane, stream, initiator, kind, state: 'waiting' });
        }
        case 'estimated':
          return change(event.id, { expectedNanoAiu: event.estimate.nanoAiu });
        case 'edited':
          return change(event.id, { edits: (calls.get(event.id)?.edits ?? 0) + event.edits.length });
        case 'admitted':
          return change(event.id, { state: 'running' });
        case 'first-token':
          return change(event.id, { firstTokenAt: calls.get(event.id)?.firstTokenAt ?? event.at });
        case 'ended':
          calls.delete(event.id);
          return;
        default:
          return;
      }
    },
    open: () => Array.from(calls.values(), (call) => ({ ...call })),
    soFar: (...call) => costs.of(...call),
  };
}

function begun(event: Extract<ExchangeEvent, { type: 'started' }>): Call {
  const { id, at, keyId, account, project, parentId, session, protocol, operation } = event;
  return {
    id,
    startedAt: at,
    keyId,
    account,
    project,
    parentId,
    program: clientProgram(event.client),
    session,
    protocol,
    operation,
    askedModel: null,
    model: null,
    endpoint: null,
    lane: null,
    stream: false,
    initiator: null,
    kind: null,
    state: 'preparing',
    firstTokenAt: null,
    expectedNanoAiu: null,
    edits: 0,
  };
}
