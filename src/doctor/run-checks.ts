/** Runs checks side by side, each within its own time, and gives their findings in the order of the list. */
import type { Clock } from '../base/clock.ts';
import type { Check, Finding } from './check.ts';
import type { DoctorWorld } from './doctor-world.ts';

export interface RunChecks {
  readonly clock: Pick<Clock, 'after'>;
  /** For one check. */
  readonly patienceMs: number;
  /** Takes what looks like a secret out of a text. */
  readonly clean: (text: string) => string;
}

/** Never rejects: a check that fails or is late says so as `skipped`. */
export async function runChecks(
  checks: readonly Check[],
  world: DoctorWorld,
  { clock, patienceMs, clean }: RunChecks,
): Promise<readonly Finding[]> {
  const found = await Promise.all(checks.map((one) => within(findingsOf(one, world), one)));
  return found.flat().map((finding) => ({ ...finding, seen: clean(finding.seen) }));

  function within(answer: Promise<readonly Finding[]>, one: Check): Promise<readonly Finding[]> {
    return new Promise((resolve) => {
      const timer = clock.after(patienceMs, () =>
        resolve([skipped(one, `no answer within ${Math.round(patienceMs / 1000)} s`)]),
      );
      void answer.then((findings) => {
        timer.cancel();
        resolve(findings);
      });
    });
  }
}

async function findingsOf(one: Check, world: DoctorWorld): Promise<readonly Finding[]> {
  try {
    const seen = await one.look(world);
    return seen.map(({ kind, seen: words }) => {
      const { id, title: name } = one;
      const what = kind === undefined ? undefined : one.kinds[kind];
      if (what === undefined) return { id, check: id, title: name, state: 'ok', seen: words, cause: null, cure: null };
      return { id: `${id}/${kind}`, check: id, title: name, seen: words, ...what };
    });
  } catch (thrown) {
    return [skipped(one, thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : 'unknown')];
  }
}

function skipped({ id, title }: Check, why: string): Finding {
  return { id, check: id, title, state: 'skipped', seen: `not looked at: ${why}`, cause: null, cure: null };
}
