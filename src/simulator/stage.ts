/** What every part of a running simulator shares: the scene (`Stage`) and one request on it (`Visit`). */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { AutoDesk } from './auto-desk.ts';
import type { BearerDesk } from './bearer-desk.ts';
import type { CreditLedger } from './credit-ledger.ts';
import type { DeviceDesk } from './device-desk.ts';
import type { Frame } from './event-writer.ts';
import type { FaultAction } from './faults.ts';
import type { JsonObject } from './json-value.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { Refusal } from './refusal.ts';
import type { OpenRecord, RequestCharge } from './request-log.ts';
import type { Scenario } from './scenario.ts';

export interface Stage {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly desk: BearerDesk;
  readonly ledger: CreditLedger;
  readonly auto: AutoDesk;
  readonly cache: PromptCache;
  readonly device: DeviceDesk;
  /** Policies that were changed since the start, by model id. */
  readonly policies: Map<string, 'enabled' | 'disabled'>;
  nextSerial(): number;
  /** Changes the scenario from here on. */
  change(changes: Partial<Scenario>): void;
  note(path: string, rule: string, detail: string): void;
  readonly onCharge: (charge: RequestCharge) => void;
}

export interface StreamStart {
  readonly headers: Readonly<Record<string, string>>;
  readonly strikes: readonly FaultAction[];
  readonly eventDelayMs: number;
  readonly firstDelayMs: number;
  errorFrame(code: string, message: string, sentEvents: number): Frame;
  onEnd(how: 'answered' | 'broken-off' | 'client-left', sentEvents: number): void;
}

/** One request with its body read, and the ways to answer it. */
export interface Visit {
  readonly record: OpenRecord;
  readonly headers: IncomingHttpHeaders;
  /** Scheme and host as the client called them. */
  readonly origin: string;
  readonly strikes: readonly FaultAction[];
  /** `more` strikes it besides the faults that were armed: those of the prompt's markers. */
  json(
    status: number,
    body: JsonObject,
    headers?: Readonly<Record<string, string>>,
    more?: readonly FaultAction[],
  ): void;
  text(status: number, contentType: string, text: string): void;
  refuse(refusal: Refusal): void;
  stream(frames: Iterable<Frame>, start: StreamStart): void;
  /** Plays those faults that come before any answer; true if one of them settled the request. */
  strike(strikes: readonly FaultAction[]): boolean;
}
