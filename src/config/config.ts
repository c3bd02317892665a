/** The settings of one proxy, with their defaults: plain values, units in the names, nothing read from anywhere. */
import type { ContextTier } from '../canonical/model.ts';

export interface Config {
  readonly server: ServerConfig;
  readonly limits: LimitsConfig;
  readonly upstream: UpstreamConfig;
  readonly models: ModelsConfig;
  readonly media: MediaConfig;
  readonly webSearch: WebSearchConfig;
  readonly metrics: MetricsConfig;
  readonly traces: TracesConfig;
  readonly identity: IdentityConfig;
  readonly credentials: CredentialsConfig;
  readonly log: LogConfig;
  readonly capture: CaptureConfig;
}

export interface ServerConfig {
  readonly host: string;
  /** 0 chooses a free port. */
  readonly port: number;
  /** False lets callers in without a key, where only this machine can call. */
  readonly requireKey: boolean;
  /** Callers of private networks may call, without TLS. */
  readonly lan: boolean;
  /** PEM files; both or none. */
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  /** Names by which callers may call, `host` (any port) or `host:port`, besides the loopback ones. */
  readonly allowHosts: readonly string[];
  /** Addresses of reverse proxies: they alone may call from outside, and their X-Forwarded-* headers are believed. */
  readonly behindProxy: readonly string[];
  /** Whether the system's certificates are trusted besides those that come with Node. */
  readonly systemCa: boolean;
  /** Whether `/v1/responses` may be upgraded to a WebSocket. */
  readonly webSocket: boolean;
  /** Whether the owner's page is served below `/ui`. */
  readonly dashboard: boolean;
  readonly ollama: OllamaConfig;
}

/** A second listener, for tools that know only Ollama's port. It is for this machine alone. */
export interface OllamaConfig {
  /** Null for none, 0 for a free one. */
  readonly port: number | null;
  readonly requireKey: boolean;
}

/** The figures of `faults.md` §2: every one can be changed. Times in ms, sizes in bytes. */
export interface LimitsConfig {
  /** A request body after decompression. */
  readonly maxBodyBytes: number;
  readonly maxJsonDepth: number;
  readonly maxJsonKeysPerObject: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  readonly maxConnections: number;
  readonly requestHeadMs: number;
  readonly requestBodyMs: number;
  readonly upstreamHeadMs: number;
  readonly upstreamHeadNonStreamingMs: number;
  /** No byte from the upstream in a running stream. */
  readonly silenceMs: number;
  readonly reasoningSilenceMs: number;
  /** Bytes, but only comments and pings. */
  readonly commentsOnlyMs: number;
  readonly heartbeatMs: number;
  /** How long, how many events and how many bytes the answer's head waits for the first meaningful event. */
  readonly headHoldMs: number;
  readonly headHoldEvents: number;
  readonly headHoldBytes: number;
  readonly maxEventBytes: number;
  /** A non-streaming answer after decompression. */
  readonly maxAnswerBytes: number;
  /** The bound for one stream's buffer; what is used of it is 64 kB, which is enough to keep a connection busy. */
  readonly streamBufferBytes: number;
  /** A client that takes no byte of a waiting answer for so long is gone. */
  readonly clientWriteMs: number;
  /** How long running exchanges may go on after SIGTERM. */
  readonly drainMs: number;
  readonly pace: PaceConfig;
  /** What calls may cost: `500 per month`, `20 per session soft`, … (`budget-field.ts`). */
  readonly budgets: readonly string[];
  /** Refuses calls once so many percent of the seat's credits are used; 0 never does. */
  readonly quotaStopPercent: number;
  /** Which calls wait for the owner's word: all, each session's first, or those that cost more than `approvalAboveCredits`. */
  readonly approval: 'off' | 'all' | 'session' | 'above';
  readonly approvalAboveCredits: number;
  /** Without an answer for so long the call is denied. */
  readonly approvalTimeoutMs: number;
}

/** How politely one account uses GitHub (`security.md` R-1): each account has these for itself. */
export interface PaceConfig {
  readonly enabled: boolean;
  /** Generations under way at a time. */
  readonly concurrency: number;
  /** Starts a second that can go on for ever, and how many may start at once after a quiet time. */
  readonly perSecond: number;
  readonly burst: number;
  /** At most one start in so long; 0 for no such gap. */
  readonly minGapMs: number;
  /** What comes within the gap waits for its turn instead of being refused. */
  readonly wait: boolean;
  readonly maxQueued: number;
  /** A wait that would be longer is refused. */
  readonly maxWaitMs: number;
  /** A stream that waits so long for its start gets its head and heartbeats meanwhile. */
  readonly openAfterMs: number;
}

export interface UpstreamConfig {
  /** Where people sign in. */
  readonly githubUrl: string;
  /** Token exchange, user, quota. */
  readonly githubApiUrl: string;
  /** Replaces host discovery when set. */
  readonly copilotApiUrl: string | null;
  /** Hosts allowed besides `*.githubcopilot.com` and `*.ghe.com`, for tests and odd networks. */
  readonly allowedHosts: readonly string[];
  /** Copilot API versions, newest first; walked down once when the upstream says a version is invalid or too old. */
  readonly apiVersions: readonly string[];
  /** `auto` goes by the kind of the token: `ghu_` is exchanged, the others are sent as they are. */
  readonly road: 'auto' | 'direct' | 'exchanged';
  readonly allowH2: boolean;
  /** How long the model catalogue is fresh. */
  readonly catalogueMs: number;
  /** How many days a field or beta that a model refused is left out before it is tried again; 0 learns nothing. */
  readonly learnedDays: number;
  /** Whether the lifetimes that callers give to cache markers go up; some of GitHub's backends refuse them. */
  readonly cacheTtl: boolean;
  /** Names of edit rules that are switched off (`docs/protocols/edits.md` lists them). */
  readonly disabledRules: readonly string[];
}

/** What names of models mean, and which prices they may reach. */
export interface ModelsConfig {
  /** `name=model`, or `name=first|second` of which the first that can serve does. */
  readonly aliases: readonly string[];
  /** Shipped aliases that are switched off; `*` for all. */
  readonly shippedAliasesOff: readonly string[];
  /** Whether prompts may grow into the dearer tier of models that have one. */
  readonly contextTier: ContextTier;
  /** Models whose prompts may, whatever `contextTier` says. */
  readonly longContext: readonly string[];
  /** `model=endpoint`: where a model is asked, in place of what its catalogue row and the caller's protocol suggest. */
  readonly endpoints: readonly string[];
}

/** Spans for OpenTelemetry. */
export interface TracesConfig {
  /** The collector (OTLP over HTTP); null for none. */
  readonly endpoint: string | null;
}

/** Figures for Prometheus. */
export interface MetricsConfig {
  /** Whether `/metrics` answers the default key, and keys that were made for it. */
  readonly enabled: boolean;
  /** A listener of their own, on this machine and without a key; 0 for a free port, null for none. */
  readonly port: number | null;
}

/** Images and documents that callers name by their address. */
export interface MediaConfig {
  /** Whether the proxy fetches them; else addresses go up where the endpoint takes them. */
  readonly fetchRemote: boolean;
  /** Of servers that are fetched from. */
  readonly fetchPorts: readonly number[];
}

/** How the search tools of Messages, Responses, Chat and Gemini are fulfilled where the model's endpoint has none. */
export interface WebSearchConfig {
  /** Who searches: nobody, a model of the seat, or a provider whose key the owner has. */
  readonly via: 'off' | 'seat' | 'brave' | 'tavily' | 'searxng';
  /** The model that searches for `seat`, by its id; null for the cheapest that can be asked. */
  readonly model: string | null;
  /** Where SearXNG runs. */
  readonly url: string | null;
  /** Of one turn, whatever the caller allows. */
  readonly maxUses: number;
  /** Of one search. */
  readonly maxResults: number;
}

/** How the proxy presents itself to GitHub: data, because GitHub changes what it accepts. */
export interface IdentityConfig {
  /** The app that people let in at sign-in. */
  readonly clientId: string;
  /** May be empty. */
  readonly scope: string;
  readonly integrationId: string;
  /** For fine-grained and installation tokens, which GitHub takes under few integration ids. */
  readonly tokenIntegrationId: string;
  readonly editorVersion: string;
  readonly editorPluginVersion: string;
  readonly userAgent: string;
}

/** Where GitHub tokens come from and where they rest. */
export interface CredentialsConfig {
  /** Where a login puts its token; `auto` is the keychain if it answers. */
  readonly store: 'auto' | 'keychain' | 'file';
  /** Whether a start without any other credential may read the login files of other Copilot tools. */
  readonly fromTools: boolean;
}

export interface LogConfig {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly format: 'json' | 'pretty';
  /** A file beside the terminal, rotated; null for none. */
  readonly file: string | null;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
}

/** What of prompts and answers is kept, for owners who look into them. Nothing unless it is switched on. */
export interface CaptureConfig {
  readonly enabled: boolean;
  /** Ids or labels of the keys it is on for; all where none is named. */
  readonly keys: readonly string[];
  /** Of each text of an exchange: the request, what went up, the answer. */
  readonly maxBytes: number;
  readonly maxTotalBytes: number;
  readonly maxAgeHours: number;
}

export const defaultConfig: Config = {
  server: {
    host: '127.0.0.1',
    port: 4141,
    requireKey: true,
    lan: false,
    tlsCert: null,
    tlsKey: null,
    allowHosts: [],
    behindProxy: [],
    systemCa: true,
    webSocket: true,
    dashboard: true,
    ollama: { port: null, requireKey: true },
  },
  limits: {
    maxBodyBytes: 32 * 1024 * 1024,
    maxJsonDepth: 128,
    maxJsonKeysPerObject: 10_000,
    maxHeaderBytes: 16 * 1024,
    maxHeaders: 100,
    maxConnections: 10_000,
    requestHeadMs: 10_000,
    requestBodyMs: 30_000,
    upstreamHeadMs: 120_000,
    upstreamHeadNonStreamingMs: 600_000,
    silenceMs: 90_000,
    reasoningSilenceMs: 300_000,
    commentsOnlyMs: 600_000,
    heartbeatMs: 15_000,
    headHoldMs: 2_000,
    headHoldEvents: 16,
    headHoldBytes: 256 * 1024,
    maxEventBytes: 8 * 1024 * 1024,
    maxAnswerBytes: 64 * 1024 * 1024,
    streamBufferBytes: 1024 * 1024,
    clientWriteMs: 60_000,
    drainMs: 60_000,
    pace: {
      enabled: true,
      concurrency: 16,
      perSecond: 4,
      burst: 32,
      minGapMs: 0,
      wait: false,
      maxQueued: 256,
      maxWaitMs: 60_000,
      openAfterMs: 5_000,
    },
    budgets: [],
    quotaStopPercent: 0,
    approval: 'off',
    approvalAboveCredits: 10,
    approvalTimeoutMs: 300_000,
  },
  upstream: {
    githubUrl: 'https://github.com',
    githubApiUrl: 'https://api.github.com',
    copilotApiUrl: null,
    allowedHosts: [],
    apiVersions: ['2026-08-01', '2026-06-01', '2025-10-01', '2025-05-01', '2025-04-01'],
    road: 'auto',
    allowH2: false,
    catalogueMs: 10 * 60 * 1000,
    learnedDays: 7,
    cacheTtl: true,
    disabledRules: [],
  },
  models: { aliases: [], shippedAliasesOff: [], contextTier: 'default', longContext: [], endpoints: [] },
  media: { fetchRemote: false, fetchPorts: [80, 443] },
  webSearch: { via: 'off', model: null, url: null, maxUses: 8, maxResults: 10 },
  metrics: { enabled: false, port: null },
  traces: { endpoint: null },
  identity: {
    clientId: 'Iv1.b507a08c87ecfe98',
    scope: 'read:user',
    integrationId: 'vscode-chat',
    tokenIntegrationId: 'copilot-developer-cli',
    editorVersion: 'vscode/1.124.2',
    editorPluginVersion: 'copilot-chat/0.52.0',
    userAgent: 'GitHubCopilotChat/0.52.0',
  },
  credentials: { store: 'auto', fromTools: false },
  log: { level: 'info', format: 'pretty', file: null, maxFileBytes: 10 * 1024 * 1024, maxFiles: 5 },
  capture: {
    enabled: false,
    keys: [],
    maxBytes: 256 * 1024,
    maxTotalBytes: 256 * 1024 * 1024,
    maxAgeHours: 72,
  },
};
