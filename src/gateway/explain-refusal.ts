/** Says why GitHub does not serve a model that it lists: plan, policy, region, or that nobody knows. */
import type { Model } from '../canonical/model.ts';
import { ProxyError } from '../errors/proxy-error.ts';

/** The same error for all but `model_not_found` of the upstream, which gets its probable cause from the catalogue. */
export function explainRefusal(error: ProxyError, model: Model): ProxyError {
  if (error.code !== 'model_not_found' || error.upstreamStatus === undefined) return error;
  const words = error.message.replace(/\.$/, '');
  return new ProxyError('model_not_found', `${words}. ${causeOf(words, model)}`, error);
}

function causeOf(words: string, { id, restrictedTo = [], policyState, listed }: Model): string {
  if (/\b(?:region|country|location)\b/i.test(words))
    return `Region: GitHub does not offer '${id}' where this call comes from.`;
  if (policyState !== 'enabled')
    return `Policy (${policyState}): \`crossfeed models enable ${id}\` switches it on; in an organisation its owner does.`;
  if (restrictedTo.length > 0)
    return `Plan: GitHub keeps '${id}' for ${restrictedTo.join(', ')}; \`crossfeed status\` shows the plan of this seat.`;
  if (/no available model endpoints/i.test(words))
    return `Plan or region: GitHub lists '${id}' for this seat and has no endpoint for it.`;
  if (!listed) return `GitHub lists '${id}' without offering it in its own clients: choose one that they show.`;
  return `GitHub lists '${id}' for this seat and refuses it, and does not say why: check the Copilot settings at github.com.`;
}
