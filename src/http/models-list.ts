/** The seat's models as OpenAI and Anthropic clients list them. */
import type { Model } from '../canonical/model.ts';
import { ProxyError } from '../errors/proxy-error.ts';

/** The catalogue dates nothing; both vendors' clients accept the epoch for "unknown". */
const unknownDate = 0;

export interface OpenAiModel {
  readonly id: string;
  readonly object: 'model';
  /** Unix seconds. */
  readonly created: number;
  readonly owned_by: string;
}

export interface AnthropicModel {
  readonly type: 'model';
  readonly id: string;
  readonly display_name: string;
  readonly created_at: string;
  readonly capabilities: null;
  readonly deprecated_at: null;
  readonly lifecycle: 'active';
  readonly line: null;
  readonly max_input_tokens: number | null;
  readonly max_tokens: number | null;
  readonly retires_at: null;
}

export interface AnthropicPage {
  readonly data: AnthropicModel[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

/** What the seat can really call: policy has not switched it off, and there is an endpoint for it. */
export function usableModels(models: readonly Model[]): readonly Model[] {
  return models.filter(
    (model) =>
      (model.kind === 'chat' || model.kind === 'embeddings') &&
      model.policyState === 'enabled' &&
      model.endpoints.length > 0,
  );
}

/** The dash and the dot form of an id are the same model: vendors write `4-5` where the catalogue has `4.5`. */
export function findModel(models: readonly Model[], id: string): Model | undefined {
  const dashed = id.replaceAll('.', '-');
  return models.find((model) => model.id === id) ?? models.find((model) => model.id.replaceAll('.', '-') === dashed);
}

export function openAiModel(model: Model): OpenAiModel {
  return { id: model.id, object: 'model', created: unknownDate, owned_by: model.vendor };
}

export function anthropicModel(model: Model): AnthropicModel {
  return {
    type: 'model',
    id: model.id,
    display_name: model.name,
    created_at: new Date(unknownDate).toISOString(),
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: model.limits.promptTokens ?? model.limits.contextTokens ?? null,
    max_tokens: model.limits.outputTokens ?? null,
    retires_at: null,
  };
}

/** Anthropic's paging: `limit` 1–1000 (20 if not given), `after_id` or `before_id`. Code: `invalid_request`. */
export function anthropicPage(models: readonly Model[], query: URLSearchParams): AnthropicPage {
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new ProxyError('invalid_request', 'limit must be a whole number from 1 to 1000.', { param: 'limit' });
  const after = positionOf(models, query, 'after_id');
  const before = positionOf(models, query, 'before_id');
  // Backwards, the page is the one that ends just before the id.
  const end = before ?? Math.min(models.length, (after ?? -1) + 1 + limit);
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - limit);
  const data = models.slice(start, end).map(anthropicModel);
  return {
    data,
    has_more: before === undefined ? end < models.length : start > 0,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function positionOf(models: readonly Model[], query: URLSearchParams, param: string): number | undefined {
  const id = query.get(param);
  if (id === null) return undefined;
  const at = models.findIndex((model) => model.id === id);
  if (at < 0) throw new ProxyError('invalid_request', `${param} names no model of this list.`, { param });
  return at;
}
