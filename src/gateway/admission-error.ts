/** What a caller is told whose exchange may not start: come back later, and why. */
import { ProxyError } from '../errors/proxy-error.ts';
import type { Admission, LimiterStatus } from '../limits/limiter.ts';

export type RefusedAdmission = Extract<Admission, { admitted: false }>;

/** Our own pacing is a rate limit to callers, a full queue an overload: both name the wait (`faults.md` B-117, B-118). */
export function admissionError({ reason, retryAfterMs }: RefusedAdmission, status: LimiterStatus): ProxyError {
  const seconds = Math.ceil(retryAfterMs / 1000);
  switch (reason) {
    case 'queue-full':
      return new ProxyError(
        'overloaded',
        `${status.queued} calls of this account are waiting for their start already.`,
        {
          retryAfterMs,
        },
      );
    case 'concurrency':
      return new ProxyError(
        'rate_limited',
        `All ${status.concurrency} places of this account were taken, and none became free in time.`,
        { retryAfterMs },
      );
    case 'pace':
      return new ProxyError(
        'rate_limited',
        status.heldUntil === null
          ? `This account is paced to spare it a block by GitHub: try again in ${seconds} s.`
          : `GitHub limits this account; nothing more is sent to it for ${seconds} s.`,
        { retryAfterMs },
      );
  }
}
