/** What the simulator says of itself at `GET /_simulator/state`: the seat's balance, streams, tokens, calls. */
import type { JsonObject } from './json-value.ts';
import type { Stage } from './stage.ts';

export interface SimulatorState {
  readonly openStreams: number;
  /** Copilot tokens that work now. */
  readonly liveTokens: number;
  readonly autoSessions: number;
  readonly abuseBlocked: boolean;
  /** `balances`, `spentNanoAiu`, `premiumRequests`, `sessionCredits`, `weeklyCredits`, `userCalls`, `agentCalls`. */
  readonly ledger: JsonObject;
}

export function stateOf({ scenario, desk, auto, ledger, clock }: Stage, openStreams: number): SimulatorState {
  return {
    openStreams,
    liveTokens: desk.liveTokens,
    autoSessions: auto.sessions,
    abuseBlocked: scenario.abuseBlocked,
    ledger: ledger.state(clock.now()),
  };
}
