/** Where an upstream will not have a `compaction_trigger`: planned anew, for a summary. */
import type { ProxyError } from '../errors/proxy-error.ts';
import type { Corrected } from './corrector.ts';
import type { EndpointRefusals } from './endpoint-refusals.ts';
import type { Mend } from './mend-plan.ts';
import type { ExchangePlan } from './plan-exchange.ts';

/**
 * Null where no compaction was refused. Clients end the session on a refused compaction, so any fault of form is taken
 * for one; where the summary is refused as well, it was not the trigger.
 */
export function mendCompaction(
  error: ProxyError,
  refused: ExchangePlan,
  refusals: EndpointRefusals,
  replan: () => Corrected,
): Mend | null {
  const { model, endpoint, compacts, writesSummary } = refused;
  if (!compacts || writesSummary || error.upstreamStatus === undefined || !isOfForm(error)) return null;
  refusals.add(model, endpoint);
  return {
    plan: replan().plan,
    keep: () => undefined,
    refused: () => refusals.forget(model, endpoint),
  };
}

function isOfForm({ code, upstreamStatus }: ProxyError): boolean {
  return code === 'invalid_request' || upstreamStatus === 422;
}
