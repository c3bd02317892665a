/** The tables as the newest migration leaves them. Booleans are 0 and 1; unknown is null; times are ms. */
import type { Generated, Insertable, Selectable } from 'kysely';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';

export interface ExchangeTable {
  /** Grows with every exchange that ended: the order of the log. */
  seq: Generated<number>;
  id: string;
  started_at: number;
  duration_ms: number;
  first_token_ms: number | null;
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
  /** 1e9 to a credit, exact: SQLite keeps 64-bit integers. */
  cost_nano_aiu: number | null;
  request_bytes: number;
  response_bytes: number;
  heartbeats: number;
  synthesized_ending: number;
}

export interface FactTable {
  key: string;
  value: string;
}

export interface MigrationTable {
  name: string;
  /** Wall time in ms since the epoch. */
  applied_at: number;
}

export interface StoreTables {
  exchange: ExchangeTable;
  fact: FactTable;
  migration: MigrationTable;
}

export type ExchangeRow = Selectable<ExchangeTable>;
export type NewExchangeRow = Insertable<ExchangeTable>;
