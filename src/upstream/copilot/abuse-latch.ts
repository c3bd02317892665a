/** Stops an account that GitHub blocks for how it is used: across restarts, until its owner says to go on. */
import type { Clock } from '../../base/clock.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { Memory } from './api-versions.ts';
import { parseJson, objectOf } from '../../canonical/json-value.ts';
import { textOf } from './wire-value.ts';

export interface AbuseLatchOptions {
  readonly accountName: string;
  readonly clock: Clock;
  readonly memory: Memory | undefined;
  readonly notice: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
}

export interface AbuseLatch {
  /** What every call is told while the latch holds; null where calls may go up. */
  refusal(): ProxyError | null;
  /** Since when (ms since the epoch); null where it does not hold. */
  since(): number | null;
  /** GitHub's words speak of abuse, its terms or a suspension: one is enough. */
  readonly blocked: (error: ProxyError) => void;
  /** The account was refused although its bearer is fresh: some of these in a short time are a block too. */
  readonly refusedAfterRefresh: (error: ProxyError) => void;
  readonly lift: () => void;
}

const countedRefusals = 3;
const countedWithinMs = 5 * 60_000;

/** The fact that remembers the latch of an account; empty or absent where it does not hold. */
export function abuseLatchFact(accountName: string): string {
  return `abuse-latch:${accountName}`;
}

export function createAbuseLatch(options: AbuseLatchOptions): AbuseLatch {
  const { accountName, clock, memory, notice } = options;
  const fact = abuseLatchFact(accountName);
  let held = remembered(memory?.get(fact));
  let refusals: readonly number[] = [];

  function hold(error: ProxyError): void {
    if (held !== null) return;
    held = { since: clock.now(), reason: error.message, upstreamStatus: error.upstreamStatus };
    memory?.set(fact, JSON.stringify(held));
    notice('warn', 'GitHub blocks the account; every further call is refused here', {
      account: accountName,
      reason: error.message,
    });
  }

  return {
    refusal() {
      if (held === null) return null;
      return new ProxyError(
        'upstream_forbidden',
        `GitHub blocks this account for how it is used; no further call is made until you say \`crossfeed resume\`. ${held.reason}`,
        { upstreamStatus: held.upstreamStatus },
      );
    },
    since: () => held?.since ?? null,
    blocked: hold,
    refusedAfterRefresh(error) {
      const now = clock.monotonic();
      refusals = [...refusals.filter((atMs) => now - atMs < countedWithinMs), now];
      if (refusals.length >= countedRefusals) hold(error);
    },
    lift() {
      refusals = [];
      if (held === null) return;
      held = null;
      memory?.set(fact, '');
      notice('info', 'the account may be used again, by its owner’s word', { account: accountName });
    },
  };
}

interface Held {
  readonly since: number;
  readonly reason: string;
  readonly upstreamStatus: number | undefined;
}

/** What cannot be read still holds: the doubt is on the side of the account. */
function remembered(fact: string | undefined): Held | null {
  if (fact === undefined || fact === '') return null;
  const stored = objectOf(parseJson(fact));
  const { since, upstreamStatus } = stored;
  return {
    since: typeof since === 'number' ? since : 0,
    reason: textOf(stored['reason']) ?? '',
    upstreamStatus: typeof upstreamStatus === 'number' ? upstreamStatus : undefined,
  };
}
