/** The seat's models as Google's clients list them. */
import { advertisedLimits } from '../canonical/advertised-limits.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { ListedModel } from './models-list.ts';
import { titleOf } from './models-list.ts';

const mostOfPage = 1_000;

/**
 * Google's paging: `pageSize` up to 1000, `pageToken` from the page before; its last page has no `nextPageToken`. Google
 * tells 50 to whoever does not say; here that is all, for clients that never ask for the second page. Code: `invalid_request`.
 */
export function geminiPage(listed: readonly ListedModel[], query: URLSearchParams) {
  const size = wholeOf(query, 'pageSize', mostOfPage) || mostOfPage;
  const start = wholeOf(query, 'pageToken', 0);
  const end = start + Math.min(size, mostOfPage);
  return {
    models: listed.slice(start, end).map(geminiModel),
    ...(end < listed.length && { nextPageToken: String(end) }),
  };
}

function wholeOf(query: URLSearchParams, name: string, unsaid: number): number {
  const text = query.get(name) ?? '';
  if (text === '') return unsaid;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ProxyError('invalid_request', `${name}: a number of this list is expected.`, { param: name });
}

export function geminiModel({ id, model, tier }: ListedModel) {
  const { promptTokens, outputTokens } = advertisedLimits(model, tier);
  return {
    name: `models/${id}`,
    baseModelId: model.id,
    version: model.version ?? model.id,
    displayName: model.name,
    description: titleOf(model),
    inputTokenLimit: promptTokens ?? 0,
    outputTokenLimit: outputTokens ?? 0,
    supportedGenerationMethods:
      model.kind === 'embeddings' ? ['embedContent'] : ['generateContent', 'streamGenerateContent', 'countTokens'],
    thinking: model.supports.reasoning,
  };
}
