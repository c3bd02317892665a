/** Items of a Responses request in our words. */
import type { Item, MessageItem, Sealed } from '../../canonical/conversation.ts';
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { Tool } from '../../canonical/tool.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { decodeContent, malformed, requireText } from './decode-content.ts';
import type { ToolDecoder } from './decode-tools.ts';
import { createMemberCheck, itemMembers } from './member-tables.ts';

export interface DecodedInput {
  readonly items: readonly Item[];
  /** Tools that stand among the items (Codex's code mode), in their order. */
  readonly tools: readonly Tool[];
}

export function decodeInput(input: unknown, decodeTools: ToolDecoder, report: Report): DecodedInput {
  if (typeof input === 'string')
    return { items: [{ kind: 'message', role: 'user', parts: [{ kind: 'text', text: input }] }], tools: [] };
  if (!Array.isArray(input)) throw malformed('input', 'expected a string or a list of items.');
  const check = createMemberCheck(itemMembers, report);
  const tools: Tool[] = [];
  /** Call ids of `local_shell_call` items by the item's own id: a result may name either. */
  const shellCalls = new Map<string, string>();

  function decodeItem(item: unknown, index: number): Item | null {
    const param = `input[${index}]`;
    if (!isObject(item)) throw malformed(param, 'expected an object.');
    const type = item['type'] ?? (item['role'] === undefined ? 'item_reference' : 'message');
    if (typeof type !== 'string') throw malformed(`${param}.type`, 'expected the type of an item.');
    if (Object.hasOwn(itemMembers, type)) check(item, type, `input.${index}`);
    const text = (member: string) => requireText(item[member], `${param}.${member}`);
    const call = () => ({
      kind: 'tool-call' as const,
      callId: text('call_id'),
      name: text('name'),
      namespace: typeof item['namespace'] === 'string' ? item['namespace'] : null,
      sealed: null,
    });
    const result = (callId: string) => ({
      kind: 'tool-result' as const,
      callId,
      parts: decodeContent(item['output'], `${param}.output`),
      isError: null,
    });
    switch (type) {
      case 'message':
        return decodeMessage(item, param);
      case 'reasoning':
        return decodeReasoning(item);
      case 'function_call':
        return { ...call(), form: 'function', input: text('arguments') };
      case 'custom_tool_call':
        return { ...call(), form: 'custom', input: text('input') };
      case 'local_shell_call': {
        const { id, call_id: callId = id, action } = item;
        if (!isObject(action)) throw malformed(`${param}.action`, 'expected an object.');
        const known = requireText(callId, `${param}.call_id`);
        if (typeof id === 'string') shellCalls.set(id, known);
        const input = JSON.stringify(action);
        return { ...shell, kind: 'tool-call', callId: known, input, sealed: null };
      }
      case 'function_call_output':
        return { ...result(text('call_id')), form: 'function' };
      case 'custom_tool_call_output':
        return { ...result(text('call_id')), form: 'custom' };
      case 'local_shell_call_output': {
        const callId = requireText(item['call_id'] ?? item['id'], `${param}.call_id`);
        return { ...result(shellCalls.get(callId) ?? callId), form: 'local-shell' };
      }
      case 'additional_tools':
        tools.push(...decodeTools(item['tools'], `${param}.tools`, `input.${index}.tools`));
        return null;
      case 'item_reference':
        throw malformed(param, 'items are not stored here: send the item itself.');
      case 'compaction_trigger':
        throw new ProxyError(
          'invalid_request',
          'This model cannot compact a conversation by a compaction_trigger item: ask it for a summary instead.',
          { param },
        );
      default:
        return { kind: 'foreign', protocol: 'openai-responses', type, value: item };
    }
  }

  return { items: input.flatMap((item: unknown, index) => decodeItem(item, index) ?? []), tools };
}

const shell = { name: 'local_shell', namespace: null, form: 'local-shell' } as const;

const roles: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant']);

function decodeMessage(item: JsonObject, param: string): MessageItem {
  const { role, phase } = item;
  if (!roles.has(role)) throw malformed(`${param}.role`, 'expected system, developer, user or assistant.');
  return {
    kind: 'message',
    role: role as MessageItem['role'],
    parts: decodeContent(item['content'], `${param}.content`),
    ...(typeof phase === 'string' ? { phase } : {}),
  };
}

/** One text of several summary parts; open models show the reasoning itself instead. */
function decodeReasoning({ id, summary, content, encrypted_content: blob }: JsonObject): Item | null {
  const text = textsOf(summary) || textsOf(content);
  const sealed: Sealed | null =
    typeof blob === 'string' && blob !== ''
      ? { kind: 'encrypted', blob, id: typeof id === 'string' ? id : null }
      : null;
  return text === '' && !sealed ? null : { kind: 'reasoning', text, sealed };
}

/** What separates the parts of a summary once they are one text. */
export const partSeparator = '\n\n';

/** The texts of the parts of a summary, as one. */
export function textsOf(parts: unknown): string {
  const list: readonly unknown[] = Array.isArray(parts) ? parts : [];
  return list
    .flatMap((part) => (isObject(part) && typeof part['text'] === 'string' && part['text'] ? [part['text']] : []))
    .join(partSeparator);
}
