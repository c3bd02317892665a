/** The seat's models as OpenAI and Anthropic clients list them. */
import { advertisedLimits } from '../canonical/advertised-limits.ts';
import type { ContextTier, Model } from '../canonical/model.ts';
import { priceText } from '../canonical/price-text.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { discoveryName } from '../routing/resolve-name.ts';

/** The catalogue dates nothing; both vendors' clients accept the epoch for "unknown". */
const unknownDate = 0;

/** A model of the list: the name it stands under there, and which price tier its limits may reach. */
export interface ListedModel {
  readonly id: string;
  readonly model: Model;
  readonly tier: ContextTier;
}

export interface OpenAiModel {
  readonly id: string;
  readonly object: 'model';
  /** Unix seconds. */
  readonly created: number;
  readonly owned_by: string;
  /** Not OpenAI's, which its clients tolerate; the names are those that other gateways use. */
  readonly name: string;
  readonly context_length: number | null;
  readonly max_prompt_tokens: number | null;
  readonly max_output_tokens: number | null;
  readonly supported_endpoints: readonly string[];
  readonly capabilities: {
    readonly type: Model['kind'];
    readonly tool_calls: boolean;
    readonly vision: boolean;
    readonly structured_outputs: boolean;
    readonly reasoning_effort: readonly string[];
  };
  /** Credits for a million tokens; null where the catalogue does not say. */
  readonly price: string | null;
  /** The catalogue id that an alias stands for. */
  readonly alias_of?: string;
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

export function openAiModel({ id, model, tier }: ListedModel): OpenAiModel {
  const { supports } = model;
  const { contextTokens, promptTokens, outputTokens } = advertisedLimits(model, tier);
  return {
    id,
    object: 'model',
    created: unknownDate,
    owned_by: model.vendor,
    name: model.name,
    context_length: contextTokens ?? null,
    max_prompt_tokens: promptTokens ?? null,
    max_output_tokens: outputTokens ?? null,
    supported_endpoints: model.endpoints,
    capabilities: {
      type: model.kind,
      tool_calls: supports.toolCalls,
      vision: supports.vision,
      structured_outputs: supports.structuredOutputs,
      reasoning_effort: supports.reasoningEfforts,
    },
    price: priceText(model.prices) ?? null,
    ...(id === model.id ? {} : { alias_of: model.id }),
  };
}

export function anthropicModel({ id, model, tier }: ListedModel): AnthropicModel {
  const { promptTokens, outputTokens } = advertisedLimits(model, tier);
  return {
    type: 'model',
    id,
    display_name: titleOf(model),
    created_at: new Date(unknownDate).toISOString(),
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: promptTokens ?? null,
    max_tokens: outputTokens ?? null,
    retires_at: null,
  };
}

/** `Claude Opus 5.5 · 500 in, 2500 out`: the price where people choose. Credits for a million tokens. */
export function titleOf({ name, prices }: Model): string {
  const price = priceText(prices);
  return price === undefined ? name : `${name} · ${price}`;
}

/** Claude Code shows only what begins with `claude`: every other chat model stands there under such a name as well. */
export function withDiscoveryNames(listed: readonly ListedModel[]): readonly ListedModel[] {
  const ids = new Set(listed.map(({ id }) => id));
  return listed.flatMap((entry) => {
    const id = discoveryName(entry.model);
    const isOwnName = entry.id === entry.model.id;
    return entry.model.kind !== 'chat' || !isOwnName || ids.has(id) ? [entry] : [entry, { ...entry, id }];
  });
}

/** Anthropic's paging: `limit` 1–1000 (20 if not given), `after_id` or `before_id`. Code: `invalid_request`. */
export function anthropicPage(models: readonly ListedModel[], query: URLSearchParams): AnthropicPage {
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

function positionOf(models: readonly ListedModel[], query: URLSearchParams, param: string): number | undefined {
  const id = query.get(param);
  if (id === null) return undefined;
  const at = models.findIndex((model) => model.id === id);
  if (at < 0) throw new ProxyError('invalid_request', `${param} names no model of this list.`, { param });
  return at;
}
