/** Turns of Messages as items: each block of a turn that is no mere content is an item of its own. */
import type { Item, MessageItem, Sealed } from '../../canonical/conversation.ts';
import type { Part } from '../../canonical/content.ts';
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { cacheOf, checkMembers, decodePart, decodeParts, malformed, requireText } from './decode-content.ts';

const roles: ReadonlySet<unknown> = new Set(['user', 'assistant', 'system', 'developer']);

/** Errors: `invalid_request`. */
export function decodeMessages(messages: unknown, report: Report): readonly Item[] {
  if (!Array.isArray(messages)) throw malformed('messages', 'a list is required.');
  return messages.flatMap((message: unknown, index) => decodeMessage(message, `messages.${index}`, report));
}

function decodeMessage(message: unknown, path: string, report: Report): readonly Item[] {
  if (!isObject(message)) throw malformed(path, 'an object is required.');
  const { role, content, ...others } = message;
  if (!roles.has(role)) throw malformed(`${path}.role`, 'one of user, assistant and system is required.');
  for (const member of Object.keys(others))
    report({ rule: 'not-carried', path: `${path}.${member}`, reason: `Only Messages has ${member} on a turn.` });
  const speaker = role as MessageItem['role'];
  if (typeof content === 'string')
    return content === '' ? [] : [{ kind: 'message', role: speaker, parts: [{ kind: 'text', text: content }] }];
  if (!Array.isArray(content)) throw malformed(`${path}.content`, 'a string or a list of blocks is required.');
  return gather(speaker, content, `${path}.content`, report);
}

/** The run of plain content between two blocks of another kind is one message. */
function gather(role: MessageItem['role'], blocks: readonly unknown[], path: string, report: Report): readonly Item[] {
  const items: Item[] = [];
  let parts: Part[] = [];
  const close = () => {
    if (parts.length > 0) items.push({ kind: 'message', role, parts });
    parts = [];
  };
  for (const [index, block] of blocks.entries()) {
    const at = `${path}.${index}`;
    const item = isObject(block) ? decodeItem(block, at, report) : undefined;
    if (item === undefined) parts.push(...decodePart(block, at, report));
    else if (item !== null) {
      close();
      items.push(item);
    }
  }
  close();
  return items;
}

/** Undefined for plain content; null for what stays behind. */
function decodeItem(block: JsonObject, path: string, report: Report): Item | null | undefined {
  const { type } = block;
  switch (type) {
    case 'thinking': {
      checkMembers(block, type, path, report);
      const { thinking, signature } = block;
      const sealed: Sealed | null =
        typeof signature === 'string' && signature !== '' ? { kind: 'signature', blob: signature, id: null } : null;
      const text = typeof thinking === 'string' ? thinking : '';
      return text === '' && sealed === null ? null : { kind: 'reasoning', text, sealed };
    }
    case 'redacted_thinking':
      return {
        kind: 'reasoning',
        text: '',
        sealed: { kind: 'redacted', blob: requireText(block['data'], `${path}.data`), id: null },
      };
    case 'tool_use':
      checkMembers(block, type, path, report);
      return {
        kind: 'tool-call',
        callId: requireText(block['id'], `${path}.id`),
        name: requireText(block['name'], `${path}.name`),
        namespace: null,
        form: 'function',
        input: JSON.stringify(block['input'] ?? {}),
        sealed: null,
        ...cacheOf(block),
      };
    case 'tool_result':
      checkMembers(block, type, path, report);
      return {
        kind: 'tool-result',
        callId: requireText(block['tool_use_id'], `${path}.tool_use_id`),
        form: 'function',
        parts: decodeParts(block['content'], `${path}.content`, report),
        isError: typeof block['is_error'] === 'boolean' ? block['is_error'] : null,
        ...cacheOf(block),
      };
    default:
      if (typeof type !== 'string' || !isServerSide(type)) return undefined;
      report({ rule: 'not-carried', path, reason: `Only Anthropic knows ${type}, and the call that goes with it.` });
      return null;
  }
}

/** A call that Anthropic made itself, and its result: both go, never one half. */
function isServerSide(type: string): boolean {
  return type.startsWith('server_tool_') || type.startsWith('mcp_tool_') || type.endsWith('_tool_result');
}
