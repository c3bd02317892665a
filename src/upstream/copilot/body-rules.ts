/** What Copilot is known to refuse in a request, and the named edit that keeps each refusal from the user: one row a rule. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { Model } from '../../canonical/model.ts';
import type { JsonEdit } from '../../framing/json-text.ts';
import type { UpstreamPath } from '../upstream.ts';

export interface RuleInput {
  /** The parsed body; its strings are latin1 views of UTF-8. */
  readonly body: JsonObject;
  readonly model: Model;
  readonly stream: boolean;
}

export interface BodyRule {
  /** As `x-crossfeed-edits` and `upstream.disabledRules` name it. */
  readonly name: string;
  readonly path: UpstreamPath | 'any';
  /** Why, in one sentence, for the user. */
  readonly reason: string;
  edits(input: RuleInput): readonly JsonEdit[];
}

type Path = readonly (string | number)[];

const remove = (...path: (string | number)[]): JsonEdit => ({ op: 'remove', path });
const set = (path: Path, value: unknown): JsonEdit => ({ op: 'set', path, value });

/** The newer GPT models refuse some sampling fields; the catalogue knows them by vendor and by their efforts. */
function isReasoningGpt(model: Model): boolean {
  return model.vendor.includes('OpenAI') && model.supports.reasoning;
}

function reasoningSampling({ body, model }: RuleInput): JsonEdit[] {
  if (!isReasoningGpt(model)) return [];
  return ['temperature', 'top_p'].filter((key) => body[key] != null && body[key] !== 1).map((key) => remove(key));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Every object of a Messages body that may carry `cache_control`, with its path, tool results included. */
function* cacheableBlocks(body: JsonObject): Generator<[JsonObject, Path]> {
  function* blocksOf(list: unknown, path: Path): Generator<[JsonObject, Path]> {
    for (const [index, block] of listOf(list).entries()) {
      if (!isObject(block)) continue;
      yield [block, [...path, index]];
      if (Array.isArray(block['content'])) yield* blocksOf(block['content'], [...path, index, 'content']);
    }
  }
  yield* blocksOf(body['system'], ['system']);
  yield* blocksOf(body['tools'], ['tools']);
  yield* blocksOf(body['messages'], ['messages']);
}

/** The edits that take the tools for which `refused` holds out of a body, and a choice that named one of them. */
function withoutTools(body: JsonObject, refused: (tool: JsonObject) => boolean): JsonEdit[] {
  const tools = listOf(body['tools']);
  const gone = tools.flatMap((tool, index) => (isObject(tool) && refused(tool) ? [index] : []));
  if (gone.length === 0) return [];
  const edits: JsonEdit[] =
    gone.length === tools.length ? [remove('tools')] : gone.map((index) => remove('tools', index));
  const choice = objectOf(body['tool_choice']);
  const namesGone = gone.some((index) => {
    const tool = objectOf(tools[index]);
    return choice['type'] === tool['type'] || (choice['name'] !== undefined && choice['name'] === tool['name']);
  });
  if (body['tool_choice'] !== undefined && (namesGone || gone.length === tools.length))
    edits.push(remove('tool_choice'));
  return edits;
}

const hostedResponsesTools: ReadonlySet<unknown> = new Set([
  'image_generation',
  'code_interpreter',
  'file_search',
  'mcp',
]);
const hostedMessagesTools = /^(?:web_search|web_fetch|code_execution|advisor)_/;

export const bodyRules: readonly BodyRule[] = [
  {
    name: 'catalogue-id',
    path: 'any',
    reason: 'The upstream knows the model by the id of its catalogue.',
    edits: ({ body, model }) => (body['model'] === model.id ? [] : [set(['model'], model.id)]),
  },
  {
    name: 'ask-usage',
    path: '/chat/completions',
    reason: 'Without stream_options.include_usage nobody can say what a stream cost.',
    edits: ({ body, stream }) =>
      !stream || objectOf(body['stream_options'])['include_usage'] === true
        ? []
        : isObject(body['stream_options'])
          ? [set(['stream_options', 'include_usage'], true)]
          : [set(['stream_options'], { include_usage: true })],
  },
  {
    name: 'max-completion-tokens',
    path: '/chat/completions',
    reason: 'Reasoning GPT models refuse max_tokens and want max_completion_tokens.',
    edits: ({ body, model }) =>
      body['max_tokens'] === undefined || !isReasoningGpt(model)
        ? []
        : body['max_completion_tokens'] === undefined
          ? [{ op: 'rename', path: ['max_tokens'], to: 'max_completion_tokens' }]
          : [remove('max_tokens')],
  },
  {
    name: 'reasoning-sampling',
    path: '/chat/completions',
    reason: 'Reasoning GPT models refuse a temperature or top_p other than 1.',
    edits: reasoningSampling,
  },
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
    name: 'no-cache-scope',
    path: '/v1/messages',
    reason: 'Copilot refuses cache_control.scope; the cache marker itself stays.',
    edits: ({ body }) =>
      [...cacheableBlocks(body)].flatMap(([block, path]) =>
        objectOf(block['cache_control'])['scope'] === undefined ? [] : [remove(...path, 'cache_control', 'scope')],
      ),
  },
  {
    name: 'no-body-cache-control',
    path: '/v1/messages',
    reason: 'Copilot refuses cache_control on the request as a whole.',
    edits: ({ body }) => (body['cache_control'] === undefined ? [] : [remove('cache_control')]),
  },
  {
    name: 'no-eager-input',
    path: '/v1/messages',
    reason: 'Copilot refuses eager_input_streaming on tools.',
    edits: ({ body }) =>
      listOf(body['tools']).flatMap((tool, index) =>
        objectOf(tool)['eager_input_streaming'] === undefined ? [] : [remove('tools', index, 'eager_input_streaming')],
      ),
  },
  {
    name: 'no-server-tools',
    path: '/v1/messages',
    reason: 'Copilot does not run these server tools and refuses the whole request for them.',
    edits: ({ body }) =>
      withoutTools(body, (tool) => typeof tool['type'] === 'string' && hostedMessagesTools.test(tool['type'])),
  },
  {
    name: 'output-config-format',
    path: '/v1/messages',
    reason: 'output_format is refused since it became output_config.format.',
    edits: ({ body }) =>
      body['output_format'] === undefined
        ? []
        : objectOf(body['output_config'])['format'] !== undefined || body['output_format'] === null
          ? [remove('output_format')]
          : isObject(body['output_config'])
            ? [set(['output_config', 'format'], body['output_format']), remove('output_format')]
            : [set(['output_config'], { format: body['output_format'] }), remove('output_format')],
  },
  {
    name: 'no-empty-text',
    path: '/v1/messages',
    reason: 'Copilot refuses empty text blocks.',
    edits: ({ body }) => [
      ...emptyTexts(body['system'], ['system']),
      ...listOf(body['messages']).flatMap((message, index) =>
        emptyTexts(objectOf(message)['content'], ['messages', index, 'content']),
      ),
    ],
  },
];

/** A list that would be left empty stays as it is: an empty list is another error, and not ours to choose. */
function emptyTexts(list: unknown, path: Path): JsonEdit[] {
  const blocks = listOf(list);
  const within = blocks.flatMap((block, index) => emptyTexts(objectOf(block)['content'], [...path, index, 'content']));
  const empty = blocks.flatMap((block, index) =>
    objectOf(block)['type'] === 'text' && objectOf(block)['text'] === '' ? [index] : [],
  );
  return empty.length === blocks.length ? within : [...within, ...empty.map((index) => remove(...path, index))];
}
