/** Where the upstream will not serve a model at the endpoint that its catalogue names: planned anew for another one. */
import type { ProxyError } from '../errors/proxy-error.ts';
import type { Corrected } from './corrector.ts';
import type { EndpointRefusals } from './endpoint-refusals.ts';
import type { Mend } from './mend-plan.ts';
import type { ExchangePlan } from './plan-exchange.ts';

/** Null where the refusal is of another kind, or there is nowhere else to go. It is remembered in both cases. */
export function moveEndpoint(
  error: ProxyError,
  refused: ExchangePlan,
  refusals: EndpointRefusals,
  replan: () => Corrected,
): Mend | null {
  if (error.code !== 'unsupported_endpoint' || error.upstreamStatus === undefined) return null;
  if (refused.path !== refused.endpoint) return null;
  refusals.add(refused.model, refused.endpoint);
  const { plan } = replan();
  if (plan.endpoint === refused.endpoint) return null;
  const reason = `GitHub does not serve ${refused.model.id} at ${refused.endpoint}, though its catalogue says so.`;
  const edits = [...plan.edits, { rule: 'moved-endpoint', reason }];
  return { plan: { ...plan, edits }, keep: () => undefined, refused: () => undefined };
}
