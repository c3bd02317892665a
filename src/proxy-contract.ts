/** What a proxy is made of, and what it can be asked. */
import type { Clock } from './base/clock.ts';
import type { CacheBreak, CacheCause } from './canonical/cache-finding.ts';
import type { CaptureStatus } from './canonical/capture.ts';
import type { Model } from './canonical/model.ts';
import type { QuotaForecast } from './canonical/quota-forecast.ts';
import type { NextCall } from './canonical/next-call.ts';
import type { Config } from './config/config.ts';
import type { OwnerQuestions } from './dashboard/create-dashboard.ts';
import type { OwnerAnswer, OwnerCall } from './gateway/owner-call.ts';
import type { MarkedSession } from './gateway/session.ts';
import type { Listener } from './http/create-listener.ts';
import type { KeyRegistry } from './http/key-registry.ts';
import type { TlsFiles } from './http/listen.ts';
import type { Spending } from './limits/create-spending.ts';
import type { MemoryGate } from './limits/memory-gate.ts';
import type { LimiterStatus } from './limits/limiter.ts';
import type { FetcherOptions } from './media/fetch-remote.ts';
import type { LoadImageLibrary } from './media/image-library.ts';
import type { EventBus } from './observability/event-bus.ts';
import type { Logger } from './observability/logger.ts';
import type { Redactor } from './observability/redact.ts';
import type { Store } from './store/open-store.ts';
import type { AccountStatus, SignedInAccount } from './upstream/account-upstreams.ts';
import type { LearnedRule } from './upstream/copilot/learned-rule.ts';
import type { Look, LookReply, Upstream, UpstreamStatus } from './upstream/upstream.ts';

export interface ProxyOptions {
  readonly config: Config;
  /** The GitHub logins that keys may belong to; the first is the default. */
  readonly accounts: readonly SignedInAccount[];
  /** Whose key a presented one is, e.g. `createKeyRegistry`. */
  readonly keys: KeyRegistry;
  /** What `server.tlsCert` and `server.tlsKey` hold. */
  readonly tls?: TlsFiles;
  readonly store: Store;
  readonly log: Logger;
  /** Learns every secret that the proxy holds, and cleans what is recorded: best the one that `log` uses. */
  readonly redactor?: Redactor;
  readonly version: string;
  /** The folder of the dashboard's built page; without it none is served. */
  readonly dashboardFolder?: string;
  /** HTTP_PROXY and its kin, for the way to GitHub. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Refuses what does not fit into memory; without one it is let in. */
  readonly memoryGate?: MemoryGate;
  /** The key of the provider that `webSearch.via` names. */
  readonly webSearchKey?: string;
  /** What goes to the collector with each batch of spans. */
  readonly traceHeaders?: Readonly<Record<string, string>>;
  /** For tests: the image library, and the internet as fetched images see it. */
  readonly mediaGround?: Pick<FetcherOptions, 'isPublic' | 'lookup' | 'maxBytes' | 'totalMs'> & {
    readonly loadLibrary?: LoadImageLibrary;
  };
}

export interface ProxyStatus {
  /** The origin that callers use; null before `listen`. */
  readonly url: string | null;
  /** That of the second listener, for Ollama's tools; null without one. */
  readonly ollamaUrl: string | null;
  /** Where figures are gathered without a key; null without such a listener. */
  readonly metricsUrl: string | null;
  /** Wall time in ms since the epoch. */
  readonly startedAt: number;
  readonly draining: boolean;
  readonly openExchanges: number;
  /** What of prompts and answers is kept; null where nothing is, and nothing was. */
  readonly capture: CaptureStatus | null;
  readonly counters: { readonly exchanges: number; readonly failed: number; readonly canceled: number };
  /** The default account's. */
  readonly upstream: UpstreamStatus;
  /** Every account in use; the default first. */
  readonly accounts: readonly (AccountStatus & { readonly limits?: LimiterStatus; readonly quota?: QuotaForecast })[];
  /** The names of those that are signed in and were not needed yet. */
  readonly idleAccounts: readonly string[];
  /** What models were found to refuse, and is left out for some days. */
  readonly learned: readonly LearnedRule[];
}

/** What the owner may ask and tell of one account's seat; callers with a key may not. */
export type Seat = Pick<
  Upstream,
  'models' | 'quota' | 'otherRoadModels' | 'modelTerms' | 'enableModel' | 'resume' | 'status'
>;

export interface Proxy {
  /** A `node:http` request listener, to mount where `listen` is not wanted. */
  readonly listener: Listener;
  /** What comes before the first caller; `listen` does it. */
  begin(): void;
  readonly events: EventBus;
  /** Rejects with `ConfigError` where the settings would let in whom they should not, before it listens. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  status(): ProxyStatus;
  /** The models of the default account's seat. */
  models(): Promise<readonly Model[]>;
  /** What broke the prompt cache of a session (its whole id), the latest first: since the start, in memory only. */
  cacheBreaks(session: string): readonly CacheBreak[];
  /** How often a prompt was not cached as expected, by cause, since the start. */
  cacheCauses(): Readonly<Record<CacheCause, number>>;
  /** The seat of that account, the default one without a name; undefined where there is no such account. */
  seat(accountName?: string): Seat | undefined;
  /** A call that the owner makes as it is: paced, budgeted and recorded like any other, and changed by nothing. */
  ownerCall(call: OwnerCall): Promise<OwnerAnswer>;
  /** A question of the owner's that is no call: paced, and answered as it comes. */
  ownerLook(accountName: string, asked: Look, signal: AbortSignal): Promise<LookReply>;
  /** Budgets, calls that wait for the owner's word, and where the quota is heading. */
  readonly spending: Spending;
  /** The sessions that a client's own marker means: one a key. */
  sessionsOf(marker: string): readonly MarkedSession[];
  /** What the next call of a session would take; undefined where nothing is known of it. */
  nextCall(session: string): NextCall | undefined;
  /** Answers the dashboard's questions from now on; until then it has no answers. */
  serveOwner(ask: OwnerQuestions): void;
  /** Opens the dashboard once, within ten minutes; null where none is served, and before `listen`. */
  dashboardLink(): string | null;
  readonly paused: boolean;
  /** Holds every new call back, or lets them go on. */
  pause(on: boolean): void;
  /** Ends one exchange under way. Whether there was one. */
  stopExchange(id: string): boolean;
  /** Forgets one learned rule by its id, or all without one; those that were forgotten. */
  forget(ruleId?: string): readonly LearnedRule[];
  /** After a login or logout: what runs for an account that is gone ends. */
  useAccounts(accounts: readonly SignedInAccount[]): Promise<void>;
  /** Takes no new requests, waits for the running ones up to `limits.drainMs`, ends those that are left, closes. */
  close(): Promise<void>;
  /** Ends the running ones at once and closes. */
  closeNow(): Promise<void>;
}
