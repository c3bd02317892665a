/** What `/v1/messages` refuses inside system, messages and tools: markers, images, thoughts, pairs of calls and results. */
import { arrayOf, isObject, objectOf, parseJson, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { anthropicRefusal, type Refusal } from './refusal.ts';
import { fingerprint, openSeal } from './seal.ts';

export function refuseBlocks({ body, model }: EndpointCall): Refusal | undefined {
  const messages = arrayOf(body['messages']).map(objectOf);
  for (const [index, message] of messages.entries()) {
    const { role } = message;
    if (role !== 'user' && role !== 'assistant' && !(role === 'system' && model.newest))
      return anthropicRefusal(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    for (const [place, block] of arrayOf(message['content']).entries()) {
      const refusal = refuseBlock(objectOf(block), `messages.${index}.content.${place}`);
      if (refusal !== undefined) return refusal;
    }
  }
  return refuseMarkers(body) ?? refusePairs(messages) ?? refusePrefill(messages, model.newest === true);
}

function refuseBlock(block: JsonObject, path: string): Refusal | undefined {
  switch (block['type']) {
    case 'text':
      if (stringOf(block['text']) === '') return anthropicRefusal('messages: text content blocks must be non-empty');
      return undefined;
    case 'image':
      if (objectOf(block['source'])['type'] === 'url') return anthropicRefusal('external image URLs are not supported');
      return undefined;
    case 'thinking':
      if (!isOwnThought(block)) return anthropicRefusal(`${path}: Invalid \`signature\` in \`thinking\` block`);
      return undefined;
    case 'tool_result':
      for (const [place, inner] of arrayOf(block['content']).entries()) {
        const refusal = refuseBlock(objectOf(inner), `${path}.content.${place}`);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    default:
      return typeof block['type'] === 'string' ? undefined : anthropicRefusal(`${path}.type: Field required`);
  }
}

function isOwnThought(block: JsonObject): boolean {
  const payload = openSeal('thinking', stringOf(block['signature']));
  if (payload === undefined) return false;
  return objectOf(parseJson(payload))['thought'] === fingerprint('thought', stringOf(block['thinking']));
}

/** At most four cache markers, and nothing in them but `type` and `ttl`. */
function refuseMarkers(body: JsonObject): Refusal | undefined {
  let count = 0;
  function look(blocks: unknown, path: string): Refusal | undefined {
    for (const [index, block] of arrayOf(blocks).map(objectOf).entries()) {
      const marker = block['cache_control'];
      if (isObject(marker)) {
        count += 1;
        const extra = Object.keys(marker).find((key) => key !== 'type' && key !== 'ttl');
        const spot = `${path}.${index}.cache_control.ephemeral`;
        if (extra !== undefined) return anthropicRefusal(`${spot}.${extra}: Extra inputs are not permitted`);
        if (block['type'] === 'thinking')
          return anthropicRefusal(`${path}.${index}.thinking.cache_control: Extra inputs are not permitted`);
      }
      const inner = look(block['content'], `${path}.${index}.content`);
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
  const refusal = look(body['tools'], 'tools') ?? look(body['system'], 'system') ?? look(body['messages'], 'messages');
  if (refusal !== undefined || count <= 4) return refusal;
  return anthropicRefusal(`A maximum of 4 blocks with cache_control may be provided. Found ${count}.`);
}

/** Every call is answered in the very next message, and nothing else is. `system` turns in between do not count. */
function refusePairs(messages: readonly JsonObject[]): Refusal | undefined {
  let calls: string[] = [];
  for (const [index, message] of messages.entries()) {
    if (message['role'] === 'system') continue;
    const blocks = arrayOf(message['content']).map(objectOf);
    const results = blocks.filter((b) => b['type'] === 'tool_result').map((b) => stringOf(b['tool_use_id']));
    const open = calls.filter((id) => !results.includes(id));
    if (open.length > 0)
      return anthropicRefusal(
        `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. ` +
          'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
      );
    const orphan = results.find((id) => !calls.includes(id));
    if (orphan !== undefined)
      return anthropicRefusal(
        `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}. ` +
          'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
      );
    calls = blocks.filter((b) => b['type'] === 'tool_use').map((b) => stringOf(b['id']));
  }
  return undefined;
}

function refusePrefill(messages: readonly JsonObject[], isNewest: boolean): Refusal | undefined {
  if (!isNewest || messages.at(-1)?.['role'] !== 'assistant') return undefined;
  return anthropicRefusal(
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  );
}
