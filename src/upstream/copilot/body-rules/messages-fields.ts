/** Rules of `/v1/messages` about fields, tools and blocks that Copilot does not take. */
import { isObject, objectOf, type JsonObject } from '../../../canonical/json-value.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import { listOf, remove, set, type BodyRule, type Path } from './body-rule.ts';
import { withoutTools } from './tools-out.ts';

/** Every object of a Messages body that may carry `cache_control`, with its path, tool results included. */
function* cacheableBlocks(body: JsonObject): Generator<[JsonObject, Path]> {
  function* blocksOf(list: unknown, path: Path): Generator<[JsonObject, Path]> {
    for (const [index, block] of listOf(list).entries()) {
      if (!isObject(block)) continue;
      yield [block, [...path, index]];
      if (Array.isArray(block['content'])) yield* blocksOf(block['content'], [...path, index, 'content']);
    }
  }
  yield* blocksOf(body['tools'], ['tools']);
  yield* blocksOf(body['system'], ['system']);
  yield* blocksOf(body['messages'], ['messages']);
}

const hostedMessagesTools = /^(?:web_search|web_fetch|code_execution|advisor)_/;

/** Anthropic takes four; the upstream refuses the request for the fifth. */
const maxCacheMarkers = 4;

/** The first marker (what never changes) and the latest ones are what a cache is read by; those between are left out. */
function surplusMarkers(body: JsonObject): JsonEdit[] {
  const marked = [...cacheableBlocks(body)].filter(([block]) => isObject(block['cache_control']));
  if (marked.length <= maxCacheMarkers) return [];
  return marked.slice(1, marked.length - maxCacheMarkers + 1).map(([, path]) => remove(...path, 'cache_control'));
}

/** Blocks that may not be marked. */
function isUnmarkable(block: JsonObject): boolean {
  return block['type'] === 'thinking' || block['type'] === 'redacted_thinking' || block['defer_loading'] === true;
}

export const messagesFieldRules: readonly BodyRule[] = [
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
    name: 'no-cache-ttl',
    path: '/v1/messages',
    reason: 'With upstream.cacheTtl off, cache markers go up without a lifetime, which some backends refuse.',
    edits: ({ body }) =>
      [...cacheableBlocks(body)].flatMap(([block, path]) =>
        objectOf(block['cache_control'])['ttl'] === undefined ? [] : [remove(...path, 'cache_control', 'ttl')],
      ),
  },
  {
    name: 'no-body-cache-control',
    path: '/v1/messages',
    reason: 'Copilot refuses cache_control on the request as a whole.',
    edits: ({ body }) => (body['cache_control'] === undefined ? [] : [remove('cache_control')]),
  },
  {
    name: 'unmarkable-blocks',
    path: '/v1/messages',
    reason: 'Thinking blocks and deferred tools may carry no cache marker.',
    edits: ({ body }) =>
      [...cacheableBlocks(body)].flatMap(([block, path]) =>
        block['cache_control'] !== undefined && isUnmarkable(block) ? [remove(...path, 'cache_control')] : [],
      ),
  },
  {
    name: 'four-cache-markers',
    path: '/v1/messages',
    reason: 'At most four cache markers are taken: the first and the last three stay.',
    edits: ({ body }) => surplusMarkers(body),
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
    reason:
      'Copilot does not run these server tools and refuses the whole request for them; the proxy searches the web itself where `webSearch.via` says how.',
    edits: ({ body }) =>
      withoutTools(body, (tool) => typeof tool['type'] === 'string' && hostedMessagesTools.test(tool['type'])),
  },
  {
    name: 'no-choice-without-tools',
    path: '/v1/messages',
    reason: 'A tool choice without tools is refused.',
    edits: ({ body }) =>
      body['tool_choice'] != null && listOf(body['tools']).length === 0 ? [remove('tool_choice')] : [],
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
    countsToo: true,
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
