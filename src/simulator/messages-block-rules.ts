/** What `/v1/messages` refuses inside system and messages, block by block. */
import { firstOf, quotedList, unknownField } from './body-rule.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { blockFields, messageFields, referenceFields, resultBlocks } from './messages-fields.ts';
import { hasBeta } from './messages-headers.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { anthropicRefusal, type Refusal } from './refusal.ts';
import { refuseThought } from './thought-seal.ts';

export function refuseSystem({ body }: EndpointCall): Refusal | undefined {
  const { system } = body;
  if (system == null || typeof system === 'string') return undefined;
  if (!Array.isArray(system)) return anthropicRefusal('system: Input should be a valid string');
  return firstOf(system.map(objectOf), (block, index) => {
    if (block['type'] !== 'text') return anthropicRefusal(`system.${index}.type: Input should be 'text'`);
    const extra = unknownField(block, blockFields.get('text') ?? new Set());
    if (extra !== undefined) return anthropicRefusal(`system.${index}.${extra}: Extra inputs are not permitted`);
    return refuseText(block, `system.${index}`, 'system');
  });
}

export function refuseMessageShapes({ body, model }: EndpointCall): Refusal | undefined {
  return firstOf(arrayOf(body['messages']), (message, index) => {
    const path = `messages.${index}`;
    if (!isObject(message)) return anthropicRefusal(`${path}: Input should be an object`);
    const { role, content } = message;
    if (role !== 'user' && role !== 'assistant' && !(role === 'system' && model.newest))
      return anthropicRefusal(`${path}.role: Input should be 'user' or 'assistant'`);
    const extra = unknownField(message, messageFields);
    if (extra !== undefined) return anthropicRefusal(`${path}.${extra}: Extra inputs are not permitted`);
    if (typeof content !== 'string' && !Array.isArray(content))
      return anthropicRefusal(
        `${path}.content: ${content === undefined ? 'Field required' : 'Input should be a valid list'}`,
      );
    const isLast = index === arrayOf(body['messages']).length - 1;
    if (content.length === 0 && !(isLast && role === 'assistant'))
      return anthropicRefusal(
        `${path}: all messages must have non-empty content except for the optional final assistant message`,
      );
    if (typeof content === 'string' && content !== '' && content.trim() === '')
      return anthropicRefusal('messages: text content blocks must contain non-whitespace text');
    return undefined;
  });
}

/** Fields and forms of every block of every message. */
export function refuseBlocks(call: EndpointCall): Refusal | undefined {
  return firstOf(arrayOf(call.body['messages']).map(objectOf), ({ role, content }, index) =>
    firstOf(arrayOf(content), (block, place) => {
      const path = `messages.${index}.content.${place}`;
      return isObject(block)
        ? refuseBlock(call, block, path, stringOf(role))
        : anthropicRefusal(`${path}: Input should be an object`);
    }),
  );
}

/** Who may say what. Types that are not here may stand with either. */
const speakers: Readonly<Record<string, 'user' | 'assistant'>> = {
  tool_use: 'assistant',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
  tool_result: 'user',
};

function refuseBlock(call: EndpointCall, block: JsonObject, path: string, role: string): Refusal | undefined {
  const type = stringOf(block['type']);
  const known = blockFields.get(type);
  if (known === undefined) return unknownType(block, path, [...blockFields.keys()]);
  const speaker = speakers[type];
  if (speaker !== undefined && speaker !== role)
    return anthropicRefusal(`${path}: \`${type}\` blocks can only be in \`${speaker}\` messages`);
  const extra = unknownField(block, known);
  if (extra !== undefined) return anthropicRefusal(`${path}.${type}.${extra}: Extra inputs are not permitted`);
  if (type === 'text') return refuseText(block, `${path}.text`, 'messages');
  if ((type === 'image' || type === 'document') && !isObject(block['source']))
    return anthropicRefusal(
      `${path}.${type}.source: ${block['source'] === undefined ? 'Field required' : 'Input should be an object'}`,
    );
  if (type === 'tool_use') return refuseCall(block, path);
  if (type === 'tool_result') return refuseResult(call, block, path);
  return undefined;
}

function unknownType(block: JsonObject, path: string, expected: readonly string[]): Refusal {
  if (block['type'] === undefined) return anthropicRefusal(`${path}.type: Field required`);
  const tags = quotedList(expected).replace(' and ', ' ');
  return anthropicRefusal(
    `${path}: Input tag '${stringOf(block['type'])}' found using 'type' does not match any of the expected tags: ${tags}`,
  );
}

function refuseText(block: JsonObject, path: string, place: 'messages' | 'system'): Refusal | undefined {
  const { text } = block;
  if (typeof text !== 'string')
    return anthropicRefusal(
      `${path}.text: ${text === undefined ? 'Field required' : 'Input should be a valid string'}`,
    );
  if (text === '') return anthropicRefusal(`${place}: text content blocks must be non-empty`);
  return text.trim() === ''
    ? anthropicRefusal(`${place}: text content blocks must contain non-whitespace text`)
    : undefined;
}

function refuseCall(block: JsonObject, path: string): Refusal | undefined {
  if (!/^[a-zA-Z0-9_-]+$/.test(stringOf(block['id'])))
    return anthropicRefusal(`${path}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
  if (stringOf(block['name']) === '') return anthropicRefusal(`${path}.tool_use.name: Field required`);
  if (!isObject(block['input'])) return anthropicRefusal(`${path}.tool_use.input: Input should be a valid dictionary`);
  return undefined;
}

function refuseResult(call: EndpointCall, block: JsonObject, path: string): Refusal | undefined {
  if (stringOf(block['tool_use_id']) === '') return anthropicRefusal(`${path}.tool_result.tool_use_id: Field required`);
  const { content } = block;
  if (content != null && typeof content !== 'string' && !Array.isArray(content))
    return anthropicRefusal(`${path}.tool_result.content: Input should be a valid list`);
  const mayRefer = hasBeta(call, 'advanced-tool-use-');
  return firstOf(arrayOf(content).map(objectOf), (inner, place) => {
    const type = stringOf(inner['type']);
    const spot = `${path}.tool_result.content.${place}`;
    const known = type === 'tool_reference' && mayRefer ? referenceFields : blockFields.get(type);
    if (known === undefined || (type !== 'tool_reference' && !resultBlocks.has(type)))
      return unknownType(inner, spot, [...resultBlocks, ...(mayRefer ? ['tool_reference'] : [])]);
    const extra = unknownField(inner, known);
    if (extra !== undefined) return anthropicRefusal(`${spot}.${type}.${extra}: Extra inputs are not permitted`);
    const found = stringOf(inner['tool_name']);
    if (type === 'tool_reference' && !arrayOf(call.body['tools']).some((tool) => objectOf(tool)['name'] === found))
      return anthropicRefusal(`Tool reference '${found}' has no corresponding tool definition`);
    // Tools do give blank lines back: only nothing at all is refused.
    return type === 'text' && inner['text'] === '' ? refuseText(inner, `${spot}.text`, 'messages') : undefined;
  });
}

/** Thoughts that come back. */
export function refuseThoughts(call: EndpointCall): Refusal | undefined {
  return firstOf(arrayOf(call.body['messages']).map(objectOf), ({ content }, index) =>
    firstOf(arrayOf(content).map(objectOf), (block, place) =>
      block['type'] === 'thinking' || block['type'] === 'redacted_thinking'
        ? refuseThought(call, block, index, `messages.${index}.content.${place}`)
        : undefined,
    ),
  );
}
