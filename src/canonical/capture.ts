/** What was kept of an exchange beside its record, where its owner asked for that: prompts and answers, without secrets. */
import type { ExchangeRecord } from './exchange-record.ts';

export interface Capture extends CaptureSummary {
  /** As the client sent it, as it went up (the last time, if twice), what came back for that, and what the client got. */
  readonly request: CapturedText;
  readonly sent: CapturedText | null;
  /** Null where no answer came, and in captures from before it was kept. */
  readonly received: CapturedText | null;
  readonly answer: CapturedText;
  readonly edits: ExchangeRecord['edits'];
}

export interface CapturedText {
  readonly text: string;
  /** Of the whole, before anything was cut or cleaned. */
  readonly bytes: number;
  readonly isCut: boolean;
}

export interface CaptureSummary {
  readonly exchangeId: string;
  /** In ms since the epoch. */
  readonly at: number;
  readonly keyId: string;
  readonly session: string;
  readonly route: string;
  readonly model: string | null;
  readonly lane: ExchangeRecord['lane'];
  readonly outcome: ExchangeRecord['outcome'];
  readonly status: number;
}

/** Whether something is kept just now, and how much is. */
export interface CaptureStatus {
  /** Labels of the keys whose calls are kept. */
  readonly keys: readonly string[];
  readonly kept: number;
  readonly bytes: number;
  readonly maxAgeHours: number;
}

/** What is kept at all. */
export interface CaptureBounds {
  readonly maxTotalBytes: number;
  readonly maxAgeMs: number;
}
