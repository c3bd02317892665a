/** The door from HTTP into the story of an exchange: one admitted, authenticated request in, one answer out. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../canonical/caller.ts';
import type { ContextTier } from '../canonical/model.ts';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import type { Lane, RequestEdit } from '../canonical/request-edit.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { Operation } from '../observability/exchange-event.ts';
import type { AnswerOutput } from './answer-output.ts';
import type { NextCall } from '../canonical/next-call.ts';

/** What a path means. Routes are data: `http/routes.ts` has the table. */
export interface InferenceRoute {
  readonly protocol: ProtocolId;
  readonly operation: Operation;
  /** The path as documented, e.g. `/v1/messages`; the same path without `/v1` shares it. */
  readonly path: string;
  /** What the URL says in place of the body (Gemini: the model, and whether it streams); wins over the body. */
  readonly urlSays?: { readonly model: string; readonly stream: boolean };
  /** What an absent `stream` means: false, but for Ollama. */
  readonly streamsByDefault?: boolean;
  /** How the events of a stream are framed: server-sent events where absent. */
  readonly framing?: StreamFraming;
}

/** Gemini without `alt=sse` writes one JSON array, Ollama a line an event. */
export type StreamFraming = 'json-array' | 'ndjson';

export interface GatewayRequest {
  readonly route: InferenceRoute;
  /** The exchange's id, minted at the door: `x-crossfeed-exchange`. */
  readonly exchangeId: string;
  readonly headers: IncomingHttpHeaders;
  /** The body after decompression, within the size limit, otherwise as it came. */
  readonly body: Buffer;
  /** Who holds the key that was presented: decides the account and the models. */
  readonly caller: Caller;
  /** What the proxy itself changed before the request came here; the first of its edits. */
  readonly edits?: readonly RequestEdit[];
  /** Of a call that the proxy makes in answer to another one. */
  readonly madeFor?: MadeFor;
}

/** A declared child exchange (`decisions.md` 8): the agent's, whoever seems to speak in it, and booked by itself. */
export interface MadeFor {
  readonly parentId: string;
  /** What the ledger calls it. */
  readonly kind: string;
  /** The session of the call that it is made for. */
  readonly session: string;
  /** The response that this one is a part of: both are kept under one id. */
  readonly answerId?: string | undefined;
}

/** What a request would become on its way up. */
export interface Preview {
  readonly lane: Lane;
  /** The catalogue's id. */
  readonly model: string;
  readonly endpoint: string;
  /** Those that would go up, without the bearer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly what would go up, as JSON text. */
  readonly body: string;
  readonly edits: readonly RequestEdit[];
}

/** What a request would take; credits with the usual output, null where the model has no price. */
export interface EstimateAnswer {
  readonly model: string;
  /** The whole prompt. */
  readonly inputTokens: number;
  /** What the prompt cache should hold of it. */
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
  readonly mostOutputTokens: number;
  readonly tier: ContextTier;
  /** In either price tier; `long` is null where the model has one price alone. */
  readonly credits: Readonly<Record<ContextTier, number | null>>;
  /** In its tier, with a prompt cache that holds all that the session put there, and with none. */
  readonly warmCredits: number | null;
  readonly coldCredits: number | null;
  /** With none, and the most output. */
  readonly mostCredits: number | null;
  /** Since the session's last such call; null where there is none. */
  readonly idleSeconds: number | null;
}

export interface CallProgress {
  readonly responseBytes: number;
  /** As far as the upstream has said it. */
  readonly usage: TokenUsage | null;
}

export interface Gateway {
  /** Answers `request` on `response`, whatever happens. Never throws; a client that leaves ends the upstream call. */
  answer(request: GatewayRequest, response: AnswerOutput): void;
  /** What would go up for `request`. Nothing is sent, waited for or recorded. Rejects as the request would be refused. */
  preview(request: GatewayRequest): Promise<Preview>;
  /** What `request` would take, likewise. */
  estimate(request: GatewayRequest): Promise<EstimateAnswer>;
  /** What the next call of that session would take; undefined where nothing is known of it. */
  nextCall(session: string): NextCall | undefined;
  /** Exchanges that have started and not ended. */
  readonly open: number;
  /** What of an open exchange's answer went down; undefined where it is not open. */
  progress(exchangeId: string): CallProgress | undefined;
  /** Ends one by its owner's word. Whether it was open. */
  stop(exchangeId: string): boolean;
  /** Ends every running exchange with its protocol's in-band error: the end of a drain. */
  endAll(): void;
}

/** What else the gateway of all endpoints can be asked, by those who stand before it. */
export interface PlanningGateway extends Gateway {
  /** Where `request` would be asked. Rejects where its model is not to be had. */
  endpointOf(request: GatewayRequest): Promise<Endpoint>;
}
