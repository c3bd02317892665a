/** Asks one point after the other, within a limit of credits, and stops where GitHub blocks the account. */
import type { Model } from '../canonical/model.ts';
import { tierOf } from '../canonical/model.ts';
import { priceOf } from '../canonical/spend.ts';
import { toProxyError } from '../errors/proxy-error.ts';
import { undecided } from './probe-point.ts';
import type { Observation, ProbeCall, ProbePoint, ProbeWorld } from './probe-point.ts';

export interface PlannedPoint {
  readonly point: ProbePoint;
  readonly calls: readonly ProbeCall[];
  /** Why it is not asked; null where it is. */
  readonly skipped: string | null;
  /** What its calls take at most; null where one of them has no price. */
  readonly nanoAiu: number | null;
}

export interface ProbeFinding extends Observation {
  readonly point: ProbePoint;
}

export interface ProbeProgress {
  readonly world: ProbeWorld;
  /** Why nothing more may be asked, e.g. since GitHub blocks the account; null where it may. */
  readonly stopped: () => string | null;
  readonly onFinding: (finding: ProbeFinding) => void;
}

/** Points that do not fit into the credits that are left are skipped; cheaper ones behind them may still fit. */
export function planProbe(
  points: readonly ProbePoint[],
  models: readonly Model[],
  maxNanoAiu: number,
): readonly PlannedPoint[] {
  let left = maxNanoAiu;
  return points.map((point) => {
    const calls = point.plan(models);
    if (typeof calls === 'string') return { point, calls: [], skipped: calls, nanoAiu: 0 };
    const nanoAiu = sumOf(calls.map(mostOf));
    if ((nanoAiu ?? 0) > left) return { point, calls, skipped: 'it would go beyond --max-credits', nanoAiu };
    left -= nanoAiu ?? 0;
    return { point, calls, skipped: null, nanoAiu };
  });
}

export async function runProbe(
  planned: readonly PlannedPoint[],
  { world, stopped, onFinding }: ProbeProgress,
): Promise<readonly ProbeFinding[]> {
  const findings: ProbeFinding[] = [];
  for (const { point, calls, skipped } of planned) {
    const why = stopped() ?? skipped;
    const observed = why === null ? await observe(point, calls, world) : undecided(why);
    const finding = { point, ...observed };
    findings.push(finding);
    onFinding(finding);
  }
  return findings;
}

async function observe(point: ProbePoint, calls: readonly ProbeCall[], world: ProbeWorld): Promise<Observation> {
  try {
    return await point.observe(world, calls);
  } catch (thrown) {
    const { code, message, upstreamStatus = null } = toProxyError(thrown);
    return undecided('no answer came', [{ asked: point.request, status: upstreamStatus, code, words: message }]);
  }
}

/** In its own tier, with nothing cached and the most output. */
export function mostOf({ model, inputTokens, outputTokens }: ProbeCall): number | null {
  if (model.prices === undefined) return null;
  const usage = {
    inputTokens,
    outputTokens,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: null,
    costNanoAiu: null,
  };
  return priceOf(usage, model.prices, tierOf(model.prices, inputTokens));
}

function sumOf(costs: readonly (number | null)[]): number | null {
  return costs.reduce((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0);
}
