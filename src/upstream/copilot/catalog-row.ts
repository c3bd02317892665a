/** Reads the model catalogue's rows: tolerant, because GitHub adds, nests and leaves out fields without notice. */
import type { Model, ModelLimits, ModelSupports } from '../../canonical/model.ts';
import type { Endpoint } from '../../canonical/protocol-id.ts';
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { readPrices } from './catalog-prices.ts';
import { textOf } from './wire-value.ts';

const endpoints: ReadonlySet<string> = new Set([
  '/chat/completions',
  '/responses',
  '/v1/messages',
  '/embeddings',
] satisfies Endpoint[]);

/**
 * The models of a `GET /models` answer, in its order; undefined where it is no catalogue at all. An id may come twice:
 * the row that may be used wins, and what both offer is offered.
 */
export function readCatalog(json: unknown): Model[] | undefined {
  const rows = Array.isArray(json) ? json : objectOf(json)['data'];
  if (!Array.isArray(rows)) return undefined;
  const models = new Map<string, Model>();
  for (const row of rows) {
    const model = readModel(row);
    if (model === undefined) continue;
    const earlier = models.get(model.id);
    models.set(model.id, earlier === undefined ? model : merged(earlier, model));
  }
  return [...models.values()];
}

/** The terms of use that rows name, by model id: shown to a person whole, without what could play with a terminal. */
export function readTerms(json: unknown): ReadonlyMap<string, string> {
  const rows = Array.isArray(json) ? json : objectOf(json)['data'];
  const terms = new Map<string, string>();
  for (const row of Array.isArray(rows) ? rows : []) {
    const { id, policy } = objectOf(row);
    const text = objectOf(policy)['terms'];
    if (typeof id !== 'string' || typeof text !== 'string') continue;
    const clean = text
      .slice(0, longestTerms)
      .replace(/[^\P{C}\n]+/gu, ' ')
      .trim();
    if (clean !== '') terms.set(id, clean);
  }
  return terms;
}

const longestTerms = 8192;

function merged(first: Model, second: Model): Model {
  const usable = first.policyState === 'enabled' || second.policyState !== 'enabled' ? first : second;
  if (first.policyState !== second.policyState) return usable;
  return {
    ...usable,
    listed: first.listed || second.listed,
    endpoints: [...new Set([...first.endpoints, ...second.endpoints])],
  };
}

function readModel(row: unknown): Model | undefined {
  if (!isObject(row)) return undefined;
  const { id } = row;
  if (typeof id !== 'string' || id === '') return undefined;
  const capabilities = objectOf(row['capabilities']);
  const kind = kindOf(capabilities['type']);
  return {
    id,
    name: textOf(row['name']) ?? id,
    vendor: textOf(row['vendor']) ?? '',
    kind,
    endpoints: endpointsOf(row['supported_endpoints'], kind),
    preview: row['preview'] === true,
    listed: row['model_picker_enabled'] === true,
    policyState: textOf(objectOf(row['policy'])['state']) ?? 'enabled',
    tokenizer: textOf(capabilities['tokenizer']) ?? 'o200k_base',
    limits: limitsOf(objectOf(capabilities['limits'])),
    supports: supportsOf(objectOf(capabilities['supports'])),
    version: textOf(row['version']),
    restrictedTo: textsOf(objectOf(row['billing'])['restricted_to']),
    prices: readPrices(row['billing']),
  };
}

function kindOf(type: unknown): Model['kind'] {
  switch (type) {
    case undefined:
    case null:
    case 'chat':
      return 'chat';
    case 'embeddings':
    case 'completion':
      return type;
    default:
      return 'other';
  }
}

/** A row without the field means the one endpoint its kind implies; an empty list means none. */
function endpointsOf(listed: unknown, kind: Model['kind']): Endpoint[] {
  if (Array.isArray(listed)) return [...new Set(listed.filter(isEndpoint))];
  if (kind === 'chat') return ['/chat/completions'];
  return kind === 'embeddings' ? ['/embeddings'] : [];
}

/** `ws:/responses` and whatever comes next are not ours to use. */
function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'string' && endpoints.has(value);
}

function limitsOf(limits: JsonObject): ModelLimits {
  const vision = objectOf(limits['vision']);
  return {
    contextTokens: countOf(limits['max_context_window_tokens']),
    promptTokens: countOf(limits['max_prompt_tokens']),
    outputTokens: countOf(limits['max_output_tokens']),
    nonStreamingOutputTokens: countOf(limits['max_non_streaming_output_tokens']),
    embeddingInputs: countOf(limits['max_inputs']),
    promptImages: countOf(vision['max_prompt_images']),
    promptImageBytes: countOf(vision['max_prompt_image_size']),
  };
}

function supportsOf(supports: JsonObject): ModelSupports {
  const reasoningEfforts = textsOf(supports['reasoning_effort']);
  const adaptiveThinking = supports['adaptive_thinking'] === true;
  return {
    streaming: supports['streaming'] !== false,
    toolCalls: supports['tool_calls'] === true,
    vision: supports['vision'] === true,
    structuredOutputs: supports['structured_outputs'] === true,
    reasoning:
      reasoningEfforts.length > 0 ||
      adaptiveThinking ||
      supports['thinking'] === true ||
      countOf(supports['max_thinking_budget']) !== undefined,
    reasoningEfforts,
    adaptiveThinking,
    parallelToolCalls: supports['parallel_tool_calls'] === true,
    minThinkingBudget: countOf(supports['min_thinking_budget']),
    maxThinkingBudget: countOf(supports['max_thinking_budget']),
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : undefined;
}
