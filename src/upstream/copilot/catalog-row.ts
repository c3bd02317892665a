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
 * the row that may be used wins, what both offer is offered, and what one leaves out the other says.
 */
export function readCatalog(json: unknown): Model[] | undefined {
  const rows = Array.isArray(json) ? json : objectOf(json)['data'];
  if (!Array.isArray(rows)) return undefined;
  const byId = new Map<string, JsonObject>();
  for (const row of rows) {
    if (!isObject(row)) continue;
    const { id } = row;
    if (typeof id !== 'string' || id === '') continue;
    const earlier = byId.get(id);
    byId.set(id, earlier === undefined ? row : merged(earlier, row));
  }
  return [...byId].map(([id, row]) => readModel(id, row));
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

function merged(first: JsonObject, second: JsonObject): JsonObject {
  const [state, otherState] = [policyOf(first), policyOf(second)];
  if (state !== otherState) return state === 'enabled' || otherState !== 'enabled' ? first : second;
  const [endpoints, others] = [first['supported_endpoints'], second['supported_endpoints']];
  return {
    ...filled(first, second, 0),
    model_picker_enabled: first['model_picker_enabled'] === true || second['model_picker_enabled'] === true,
    ...(Array.isArray(endpoints) && Array.isArray(others) ? { supported_endpoints: [...endpoints, ...others] } : {}),
  };
}

/** Deeper than any row; a hostile one must not cost a stack. */
const deepestRow = 8;

/** `row` with what only `other` says. */
function filled(row: JsonObject, other: JsonObject, depth: number): JsonObject {
  const out: Record<string, unknown> = { ...row };
  for (const [key, value] of Object.entries(other)) {
    const own = out[key];
    if (own === undefined || own === null) out[key] = value;
    else if (isObject(own) && isObject(value) && depth < deepestRow) out[key] = filled(own, value, depth + 1);
  }
  return out;
}

function policyOf(row: JsonObject): string {
  return textOf(objectOf(row['policy'])['state']) ?? 'enabled';
}

function readModel(id: string, row: JsonObject): Model {
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
    policyState: policyOf(row),
    tokenizer: textOf(capabilities['tokenizer']) ?? 'o200k_base',
    limits: limitsOf(objectOf(capabilities['limits'])),
    supports: supportsOf(capabilities['supports']),
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
    promptImageTypes: imageTypesOf(vision['supported_media_types']),
  };
}

function supportsOf(stated: unknown): ModelSupports {
  const supports = objectOf(stated);
  const reasoningEfforts = textsOf(supports['reasoning_effort']);
  const adaptiveThinking = supports['adaptive_thinking'] === true;
  return {
    ...(isObject(stated) ? {} : { unstated: true }),
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

/** Undefined where the row lists none: then nothing is known of them. */
function imageTypesOf(value: unknown): string[] | undefined {
  const types = textsOf(value).filter((type) => type.startsWith('image/'));
  return types.length === 0 ? undefined : types;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : undefined;
}
