/** What the gateway needs of whoever answers model calls: bytes up, bytes down, the models and the state of the seat. */
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { Quota } from '../canonical/quota.ts';
import type { ProxyError } from '../errors/proxy-error.ts';

/** Who began this turn: `user` only for a fresh human message. */
export type Initiator = 'user' | 'agent';

/** A call path below the Copilot API's origin; `count_tokens` belongs to the Messages endpoint. */
export type UpstreamPath = Endpoint | '/v1/messages/count_tokens';

export interface UpstreamCall {
  readonly path: UpstreamPath;
  /** Exactly what goes up: JSON, UTF-8, uncompressed. */
  readonly body: Uint8Array;
  /** Whether an event stream was asked for: chooses the head time-out and `accept`. */
  readonly stream: boolean;
  readonly initiator: Initiator;
  /** Whether any image is in the body, at any depth: the upstream wants a header then, and only then. */
  readonly hasImages: boolean;
  /** Further headers with lower-case names, already filtered (`anthropic-beta`). Never credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ours; goes up as `x-request-id`. */
  readonly exchangeId: string;
  /** Aborts the call at once, also while it waits for a bearer. */
  readonly signal: AbortSignal;
  /** Told when a rate limit is so short that the call sits it out: others of the account must wait as well. */
  readonly onRateLimit?: ((retryAfterMs: number) => void) | undefined;
}

/** The head of a 2xx answer. */
export interface UpstreamHead {
  readonly status: number;
  /** Lower-case names; repeated headers are joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
}

/** Holds back and lets go of the upstream's bytes. Both may be called at any time and any number of times. */
export interface Flow {
  pause(): void;
  resume(): void;
}

/**
 * Gets one answer, pushed synchronously. Order: `onHead`, any number of `onData`, then exactly one of `onEnd` and
 * `onFailure`; or `onFailure` alone. After `signal` aborts nothing more is called except one `onFailure` with the
 * code `canceled`. A non-2xx answer never reaches `onHead`: it is read whole and becomes `onFailure`.
 */
export interface UpstreamReceiver {
  onHead(head: UpstreamHead, flow: Flow): void;
  /** Bytes of the (decoded) body. The buffer may be kept: it is not reused. */
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFailure(error: ProxyError): void;
}

/** What `status` and `/readyz` show. Never holds a secret. */
export interface UpstreamStatus {
  /** Whether a call could be tried now: a bearer is at hand or obtainable, as far as known. */
  readonly ready: boolean;
  /** `direct` or `exchanged`; null while unknown. */
  readonly road: 'direct' | 'exchanged' | null;
  /** The origin model calls go to; null before discovery. */
  readonly apiOrigin: string | null;
  readonly apiVersion: string;
  /** The kind of the GitHub token, e.g. `ghu_`; null without one. */
  readonly credentialKind: string | null;
  /** When the bearer was obtained, and when it ends, in ms since the epoch. */
  readonly bearerSince: number | null;
  readonly bearerExpires: number | null;
  /** Since when (ms since the epoch) GitHub blocks the account and nothing goes up; null where it does not. */
  readonly blockedSince: number | null;
  /** The last failure to get a bearer, in the words for a user. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface ModelsOptions {
  /** Asks GitHub first. */
  readonly anew?: boolean;
}

/** One question that is no model call. Costs nothing, and changes nothing that is known of the seat. */
export interface Look {
  /** GitHub's own API is asked with the GitHub token. */
  readonly at: 'copilot' | 'github';
  readonly path: string;
  /** POSTs it; GETs without one. */
  readonly body?: JsonObject;
  /** Headers of our identity that are left out. */
  readonly without?: readonly string[];
  /** In place of the one in use. */
  readonly apiVersion?: string;
  /** `github`: the GitHub token as it is, whatever the seat's road. */
  readonly bearer?: 'github';
}

export interface LookReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where the answer hands out a token. */
  readonly text: string;
}

export interface Upstream {
  /** Sends one call. Retries by the closed list (`decisions.md` 7) happen inside, before `onHead`. Never throws. */
  send(call: UpstreamCall, receiver: UpstreamReceiver): void;
  /** The headers that would go up with a call, all but the bearer. Throws `invalid_request` as `send` would fail. */
  headersOf(call: Omit<UpstreamCall, 'body' | 'signal' | 'onRateLimit'>): Readonly<Record<string, string>>;
  /** The seat's models, cached (10 min) and refreshed by one flight; a failed refresh keeps the last list. */
  models(options?: ModelsOptions): Promise<readonly Model[]>;
  status(): UpstreamStatus;
  /** Asks GitHub what the seat has left. Rejects with the same codes as a call. */
  quota(): Promise<Quota>;
  /** The terms that come with a model whose policy is not enabled; null where there are none. */
  modelTerms(modelId: string): Promise<string | null>;
  /** Accepts a model's terms in the user's name: an explicit act of theirs, never ours. */
  enableModel(modelId: string): Promise<void>;
  /** The ids that only the other road lists for this token; null where GitHub does not take it there. Asks GitHub. */
  otherRoadModels(): Promise<readonly string[] | null>;
  /** Asks as it is told to, once: any status is an answer. Rejects where none came, and while the account is blocked. */
  look(asked: Look): Promise<LookReply>;
  /** Lifts the abuse latch: only ever on the user's explicit word. */
  resume(): void;
  /** Drops idle connections and ends running ones. */
  close(): Promise<void>;
}
