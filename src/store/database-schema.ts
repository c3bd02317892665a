/** The tables as the newest migration leaves them. Booleans are 0 and 1; unknown is null; times are ms. */
import type { Generated, Insertable, Selectable } from 'kysely';
import type { Account } from '../canonical/account.ts';
import type { CacheCause } from '../canonical/cache-finding.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';

export interface ExchangeTable {
  /** Grows with every exchange that ended: the order of the log. */
  seq: Generated<number>;
  id: string;
  started_at: number;
  duration_ms: number;
  first_token_ms: number | null;
  /** Null in rows from before these were kept. */
  waited_ms: number | null;
  head_ms: number | null;
  protocol: ExchangeRecord['protocol'];
  operation: ExchangeRecord['operation'];
  route: string;
  key_id: string;
  client: string;
  session: string;
  asked_model: string | null;
  model: string | null;
  endpoint: ExchangeRecord['endpoint'];
  lane: ExchangeRecord['lane'];
  stream: number;
  initiator: ExchangeRecord['initiator'];
  /** JSON: a list of `RequestEdit`. */
  edits: string;
  outcome: ExchangeRecord['outcome'];
  status: number;
  error_code: ExchangeRecord['errorCode'];
  error_message: string | null;
  upstream_status: number | null;
  upstream_request_id: string | null;
  input_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  output_tokens: number | null;
  reasoning_tokens: number | null;
  /** 1e9 to a credit, exact: SQLite keeps 64-bit integers. Billed or priced, as `cost_source` says. */
  cost_nano_aiu: number | null;
  request_bytes: number;
  response_bytes: number;
  heartbeats: number;
  synthesized_ending: number;
  /** Null in rows from before costs were kept, like all that follows. */
  account: string | null;
  project: string | null;
  parent_id: string | null;
  program: string | null;
  kind: string | null;
  cost_source: ExchangeRecord['cost']['source'];
  price_tier: ExchangeRecord['cost']['tier'];
  /** JSON: an `Estimate`. */
  estimate: string | null;
  cache_cause: CacheCause | null;
  cache_block: string | null;
  cache_lost_tokens: number | null;
  cache_cost_nano_aiu: number | null;
  cache_alarm: number | null;
}

export interface FactTable {
  key: string;
  value: string;
}

export interface AccountTable {
  name: string;
  login: string | null;
  host: string;
  token_kind: string;
  secret_store: Account['secretStore'];
  source: string;
  created_at: number;
  /** 1 for at most one row: the account of new keys. */
  is_default: number;
}

export interface CallerKeyTable {
  id: string;
  label: string;
  /** SHA-256 of the key, in hex. */
  digest: string;
  account: string;
  /** JSON: a list of catalogue ids; null for all. */
  models: string | null;
  project: string | null;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  /** JSON: an object of lists; null for none. */
  aliases: string | null;
  context_tier: string | null;
  /** 1 where its prompts and answers are kept. */
  capture: number | null;
  metrics_only: number | null;
}

export interface CaptureTable {
  seq: Generated<number>;
  exchange_id: string;
  at: number;
  /** Of `parts`, with what a row costs. */
  bytes: number;
  /** JSON: a `CaptureSummary`. */
  summary: string;
  /** JSON: the rest of a `Capture`. */
  parts: string;
}

export interface ResponseTable {
  key_id: string;
  id: string;
  used_at: number;
  /** Of both texts together. */
  bytes: number;
  previous_id: string | null;
  /** UTF-8 JSON: a list of items. */
  input: Uint8Array;
  /** UTF-8 JSON: the response object. */
  response: Uint8Array;
}

/** Sums of exchanges. Tokens and cost that are unknown count as nothing here: `unknown_calls` says how many. */
export interface SpendSums {
  calls: number;
  failed: number;
  canceled: number;
  input_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  /** Billed or priced. */
  nano_aiu: number;
  /** What calls of unknown cost were expected to cost. */
  estimated_nano_aiu: number;
  unknown_calls: number;
}

/** Texts are empty where an exchange has none. */
export interface SpendDayTable extends SpendSums {
  /** `YYYY-MM-DD` in the machine's time zone, of the start. */
  day: string;
  account: string;
  key_id: string;
  project: string;
  program: string;
  model: string;
  protocol: string;
  endpoint: string;
  lane: string;
  kind: string;
  initiator: string;
  price_tier: string;
  cost_source: string;
}

export interface SessionTable extends SpendSums {
  id: string;
  key_id: string;
  project: string;
  account: string;
  program: string;
  /** Each once, between commas. */
  models: string;
  first_at: number;
  last_at: number;
  alarms: number;
}

export interface ReservationTable {
  exchange_id: string;
  /** JSON: a `Reservation`. */
  reserved: string;
}

export interface BudgetTable {
  id: string;
  /** JSON: a `Budget`. */
  budget: string;
  created_at: number;
}

export interface QuotaReadingTable {
  seq: Generated<number>;
  account: string;
  at: number;
  /** JSON: a `QuotaReading`. */
  reading: string;
}

export interface MigrationTable {
  name: string;
  /** Wall time in ms since the epoch. */
  applied_at: number;
}

export interface StoreTables {
  account: AccountTable;
  budget: BudgetTable;
  caller_key: CallerKeyTable;
  capture: CaptureTable;
  exchange: ExchangeTable;
  fact: FactTable;
  migration: MigrationTable;
  quota_reading: QuotaReadingTable;
  reservation: ReservationTable;
  response: ResponseTable;
  session: SessionTable;
  spend_day: SpendDayTable;
}

export type ExchangeRow = Selectable<ExchangeTable>;
export type NewExchangeRow = Insertable<ExchangeTable>;
