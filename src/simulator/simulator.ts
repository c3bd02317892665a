/** What a simulator is to a test or a program: where it listens, what it saw, what can be done to it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import type { Fault } from './faults.ts';
import type { RefusedInput } from './refused-inputs.ts';
import type { Breach, RecordedRequest, RequestCharge } from './request-log.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatorState } from './seat-state.ts';

export interface SimulatorOptions {
  /** What differs from the default scenario. */
  readonly scenario?: Partial<Scenario>;
  readonly clock?: Clock;
  /** Told of every breach as it happens. */
  readonly onBreach?: (breach: Breach) => void;
  /** Told of every bill as it is made out. */
  readonly onCharge?: (charge: RequestCharge) => void;
}

export interface Simulator {
  /** Everything on one origin; plug it into any `node:http` server. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
  /** For the `upgrade` event of that server: WebSockets at `/responses`. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Listens on 127.0.0.1 and a free port unless told otherwise. `url` is the origin. */
  listen(options?: {
    readonly host?: string;
    readonly port?: number;
  }): Promise<{ readonly url: string; readonly port: number }>;
  /** The latest thousand requests, oldest first; those to `/_simulator/…` are not among them. */
  readonly requests: readonly RecordedRequest[];
  /** By path, or by the short names that faults use: `token`, `user`, `models`. */
  requestsTo(path: string): RecordedRequest[];
  readonly breaches: readonly Breach[];
  addFault(fault: Fault): void;
  /** Changes the scenario from the next request on; tokens, device and faults are read only at the start. */
  changeScenario(changes: Partial<Scenario>): void;
  /** The balance, open streams, live tokens and calls by initiator. */
  readonly state: SimulatorState;
  /** Refuses an input from now on, until a reset. */
  refuseInput(rule: RefusedInput): void;
  /** Makes every Copilot token issued so far invalid. */
  revokeTokens(): void;
  /** Makes every GitHub token invalid, as when a person revokes the app. */
  revokeLogins(): void;
  /** The person's decision on a device login, the newest unless its code is given; false where there is none. */
  decideLogin(decision: 'approve' | 'deny', userCode?: string): boolean;
  /** Answers that are being streamed: 0 once all clients left or were served. */
  readonly openStreams: number;
  /** Ends running answers and stops listening. */
  close(): Promise<void>;
}
