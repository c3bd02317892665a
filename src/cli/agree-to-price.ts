/** The price of calls to the user's own seat, and the one question before them. */
import { mostOf } from '../probe/run-probe.ts';
import type { ProbeCall } from '../probe/probe-point.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { askYesOrNo } from './yes-or-no.ts';

const nanoPerCredit = 1e9;

export interface PricedCalls {
  readonly calls: readonly ProbeCall[];
  /** What stands before the price, e.g. "Live: ". */
  readonly heading: string;
  /** Said beforehand, by flag or variable. */
  readonly agreed: boolean;
}

/** Asks nothing where nothing is to be paid. Throws a `CliError` where the user says no. */
export async function agreeToPrice(context: CliContext, { calls, heading, agreed }: PricedCalls): Promise<void> {
  const costs = calls.map(mostOf);
  const known = costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0) / nanoPerCredit;
  const unpriced = costs.includes(null) ? ', and what models without a price take' : '';
  const price = `${calls.length} model calls, at most ${known.toFixed(2)} credits${unpriced}`;
  context.stderr.write(`${heading}${price}.\n`);
  if (agreed || calls.length === 0) return;
  const question = { text: `Ask your seat? It takes ${price}.`, otherwise: '--yes, or CROSSFEED_YES=1' };
  if (!(await askYesOrNo(context, question))) throw new CliError(exitCode.failure, 'Nothing was asked.');
}
