/** The models of a seat for one request: asked for anew where the name it gives is not among them. */
import type { Clock } from '../base/clock.ts';
import type { Model } from '../canonical/model.ts';
import type { ModelAnswer } from '../routing/resolve-model.ts';
import type { Upstream } from '../upstream/upstream.ts';

export interface SeatModels {
  readonly models: readonly Model[];
  /** Ids that only the other way of signing in lists, as far as somebody has asked. */
  readonly otherRoad: readonly string[];
}

export interface SeatModelsDesk {
  /** `ask` says what the request's name means among the models it is given. Rejects where there has never been a list. */
  of(upstream: Upstream, ask: (models: readonly Model[]) => ModelAnswer | undefined): Promise<SeatModels>;
  /** GitHub refused a model that it lists: the list is asked for anew, and nobody waits for it. */
  doubt(upstream: Upstream): void;
}

/** A model that was just switched on is served at the second try; the retries of a wrong name must not become GitHub's traffic. */
const mostAnew = 3;
const anewWithinMs = 60_000;
const otherRoadMs = 10 * 60_000;
/** The error waits for the other road's list no longer than this. */
const patienceMs = 3_000;

interface Asked {
  /** When the list was last asked for anew, the oldest first. */
  anewAtMs: readonly number[];
  otherRoadAtMs: number;
  otherRoad: readonly string[];
}

export function createSeatModels({ clock }: { readonly clock: Clock }): SeatModelsDesk {
  const seats = new WeakMap<Upstream, Asked>();

  function askedOf(upstream: Upstream): Asked {
    let asked = seats.get(upstream);
    if (asked === undefined) {
      asked = { anewAtMs: [], otherRoadAtMs: -Infinity, otherRoad: [] };
      seats.set(upstream, asked);
    }
    return asked;
  }

  function mayAskAnew(asked: Asked): boolean {
    const nowMs = clock.monotonic();
    const recent = asked.anewAtMs.filter((atMs) => nowMs - atMs < anewWithinMs);
    if (recent.length >= mostAnew) return false;
    asked.anewAtMs = [...recent, nowMs];
    return true;
  }

  async function otherRoadOf(upstream: Upstream, asked: Asked): Promise<readonly string[]> {
    const nowMs = clock.monotonic();
    if (nowMs - asked.otherRoadAtMs < otherRoadMs) return asked.otherRoad;
    asked.otherRoadAtMs = nowMs;
    const answer = upstream.otherRoadModels().then(
      (ids) => (asked.otherRoad = ids ?? []),
      () => [],
    );
    const { promise: late, resolve } = Promise.withResolvers<readonly string[]>();
    const timer = clock.after(patienceMs, () => resolve([]));
    return Promise.race([answer, late]).finally(() => timer.cancel());
  }

  return {
    async of(upstream, ask) {
      let models = await upstream.models();
      const asked = askedOf(upstream);
      if (isSettled(ask(models))) return { models, otherRoad: asked.otherRoad };
      if (mayAskAnew(asked)) models = await upstream.models({ anew: true });
      if (ask(models)?.kind !== 'unknown') return { models, otherRoad: asked.otherRoad };
      return { models, otherRoad: await otherRoadOf(upstream, asked) };
    },
    doubt(upstream) {
      if (mayAskAnew(askedOf(upstream))) upstream.models({ anew: true }).catch(() => undefined);
    },
  };
}

/** A model that policy has switched off may have been switched on a moment ago. */
function isSettled(answer: ModelAnswer | undefined): boolean {
  return answer === undefined || (answer.kind === 'found' && answer.resolution.model.policyState === 'enabled');
}
