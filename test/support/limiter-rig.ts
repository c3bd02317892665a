/** A limiter on a clock that stands still, with callers whose answers are written down. */
import { defaultConfig, type PaceConfig } from '../../src/config/config.ts';
import { createLimiter } from '../../src/limits/create-limiter.ts';
import type { Admission, AdmissionRequest, Limiter } from '../../src/limits/limiter.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

const { pace } = defaultConfig.limits;

export interface Asked {
  readonly name: string;
  readonly aborter: AbortController;
  admission: Admission | undefined;
  failure: unknown;
  readonly askedMs: number;
  /** When it was answered: what a promise says is read later. */
  atMs: number;
}

export interface LimiterRig {
  readonly clock: FakeClock;
  readonly limiter: Limiter;
  /** What was answered, in the order of the answers. */
  readonly answered: Asked[];
  ask(name: string, request?: Partial<AdmissionRequest>): Asked;
  /** Moves time on and lets every promise settle. */
  advance(byMs: number): Promise<void>;
}

/** Promises settle in a turn of their own. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export function limiterRig(config: Partial<PaceConfig> = {}): LimiterRig {
  const clock = createFakeClock();
  const limiter = createLimiter({ config: { ...pace, ...config }, clock });
  const answered: Asked[] = [];
  return {
    clock,
    limiter,
    answered,
    ask(name, request = {}) {
      const aborter = new AbortController();
      const askedMs = clock.monotonic();
      const asked: Asked = { name, aborter, admission: undefined, failure: undefined, askedMs, atMs: askedMs };
      const take = (admission: Admission) => {
        asked.admission = admission;
        asked.atMs = admission.admitted ? askedMs + admission.waitedMs : clock.monotonic();
        answered.push(asked);
      };
      const full: AdmissionRequest = {
        accountName: 'octo',
        keyId: 'key',
        initiator: 'agent',
        kind: 'generation',
        signal: aborter.signal,
        ...request,
      };
      const admission = limiter.admit(full);
      if (admission instanceof Promise) admission.then(take, (reason: unknown) => (asked.failure = reason));
      else take(admission);
      return asked;
    },
    async advance(byMs) {
      clock.advance(byMs);
      await settled();
    },
  };
}

export const release = ({ admission }: Asked) => admission?.admitted && admission.release();
export const admittedNames = (list: readonly Asked[]) =>
  list.filter(({ admission }) => admission?.admitted).map(({ name }) => name);
export const statusOf = ({ limiter }: LimiterRig) => limiter.status('octo');
