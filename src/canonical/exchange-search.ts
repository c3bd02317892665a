/** A page of the exchange log, the latest first, of what fits; and where the next one begins. */
import type { ExchangeRecord } from './exchange-record.ts';

export interface ExchangeSearch {
  /** What an earlier page gave as `next`: this one begins behind it. */
  readonly before?: number | undefined;
  readonly limit: number;
  /** Each has to stand somewhere: in a name, an id, an error's words, the rule of an edit. */
  readonly words?: string | undefined;
  readonly outcome?: ExchangeRecord['outcome'] | undefined;
  readonly lane?: NonNullable<ExchangeRecord['lane']> | undefined;
  readonly model?: string | undefined;
  /** A whole session's id. */
  readonly session?: string | undefined;
  readonly keyId?: string | undefined;
  /** Those made on behalf of that exchange. */
  readonly parentId?: string | undefined;
  /** By the start, in ms since the epoch: from the one, and before the other. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

export interface ExchangePage {
  readonly rows: readonly ExchangeRecord[];
  /** Null at the end. Fewer rows than asked for do not mean the end: a search stops where it took too long. */
  readonly next: number | null;
}
