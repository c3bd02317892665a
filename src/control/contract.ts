/** What the CLI can ask of a running server over the control socket: one line of JSON each way, rows for a stream. */
import type { Account } from '../canonical/account.ts';
import type { ApprovalAnswer, WaitingCall } from '../canonical/approval.ts';
import type { Budget, BudgetOf, BudgetPer, BudgetState } from '../canonical/budget.ts';
import type { Capsule } from '../canonical/capsule.ts';
import type { Capture, CaptureStatus } from '../canonical/capture.ts';
import type { CacheBreak, CacheCause } from '../canonical/cache-finding.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { ExchangePage, ExchangeSearch } from '../canonical/exchange-search.ts';
import type { Model } from '../canonical/model.ts';
import type { QuotaForecast } from '../canonical/quota-forecast.ts';
import type { Quota } from '../canonical/quota.ts';
import type { StoreHealth } from '../canonical/store-health.ts';
import type { SessionLine } from '../canonical/session-line.ts';
import type { Reconciliation } from '../canonical/reconciliation.ts';
import type {
  SessionsQuestion,
  SessionStory,
  SessionSummary,
  SpendCauses,
  SpendDay,
  SpendDaysQuestion,
  SpendQuestion,
  SpendReport,
} from '../canonical/spend-figures.ts';
import type { ErrorCode } from '../errors/error-table.ts';

/** The state of the upstream, shaped like its own status. Never holds a secret. */
export interface UpstreamSummary {
  readonly ready: boolean;
  readonly road: 'direct' | 'exchanged' | null;
  readonly apiOrigin: string | null;
  readonly apiVersion: string;
  readonly credentialKind: string | null;
  /** In ms since the epoch. */
  readonly bearerSince: number | null;
  readonly bearerExpires: number | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
  /** Since when the abuse latch holds every call back, in ms since the epoch; null where it does not. */
  readonly blockedSince: number | null;
}

/** How an account is paced just now, shaped like the limiter's own status. */
export interface PaceSummary {
  readonly running: number;
  readonly queued: number;
  readonly concurrency: number;
  readonly perSecond: number;
  /** In ms since the epoch; null where nothing holds. */
  readonly heldUntil: number | null;
}

/** An account in use, and its seat. */
export interface AccountSummary {
  readonly account: Account;
  readonly upstream: UpstreamSummary;
  readonly limits?: PaceSummary;
  /** Where its quota is heading; absent while GitHub said nothing, and where the quota has no end. */
  readonly quota?: QuotaForecast;
}

/** Something that a model was found to refuse, and how requests do without it. */
export interface LearnedRuleSummary {
  readonly id: string;
  readonly endpoint: string;
  readonly modelId: string;
  readonly kind: 'field' | 'value' | 'rename' | 'beta' | 'needs-beta';
  /** A pattern in the body, or the name of a beta. */
  readonly path: string;
  readonly value: string;
  /** The upstream's words. */
  readonly words: string;
  /** In ms since the epoch. */
  readonly learnedAt: number;
}

/** How the proxy presents itself to GitHub. */
export interface IdentitySummary {
  /** The app that people let in at sign-in: public. */
  readonly clientId: string;
  readonly integrationId: string;
  readonly editorVersion: string;
  readonly editorPluginVersion: string;
  readonly userAgent: string;
}

export interface ServerStatus {
  readonly pid: number;
  readonly version: string;
  /** The origin it listens on, without slash or `/v1`. */
  readonly url: string;
  /** That of the second listener, for Ollama's tools; null without one. */
  readonly ollamaUrl: string | null;
  /** Where figures are gathered without a key; null without such a listener. */
  readonly metricsUrl: string | null;
  /** Wall time in ms since the epoch. */
  readonly startedAt: number;
  /** Whether it is ending: running exchanges go on, new ones are refused. */
  readonly draining: boolean;
  readonly openExchanges: number;
  /** What of prompts and answers is kept; null where nothing is, and nothing was. */
  readonly capture: CaptureStatus | null;
  /** Whether the ledger is written. */
  readonly store: StoreHealth;
  /** The default account's. */
  readonly upstream: UpstreamSummary;
  /** Every account in use; the default first. */
  readonly accounts: readonly AccountSummary[];
  /** The names of those that are signed in and were not needed yet. */
  readonly idleAccounts: readonly string[];
  readonly identity: IdentitySummary;
  /** What was found out about GitHub and is remembered, one sentence each. */
  readonly learned: readonly string[];
  /** Those of them that were learned from refusals, and may be forgotten. */
  readonly learnedRules: readonly LearnedRuleSummary[];
  /** Since the start. `exchanges` counts all that ended, `failed` and `canceled` are parts of it. */
  readonly counters: { readonly exchanges: number; readonly failed: number; readonly canceled: number };
  /** The config file in use; null without one. */
  readonly configFile: string | null;
  /** Whether it serves the dashboard. */
  readonly dashboard: boolean;
}

/** A caller's key without its secret. */
export interface KeySummary {
  readonly id: string;
  readonly label: string;
  readonly state: 'valid' | 'expired' | 'revoked';
  readonly accountName: string;
  /** Catalogue ids; null for all. */
  readonly models: readonly string[] | null;
  /** It reads `/metrics` and opens nothing else. */
  readonly metricsOnly: boolean;
  readonly project: string | null;
  /** Times in ms since the epoch; null for never, and for what nobody knows of the default key. */
  readonly createdAt: number | null;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** A tool that `crossfeed connect` led here, as its files stand now. */
export interface ConnectedToolSummary {
  readonly tool: string;
  readonly title: string;
  /** The project's folder; null for user-wide. */
  readonly projectDir: string | null;
  /** The label of its key; null where it has none of its own. */
  readonly keyLabel: string | null;
  readonly state: 'connected' | 'drifted';
  /** Files in which something of ours is gone or changed. */
  readonly drifted: readonly string[];
}

/** One setting as it is in force. */
export interface SettingSummary {
  readonly path: string;
  /** As people write it. Never a secret. */
  readonly value: string;
  readonly source: 'default' | 'file' | 'environment' | 'flag';
  readonly description: string;
}

/** A name that stands for a model, and what it means now. */
export interface AliasSummary {
  readonly name: string;
  /** `settings`, `key LABEL`, or what a shipped one is for. */
  readonly from: string;
  readonly target: string;
  /** Catalogue ids, with their endpoints where they do not serve for all; empty where the seat has nothing for it. */
  readonly means: readonly string[];
}

export type NoArgs = Readonly<Record<string, never>>;

/** One account's seat; the default account's where none is named. */
export interface SeatArgs {
  readonly account?: string | undefined;
}

/** Operations that are answered once. */
export interface ControlContract {
  readonly status: { readonly args: NoArgs; readonly result: ServerStatus };
  /** The newest exchanges first; `limit` from 1 to 10,000. `session` is the beginning of a session's id. */
  readonly exchanges: {
    readonly args: { readonly limit: number; readonly session?: string | undefined };
    readonly result: readonly ExchangeRecord[];
  };
  /** Those that fit, a page at a time, the newest first; `limit` from 1 to 200. */
  readonly findExchanges: { readonly args: ExchangeSearch; readonly result: ExchangePage };
  /** A session in one line, by its client's own marker: the most used of those of several keys. */
  readonly sessionLine: { readonly args: { readonly marker: string }; readonly result: SessionLine };
  readonly exchange: { readonly args: { readonly id: string }; readonly result: ExchangeRecord | null };
  /** Its prompt and answer; null where nothing was kept of them. */
  readonly captured: { readonly args: { readonly id: string }; readonly result: Capture | null };
  /** The exchange in a form that may be given away; null where there is none. */
  readonly capsule: {
    readonly args: { readonly id: string; readonly withoutBodies?: boolean | undefined };
    readonly result: Capsule | null;
  };
  /** What was spent, told apart by something. */
  readonly spend: { readonly args: SpendQuestion; readonly result: SpendReport };
  /** The same day by day, the oldest first. */
  readonly spendDays: { readonly args: SpendDaysQuestion; readonly result: readonly SpendDay[] };
  readonly spendCauses: { readonly args: { readonly sinceMs: number }; readonly result: SpendCauses };
  /** The latest first; `limit` from 1 to 10,000. */
  readonly sessions: { readonly args: SessionsQuestion; readonly result: readonly SessionSummary[] };
  /** One session, by the beginning of its id; null where there is none. */
  readonly session: { readonly args: { readonly id: string }; readonly result: SessionStory | null };
  /** What became of prompt caches since the start: by cause, and what broke those of one session, by its whole id. */
  readonly promptCache: {
    readonly args: { readonly session?: string | undefined };
    readonly result: {
      readonly causes: Readonly<Record<CacheCause, number>>;
      readonly breaks: readonly CacheBreak[];
    };
  };
  /** GitHub's balance against the ledger, from the readings since then; null where there are no two. */
  readonly reconcile: {
    readonly args: SeatArgs & { readonly sinceMs: number };
    readonly result: Reconciliation | null;
  };
  /** What the seat has left. An answer up to `maxAgeMs` old will do; without it GitHub is asked. */
  readonly quota: { readonly args: SeatArgs & { readonly maxAgeMs?: number | undefined }; readonly result: Quota };
  readonly models: { readonly args: SeatArgs; readonly result: readonly Model[] };
  readonly aliases: { readonly args: SeatArgs; readonly result: readonly AliasSummary[] };
  /** Models that the road not taken would add; null where that cannot be told. */
  readonly otherRoadModels: { readonly args: SeatArgs; readonly result: { readonly models: readonly string[] | null } };
  /** The terms to accept before a model may be used; null where there are none. */
  readonly modelTerms: {
    readonly args: SeatArgs & { readonly model: string };
    readonly result: { readonly terms: string | null };
  };
  /** Accepts a model's terms in the user's name. */
  readonly enableModel: { readonly args: SeatArgs & { readonly model: string }; readonly result: NoArgs };
  /** How far the budgets are; those by session for that session alone, by its whole id. */
  readonly budgets: {
    readonly args: { readonly session?: string | undefined };
    readonly result: readonly BudgetState[];
  };
  /** The calls that wait for their owner's word, the oldest first. */
  readonly approvals: { readonly args: NoArgs; readonly result: readonly WaitingCall[] };
  /** The owner's word. Whether such a call still waited. */
  readonly answerApproval: {
    readonly args: { readonly id: string; readonly answer: ApprovalAnswer };
    readonly result: { readonly answered: boolean };
  };
  /** Accounts, keys and budgets have changed in the store: what they say holds from the answer on. */
  readonly reload: { readonly args: NoArgs; readonly result: NoArgs };
  /** Lifts the abuse latch of an account, by its owner's word. The account it was. */
  readonly resume: { readonly args: SeatArgs; readonly result: { readonly account: string } };
  /** Forgets one learned rule, or all without its id; those that were forgotten. */
  readonly forget: {
    readonly args: { readonly rule?: string | undefined };
    readonly result: { readonly forgotten: readonly LearnedRuleSummary[] };
  };
  /** Ends one exchange under way; the caller hears that the owner stopped it. Whether there was one. */
  readonly stopExchange: { readonly args: { readonly id: string }; readonly result: { readonly stopped: boolean } };
  /** Holds every new call back, or lets them go on. */
  readonly pause: { readonly args: { readonly paused: boolean }; readonly result: { readonly paused: boolean } };
  /** A budget of the owner's own: those of the settings are changed there. An amount of null removes it. */
  readonly changeBudget: {
    readonly args: {
      readonly of: BudgetOf;
      readonly per: BudgetPer;
      readonly mode: Budget['mode'];
      readonly nanoAiu: number | null;
    };
    readonly result: NoArgs;
  };
  /** Every key but its secret, the default one first. */
  readonly keys: { readonly args: NoArgs; readonly result: { readonly keys: readonly KeySummary[] } };
  readonly connectedTools: {
    readonly args: NoArgs;
    readonly result: { readonly tools: readonly ConnectedToolSummary[] };
  };
  /** Makes a key, which is shown this once. */
  readonly addKey: {
    readonly args: {
      readonly label: string;
      readonly project?: string | undefined;
      readonly account?: string | undefined;
      /** Until it ends. */
      readonly days?: number | undefined;
    };
    readonly result: { readonly id: string; readonly key: string };
  };
  /** Ends a key at once. Whether there was such a key. */
  readonly revokeKey: { readonly args: { readonly id: string }; readonly result: { readonly revoked: boolean } };
  readonly settings: { readonly args: NoArgs; readonly result: { readonly settings: readonly SettingSummary[] } };
  /** A link that opens the dashboard once, within ten minutes; null where none is served. */
  readonly dashboardLink: { readonly args: NoArgs; readonly result: { readonly url: string | null } };
  /** Begins the drain; `now` ends running exchanges at once. Answered before the server is gone. */
  readonly stop: { readonly args: { readonly now?: boolean | undefined }; readonly result: NoArgs };
}

export type ControlOperation = keyof ControlContract;
export type ControlArgs<O extends ControlOperation> = ControlContract[O]['args'];
export type ControlResult<O extends ControlOperation> = ControlContract[O]['result'];

/** What a server hands in. A thrown error is answered with its message. */
export type ControlOperations = {
  readonly [O in ControlOperation]: (args: ControlArgs<O>) => ControlResult<O> | Promise<ControlResult<O>>;
} & {
  /** Sends every exchange that ends from now on; the returned function ends it. */
  readonly events: (send: (row: ExchangeRecord) => void) => () => void;
};

/** The first line on a connection, or any later one after an answer. */
export interface ControlRequest {
  readonly operation: ControlOperation | 'events';
  readonly args: unknown;
}

export interface ControlFailure {
  readonly code: 'invalid_request' | 'failed';
  readonly message: string;
  /** The code of our own error table, where the proxy failed for a reason of GitHub's or the caller's. */
  readonly reason?: ErrorCode;
}

/** Every line from the server. After the `ok` of `events` come `row` lines until either side leaves. */
export type ControlReply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: ControlFailure }
  | { readonly row: ExchangeRecord };

/** A longer line is not one of ours. */
export const maxLineBytes = 64 * 1024;
