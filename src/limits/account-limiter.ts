/** Lets the calls of one account start: places, pace and the queue, with one timer for all who wait. */
import type { Clock, Timer } from '../base/clock.ts';
import type { PaceConfig } from '../config/config.ts';
import { createAdaptivePace } from './adaptive-pace.ts';
import { createFairQueue } from './fair-queue.ts';
import type { Admission, AdmissionRequest, Limiter, LimiterStatus, RefusalReason, UpstreamVerdict } from './limiter.ts';

export interface AccountLimiter {
  admit(request: AdmissionRequest): ReturnType<Limiter['admit']>;
  observe(verdict: UpstreamVerdict): void;
  status(): LimiterStatus;
}

type Kind = AdmissionRequest['kind'];

/** An admitted call. The one object that an admission makes: with `this` in place of a closure. */
interface Place {
  readonly admitted: true;
  readonly waitedMs: number;
  readonly kind: Kind;
  /** Undefined once the place was given back. */
  leave: ((kind: Kind) => void) | undefined;
  release(this: Place): void;
}

function release(this: Place) {
  const { leave } = this;
  this.leave = undefined;
  leave?.(this.kind);
}

interface Waiter {
  readonly request: AdmissionRequest;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly onAbort: () => void;
  readonly settle: (admission: Admission) => void;
}

/** Whom to tell to come back sooner than this would only be told again. */
const leastRetryMs = 1_000;

export function createAccountLimiter(config: PaceConfig, clock: Clock): AccountLimiter {
  const pace = createAdaptivePace(config, clock);
  const running: Record<Kind, number> = { generation: 0, short: 0 };
  /** In the order of their turns. */
  const queues = { user: createFairQueue<Waiter>(), agent: createFairQueue<Waiter>() };
  /** In the order of arrival, so that the first is the first to run out of time. */
  const waiting = new Set<Waiter>();
  let timer: Timer | undefined;

  const hasPlace = (kind: Kind) => running[kind] < pace.concurrency;
  const fits = ({ request }: Waiter) => hasPlace(request.kind);
  const flowOf = ({ keyId, kind }: AdmissionRequest) => `${kind} ${keyId}`;

  function start(kind: Kind, waitedMs: number, nowMs: number): Place {
    running[kind] += 1;
    pace.take(nowMs);
    return { admitted: true, waitedMs, kind, leave, release };
  }

  function leave(kind: Kind) {
    running[kind] -= 1;
    if (waiting.size > 0) pump();
  }

  /** Why `request` is not even let into the queue; undefined if it is. */
  function refusal(request: AdmissionRequest, nowMs: number): Admission | undefined {
    const queued = waiting.size;
    const heldMs = pace.heldMs(nowMs);
    if (heldMs > config.maxWaitMs) return refused('pace', heldMs);
    const gapMs = pace.gapMs(nowMs, queued);
    if (config.minGapMs > 0 && gapMs > 0 && !config.wait) return refused('pace', gapMs);
    if (queued >= config.maxQueued && !makeRoom(request, nowMs)) {
      return refused('queue-full', pace.waitMs(nowMs, queued));
    }
    const expectedMs = pace.waitMs(nowMs, request.initiator === 'user' ? queues.user.size : queued);
    return expectedMs > longestWaitMs() ? refused('pace', expectedMs) : undefined;
  }

  /** Where agents fill the queue, the newest of them goes for a human turn. */
  function makeRoom({ initiator }: AdmissionRequest, nowMs: number): boolean {
    const newest = initiator === 'user' && [...waiting].findLast(({ request }) => request.initiator === 'agent');
    if (!newest) return false;
    newest.settle(refused('queue-full', pace.waitMs(nowMs, waiting.size)));
    return true;
  }

  function longestWaitMs(): number {
    return config.wait && config.minGapMs > 0 ? Number.POSITIVE_INFINITY : config.maxWaitMs;
  }

  function enqueue(request: AdmissionRequest, nowMs: number): Promise<Admission> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        request,
        sinceMs: nowMs,
        untilMs: nowMs + longestWaitMs(),
        onAbort() {
          remove(waiter);
          reject(request.signal.reason as Error);
          arm(clock.monotonic());
        },
        settle(admission) {
          remove(waiter);
          resolve(admission);
        },
      };
      request.signal.addEventListener('abort', waiter.onAbort, { once: true });
      waiting.add(waiter);
      queues[request.initiator].push(flowOf(request), waiter);
      pump();
    });
  }

  function remove(waiter: Waiter) {
    const { request } = waiter;
    waiting.delete(waiter);
    queues[request.initiator].remove(flowOf(request), waiter);
    request.signal.removeEventListener('abort', waiter.onAbort);
  }

  /** Starts whoever may start now. */
  function pump() {
    const nowMs = clock.monotonic();
    while (waiting.size > 0 && pace.waitMs(nowMs, 0) <= 0) {
      const next = queues.user.take(fits) ?? queues.agent.take(fits);
      if (next === undefined) break;
      next.settle(start(next.request.kind, nowMs - next.sinceMs, nowMs));
    }
    arm(nowMs);
  }

  /** Sets the timer for the next start or the end of somebody's patience, whichever is first. */
  function arm(nowMs: number) {
    timer?.cancel();
    timer = undefined;
    const [first] = waiting;
    if (first === undefined) return;
    const startMs = hasPlace('generation') || hasPlace('short') ? pace.waitMs(nowMs, 0) : Number.POSITIVE_INFINITY;
    // Zero where those who wait are of the kind that has no place: a release wakes them.
    const delayMs = Math.min(startMs > 0 ? startMs : Number.POSITIVE_INFINITY, first.untilMs - nowMs);
    if (delayMs !== Number.POSITIVE_INFINITY) timer = clock.after(Math.max(1, Math.ceil(delayMs)), wake);
  }

  function wake() {
    timer = undefined;
    const nowMs = clock.monotonic();
    for (const waiter of waiting) {
      if (waiter.untilMs > nowMs) break;
      const reason = hasPlace(waiter.request.kind) ? 'pace' : 'concurrency';
      waiter.settle(refused(reason, pace.waitMs(nowMs, 0)));
    }
    pump();
  }

  return {
    admit(request) {
      const { kind, signal } = request;
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      const nowMs = clock.monotonic();
      // Whoever is due starts first; who waits after that waits for places of the other kind.
      if (waiting.size > 0 && hasPlace(kind)) pump();
      if (hasPlace(kind) && pace.waitMs(nowMs, 0) <= 0) return start(kind, 0, nowMs);
      return refusal(request, nowMs) ?? enqueue(request, nowMs);
    },
    observe(verdict) {
      if (verdict.kind === 'served') {
        if (pace.lowered && pace.raise(clock.monotonic()) && waiting.size > 0) pump();
        return;
      }
      const nowMs = clock.monotonic();
      pace.lower(nowMs, verdict.retryAfterMs);
      const heldMs = pace.heldMs(nowMs);
      // Nobody waits for what cannot come in time.
      for (const waiter of waiting) {
        if (heldMs > Math.min(waiter.untilMs - nowMs, config.maxWaitMs)) waiter.settle(refused('pace', heldMs));
      }
      arm(nowMs);
    },
    status() {
      const heldMs = pace.heldMs(clock.monotonic());
      return {
        running: running.generation + running.short,
        queued: waiting.size,
        concurrency: pace.concurrency,
        perSecond: pace.perSecond,
        heldUntil: heldMs > 0 ? clock.now() + heldMs : null,
      };
    },
  };
}

function refused(reason: RefusalReason, retryAfterMs: number): Admission {
  return { admitted: false, reason, retryAfterMs: Math.max(leastRetryMs, Math.ceil(retryAfterMs)) };
}
