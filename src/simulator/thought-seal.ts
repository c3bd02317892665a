/** Signatures of Claude's thoughts: sealed to their text, and for newer models to the prefix and the account too. */
import { arrayOf, isObject, objectOf, parseJson, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { anthropicRefusal, type Refusal } from './refusal.ts';
import { fingerprint, openSeal, seal } from './seal.ts';

/** What a thought was thought behind: digests of the three parts in front of it. */
interface Prefix {
  readonly system: string;
  readonly tools: string;
  readonly messages: string;
}

/** The signature of a thought in the answer to this call. */
export function signThought(call: EndpointCall, shown: string): string {
  return seal(
    'thinking',
    JSON.stringify({
      serial: call.serial,
      account: call.account,
      thought: fingerprint('thought', shown),
      ...prefixOf(call.body, arrayOf(call.body['messages']).length),
    }),
  );
}

/** The verdict on a thought that comes back in message `index`. */
export function refuseThought(call: EndpointCall, block: JsonObject, index: number, path: string): Refusal | undefined {
  const type = stringOf(block['type']);
  const where = type === 'thinking' ? '`signature` in `thinking`' : '`data` in `redacted_thinking`';
  const invalid = `${path}: Invalid ${where} block`;
  // A redacted thought is its signature and nothing else: the quirk `redacted-thinking` writes it so.
  const sealed = openSeal('thinking', stringOf(type === 'thinking' ? block['signature'] : block['data']));
  if (sealed === undefined) return anthropicRefusal(invalid);
  const known = objectOf(parseJson(sealed));
  const shown = stringOf(block['thinking']);
  // A blank thought is whole: its signature holds what was left out.
  if (shown !== '' && known['thought'] !== fingerprint('thought', shown)) return anthropicRefusal(invalid);
  if (call.model.bindsAccount && known['account'] !== call.account) return anthropicRefusal(invalid);
  if (!call.model.bindsPrefix) return undefined;
  const prefix = prefixOf(call.body, index);
  const moved = (['system', 'tools', 'messages'] as const).find((part) => known[part] !== prefix[part]);
  if (moved === undefined) return undefined;
  return anthropicRefusal(
    `${invalid}. The block is bound to a different conversation. Remove the block, or set ` +
      '`thinking.block_binding.prefix_mismatch_behavior` to "drop_block". That setting requires the ' +
      `\`thinking-binding-controls-2026-08-01\` value in the \`anthropic-beta\` header. ${differs[moved]}`,
  );
}

const differs: Readonly<Record<keyof Prefix, string>> = {
  system: 'The `system` prompt differs from the one this block was created with.',
  tools: 'The `tools` differ from the ones this block was created with.',
  messages: 'The earlier `messages` differ from the ones this block was created with.',
};

/** Cache markers and deferred tools are no part of it; neither is the way in which a text is written. */
function prefixOf(body: JsonObject, messageCount: number): Prefix {
  const digest = (values: readonly unknown[]) =>
    fingerprint('prefix', JSON.stringify(values, dropMarkers)).slice(0, 16);
  const messages = arrayOf(body['messages']).slice(0, messageCount).map(objectOf);
  return {
    system: digest(blocksOf(body['system'])),
    tools: digest(arrayOf(body['tools']).filter((tool) => objectOf(tool)['defer_loading'] !== true)),
    // Neighbours of one role are one turn: the role goes with every block, the cut between messages with none.
    messages: digest(messages.flatMap(({ role, content }) => blocksOf(content).map((block) => [role, block]))),
  };
}

function blocksOf(content: unknown): readonly unknown[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return arrayOf(content);
}

/** Also sorts keys: two spellings of one object are one object. */
function dropMarkers(_: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'cache_control');
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
