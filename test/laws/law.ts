/** A law of `design.md` §6 as a property over pairs of a caller's protocol and an upstream's endpoint, and how often it is tried. */
import fc from 'fast-check';
import type { Pair } from './rig.ts';

export interface Law {
  readonly number: number;
  readonly sentence: string;
  readonly pairs: readonly Pair[];
  /** How much of the runs it gets: 1 for a cheap one. */
  readonly share: number;
  /** Throws where the law is broken. */
  readonly property: (pair: Pair) => fc.IAsyncProperty<unknown> | fc.IProperty<unknown>;
}

/** Fails with the seed and the smallest example that fast-check finds. `FUZZ_SEED` plays a seed again. */
export async function holdLaw(law: Law, pair: Pair, runs: number, limitMs?: number): Promise<void> {
  const { FUZZ_SEED: seed } = process.env;
  await fc.assert(law.property(pair) as fc.IAsyncProperty<unknown>, {
    numRuns: Math.max(5, Math.round(runs * law.share)),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(limitMs === undefined ? {} : { interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false }),
  });
}

export const nameOf = ({ client, endpoint }: Pair): string => `${client} on ${endpoint}`;
