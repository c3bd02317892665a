/** Rules of `/responses`. */
import { isObject, objectOf } from '../../../canonical/json-value.ts';
import { nearestEffort } from '../../../canonical/effort.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import { listOf, remove, set, type BodyRule, type RuleInput } from './body-rule.ts';
import { outputLimitRule } from './output-limit.ts';
import { reasoningSampling } from './reasoning-sampling.ts';
import { withoutTools } from './tools-out.ts';

const hostedResponsesTools: ReadonlySet<unknown> = new Set([
  'image_generation',
  'code_interpreter',
  'file_search',
  'mcp',
]);

const codexItemField = 'internal_chat_message_metadata_passthrough';

/** OpenAI's own least. */
const leastOutputTokens = 16;

function effortEdits({ body, model }: RuleInput): JsonEdit[] {
  const { effort } = objectOf(body['reasoning']);
  const { reasoningEfforts, unstated } = model.supports;
  if (unstated === true || typeof effort !== 'string' || reasoningEfforts.includes(effort)) return [];
  if (reasoningEfforts.length === 0) return [remove('reasoning', 'effort')];
  const fitting = nearestEffort(effort, reasoningEfforts);
  return fitting === effort ? [] : [set(['reasoning', 'effort'], fitting)];
}

/** In namespaces too. */
function parameterEdits(tools: unknown, path: readonly (string | number)[], edits: JsonEdit[] = []): JsonEdit[] {
  for (const [index, entry] of listOf(tools).entries()) {
    const tool = objectOf(entry);
    const at = [...path, index];
    if (tool['type'] === 'namespace') parameterEdits(tool['tools'], [...at, 'tools'], edits);
    if (tool['type'] !== 'function') continue;
    if (tool['parameters'] === null) edits.push(set([...at, 'parameters'], { type: 'object', properties: {} }));
  }
  return edits;
}

export const responsesRules: readonly BodyRule[] = [
  {
    name: 'store-off',
    path: '/responses',
    reason: 'Copilot keeps no responses and refuses store:true.',
    edits: ({ body }) => (body['store'] === true ? [set(['store'], false)] : []),
  },
  {
    name: 'no-service-tier',
    path: '/responses',
    reason: 'Copilot refuses service_tier, whatever its value.',
    edits: ({ body }) => (body['service_tier'] === undefined ? [] : [remove('service_tier')]),
  },
  {
    name: 'no-background',
    path: '/responses',
    reason: 'Copilot runs no response in the background; the answer comes at once instead.',
    edits: ({ body }) => (body['background'] === undefined ? [] : [remove('background')]),
  },
  {
    name: 'responses-sampling',
    path: '/responses',
    reason: 'Reasoning GPT models refuse a temperature or top_p other than 1.',
    edits: reasoningSampling,
  },
  outputLimitRule('/responses', ['max_output_tokens'], leastOutputTokens),
  {
    name: 'responses-effort',
    path: '/responses',
    reason: 'The catalogue lists the efforts of a model: another is brought to the next lower one, or left out.',
    edits: effortEdits,
  },
  {
    name: 'no-cache-options',
    path: '/responses',
    reason: 'Copilot refuses these fields of OpenAI; prompts are cached without them.',
    edits: ({ body }) =>
      ['prompt_cache_retention', 'prompt_cache_options', 'safety_identifier']
        .filter((key) => body[key] !== undefined)
        .map((key) => remove(key)),
  },
  {
    name: 'no-item-ids',
    path: '/responses',
    reason: 'Copilot seals item ids to their connection; replayed without ids, items are always accepted.',
    edits: ({ body }) =>
      listOf(body['input']).flatMap((item, index) =>
        isObject(item) && item['id'] !== undefined && item['type'] !== 'item_reference'
          ? [remove('input', index, 'id')]
          : [],
      ),
  },
  {
    name: 'no-item-metadata',
    path: '/responses',
    reason: 'Codex adds a field of its own to items where it takes the upstream for OpenAI; Copilot does not know it.',
    edits: ({ body }) =>
      listOf(body['input']).flatMap((item, index) =>
        objectOf(item)[codexItemField] === undefined ? [] : [remove('input', index, codexItemField)],
      ),
  },
  {
    name: 'no-null-status',
    path: '/responses',
    reason: 'Replayed items with status null are refused.',
    edits: ({ body }) =>
      listOf(body['input']).flatMap((item, index) =>
        isObject(item) && item['status'] === null ? [remove('input', index, 'status')] : [],
      ),
  },
  {
    name: 'no-hosted-tools',
    path: '/responses',
    reason: 'Copilot does not run these hosted tools and refuses the whole request for them.',
    edits: ({ body }) => withoutTools(body, (tool) => hostedResponsesTools.has(tool['type'])),
  },
  {
    name: 'responses-parameters',
    path: '/responses',
    reason: 'A function without parameters is refused: it gets the schema of an empty object.',
    edits: ({ body }) => parameterEdits(body['tools'], ['tools']),
  },
  {
    name: 'namespace-description',
    path: '/responses',
    reason: 'A namespace of tools without a description is refused: it gets its own name for one.',
    edits: ({ body }) =>
      listOf(body['tools']).flatMap((entry, index) => {
        const { type, name, description } = objectOf(entry);
        const lacks = type === 'namespace' && (typeof description !== 'string' || description === '');
        return lacks ? [set(['tools', index, 'description'], typeof name === 'string' ? name : 'Tools.')] : [];
      }),
  },
  {
    name: 'responses-tool-choice',
    path: '/responses',
    reason: 'A tool choice without tools is refused.',
    edits: ({ body }) =>
      body['tools'] !== undefined && listOf(body['tools']).length === 0 && body['tool_choice'] !== undefined
        ? [remove('tool_choice')]
        : [],
  },
];
