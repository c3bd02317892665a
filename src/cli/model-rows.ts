/** Models as rows of a table: short for a person, exact for a pipe. */
import type { Model } from '../canonical/model.ts';
import { priceText } from '../canonical/price-text.ts';

/** Id, vendor, kind, endpoints, context, output, policy, price. Unknown is empty in a pipe and `?` for a person. */
export function modelRows(models: readonly Model[], forPerson: boolean): readonly (readonly string[])[] {
  const count = forPerson ? shortCount : (tokens: number | undefined) => String(tokens ?? '');
  return models.map(({ id, vendor, kind, endpoints, limits, policyState, preview, prices }) => [
    id,
    vendor,
    preview && forPerson ? `${kind}, preview` : kind,
    forPerson ? endpoints.map(endpointName).join(' ') || 'none' : endpoints.join(','),
    count(limits.contextTokens),
    count(limits.outputTokens),
    policyState,
    priceText(prices) ?? (forPerson ? '?' : ''),
  ]);
}

const endpointName = (endpoint: Model['endpoints'][number]): string =>
  ({
    '/chat/completions': 'chat',
    '/responses': 'responses',
    '/v1/messages': 'messages',
    '/embeddings': 'embeddings',
  })[endpoint];

/** `128k`, `1.05M`. */
function shortCount(tokens: number | undefined): string {
  if (tokens === undefined) return '?';
  if (tokens >= 1_000_000) return `${Number((tokens / 1_000_000).toFixed(2))}M`;
  return tokens >= 1_000 ? `${Math.round(tokens / 1_000)}k` : String(tokens);
}
