/** What was spent, added up: as `crossfeed usage` prints it and `/crossfeed/v1/usage` answers. */
import type { ExchangeRecord } from './exchange-record.ts';

/** By what figures may be told apart. */
export const spendKinds = [
  'model',
  'session',
  'client',
  'key',
  'project',
  'day',
  'protocol',
  'kind',
  'account',
  'lane',
] as const;

export type SpendBy = (typeof spendKinds)[number];

/** Sums of exchanges; what is unknown of one counts as nothing (`decisions.md` 51 has the names). */
export interface SpendFigures {
  readonly calls: number;
  readonly failed: number;
  readonly canceled: number;
  /** Without what was read from or written to the prompt cache. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Billed or priced; 1e9 to a credit. */
  readonly costNanoAiu: number;
  /** Calls of unknown cost, and what they were expected to cost: not part of `costNanoAiu`. */
  readonly unknownCalls: number;
  readonly estimatedNanoAiu: number;
}

export interface SpendRow extends SpendFigures {
  /** Empty where the exchanges name none. */
  readonly name: string;
}

export interface SpendQuestion {
  readonly by: SpendBy;
  /** Whole days in the machine's time zone count, the first one too. Sessions count whole if they went on since. */
  readonly sinceMs?: number | undefined;
  /** Of one key, and of one session, by its whole id. */
  readonly keyId?: string | undefined;
  readonly session?: string | undefined;
}

export interface SpendReport {
  readonly by: SpendBy;
  readonly total: SpendFigures;
  /** The dearest first; days in their order. */
  readonly rows: readonly SpendRow[];
}

/** Of sessions only as far as the log of exchanges goes back. */
export interface SpendDaysQuestion {
  readonly by: Exclude<SpendBy, 'day'>;
  readonly sinceMs: number;
  readonly keyId?: string | undefined;
}

export interface SpendDay extends SpendRow {
  /** `YYYY-MM-DD` in the machine's time zone. */
  readonly day: string;
}

/** Calls, and what they cost: of a broken cache what it cost more. */
export interface SpendCause {
  readonly calls: number;
  readonly nanoAiu: number;
}

/** What its owner did not ask for in so many words, as far as the log of exchanges goes back. */
export interface SpendCauses {
  readonly compaction: SpendCause;
  /** As declared by their clients. */
  readonly subAgents: SpendCause;
  readonly cacheBreaks: SpendCause;
  readonly longTier: SpendCause;
}

export interface SessionsQuestion {
  readonly sinceMs?: number | undefined;
  readonly keyId?: string | undefined;
  readonly limit: number;
}

export interface SessionSummary extends SpendFigures {
  readonly id: string;
  readonly keyId: string;
  readonly account: string;
  readonly project: string | null;
  readonly program: string;
  /** Wall times in ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly models: readonly string[];
  /** How often less of its prompt was cached than could be expected, without a good cause. */
  readonly alarms: number;
}

export interface SessionStory {
  readonly session: SessionSummary;
  /** The oldest first; those that the log still has, at most 10,000. */
  readonly exchanges: readonly ExchangeRecord[];
}
