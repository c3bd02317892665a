/** What `/v1/messages` refuses about cache markers: too many, in wrong places, with words it does not know. */
import { unknownField } from './body-rule.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { markerFields } from './messages-fields.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { anthropicRefusal, type Refusal } from './refusal.ts';

interface MarkedBlock {
  readonly block: JsonObject;
  readonly marker: unknown;
  /** With the union tag that the real one puts into its paths. */
  readonly path: string;
}

/** Every block that carries a marker, in the order of the prompt. */
function* markedBlocks(body: JsonObject): Generator<MarkedBlock, void> {
  function* look(blocks: unknown, path: string, tag: (block: JsonObject) => string): Generator<MarkedBlock, void> {
    for (const [index, block] of arrayOf(blocks).map(objectOf).entries()) {
      const here = `${path}.${index}${tag(block)}`;
      yield* look(block['content'], `${here}.content`, tagOfBlock);
      if (block['cache_control'] != null) yield { block, marker: block['cache_control'], path: here };
    }
  }
  yield* look(body['tools'], 'tools', (tool) => `.${stringOf(tool['type']) || 'custom'}`);
  yield* look(body['system'], 'system', () => '');
  for (const [index, message] of arrayOf(body['messages']).map(objectOf).entries())
    yield* look(message['content'], `messages.${index}.content`, tagOfBlock);
  if (body['cache_control'] != null) yield { block: {}, marker: body['cache_control'], path: '' };
}

const tagOfBlock = (block: JsonObject) => `.${stringOf(block['type'])}`;

export function refuseMarkers({ body, model, disputed }: EndpointCall): Refusal | undefined {
  if ('cache_control' in body && !model.newest)
    return anthropicRefusal('cache_control: Extra inputs are not permitted');
  let count = 0;
  let sawShort = false;
  for (const { block, marker, path } of markedBlocks(body)) {
    const spot = `${path === '' ? '' : `${path}.`}cache_control`;
    if (!isObject(marker)) return anthropicRefusal(`${spot}: Input should be an object`);
    if (marker['type'] !== 'ephemeral')
      return anthropicRefusal(
        `${spot}: Input tag '${stringOf(marker['type'])}' found using 'type' does not match any of the expected tags: 'ephemeral'`,
      );
    const extra = unknownField(marker, markerFields);
    if (extra !== undefined) return anthropicRefusal(`${spot}.ephemeral.${extra}: Extra inputs are not permitted`);
    const ttl = marker['ttl'] ?? '5m';
    if (ttl !== '5m' && ttl !== '1h') return anthropicRefusal(`${spot}.ephemeral.ttl: Input should be '5m' or '1h'`);
    if (ttl === '1h' && !disputed.hourLongCache)
      return anthropicRefusal(`${spot}.ephemeral.ttl: Extra inputs are not permitted`);
    if (ttl === '1h' && sawShort)
      return anthropicRefusal(
        `${spot}.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. ` +
          'Note that blocks are processed in the following order: `tools`, `system`, `messages`.',
      );
    if (block['type'] === 'text' && stringOf(block['text']) === '')
      return anthropicRefusal(`${path}: cache_control cannot be set for empty text blocks`);
    if (block['defer_loading'] === true)
      return anthropicRefusal(`${path}: Tools with defer_loading=true cannot use prompt caching`);
    sawShort ||= ttl === '5m';
    count += 1;
  }
  if (count <= 4) return undefined;
  return anthropicRefusal(`A maximum of 4 blocks with cache_control may be provided. Found ${count}.`);
}
