/** What clients sent and what they did wrong, kept for tests to ask about. */
import type { IncomingHttpHeaders } from 'node:http';

export interface RecordedRequest {
  /** Counts from 1. */
  readonly number: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** Lower-case names, as Node parsed them. */
  readonly headers: IncomingHttpHeaders;
  /** Exactly the bytes that arrived. */
  readonly body: Buffer;
  /** The parsed body, undefined where it is no JSON. */
  readonly json: unknown;
  /** Wall time by the simulator's clock, ms since the epoch. */
  readonly at: number;
  /** Null while no head was sent. */
  readonly status: number | null;
  /** `broken-off`: a fault of ours ended it. */
  readonly ended: 'open' | 'answered' | 'client-left' | 'broken-off';
}

/** Something that a client must not do; most are also refused, some only counted. */
export interface Breach {
  readonly at: number;
  /** Of the request, as `RecordedRequest.number`; 0 where none is to blame alone. */
  readonly request: number;
  readonly path: string;
  /** The rule's name, e.g. `initiator-forged`. */
  readonly rule: string;
  readonly detail: string;
}

/** What one call was billed: of a stream at its end, however it ended. */
export interface RequestCharge {
  /** `x-request-id` as the client sent it; empty without one. */
  readonly requestId: string;
  readonly nanoAiu: number;
}

/** The record while its request runs. */
export type OpenRecord = { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] };

export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  readonly breaches: readonly Breach[];
  open(record: OpenRecord): void;
  /** The record's body is there: it counts towards what is kept. */
  arrived(record: OpenRecord): void;
  breach(breach: Breach): void;
  clear(): void;
}

/** Bounds the memory of a simulator that runs for days or under a benchmark: the oldest records go. */
const keptRecords = 1000;
const keptBodyBytes = 64 * 1024 * 1024;

export function createRequestLog(): RequestLog {
  const requests: OpenRecord[] = [];
  const breaches: Breach[] = [];
  let bodyBytes = 0;
  const forgetOldest = () => (bodyBytes -= requests.shift()?.body.length ?? 0);
  const isFull = () => bodyBytes > keptBodyBytes && requests.length > 1;
  return {
    requests,
    breaches,
    open(record) {
      if (requests.length >= keptRecords) forgetOldest();
      requests.push(record);
    },
    arrived(record) {
      if (requests.includes(record)) bodyBytes += record.body.length;
      while (isFull()) forgetOldest();
    },
    breach(breach) {
      if (breaches.length >= keptRecords) breaches.shift();
      breaches.push(breach);
    },
    clear() {
      requests.length = 0;
      bodyBytes = 0;
      breaches.length = 0;
    },
  };
}
