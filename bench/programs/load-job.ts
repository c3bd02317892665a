/** What the bench asks of its load generator, and what comes back. */

export interface Job {
  /** `hold` keeps streams open; `count` tells how many events they gave so far; `release` closes them. */
  readonly kind: 'requests' | 'hold' | 'count' | 'release';
  readonly port: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly body: string;
  readonly concurrency: number;
  readonly total: number;
}

export interface JobReport {
  /** Answers with another status than 200, or none. */
  readonly failed: number;
  /** The lane that Crossfeed said it took; null for the yardsticks. */
  readonly lane: string | null;
  readonly events: number;
  readonly elapsedMs: number;
  readonly firstByteUs: readonly number[];
  readonly wholeUs: readonly number[];
}
