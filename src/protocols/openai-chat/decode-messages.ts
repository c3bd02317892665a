/** Messages of Chat Completions as items: reasoning, text and calls of one message are items of their own, in that order. */
import type { Part } from '../../canonical/content.ts';
import type { CallForm, Item, MessageItem, Sealed, ToolCallItem } from '../../canonical/conversation.ts';
import { isObject, objectOf, ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { saysNothing } from '../member-table.ts';
import { decodeAnnotation } from './annotation.ts';
import { cacheOf, decodeContent, malformed, requireText } from './decode-content.ts';
import { ignoredMembers, messageMembers } from './member-tables.ts';

/** Errors: `invalid_request`. */
export function decodeMessages(messages: unknown, report: Report): readonly Item[] {
  if (!Array.isArray(messages)) throw malformed('messages', 'expected a list.');
  if (messages.length === 0) throw malformed('messages', 'expected at least one message.');
  const forms = new Map<string, CallForm>();
  /** The id of the last call that has none of its own, by the name of its function (`function_call`). */
  const unnamedCalls = new Map<string, string>();

  function decodeMessage(message: unknown, index: number): readonly Item[] {
    const path = `messages.${index}`;
    if (!isObject(message)) throw malformed(path, 'expected an object.');
    const { role } = message;
    const known = typeof role === 'string' ? ownEntry(messageMembers, role) : undefined;
    if (!known)
      throw malformed(`${path}.role`, 'expected one of system, developer, user, assistant, tool and function.');
    for (const [member, value] of Object.entries(message)) {
      if (member === 'role' || known.includes(member) || ignoredMembers.has(member) || saysNothing(value)) continue;
      report({ rule: 'not-carried', path: `${path}.${member}`, reason: `Only Chat has ${member} on a message.` });
    }
    switch (role) {
      case 'assistant':
        return decodeAssistant(message, path);
      case 'tool': {
        const callId = requireText(message['tool_call_id'], `${path}.tool_call_id`);
        return [decodeResult(message, callId, path)];
      }
      case 'function': {
        const name = requireText(message['name'], `${path}.name`);
        return [decodeResult(message, unnamedCalls.get(name) ?? name, path)];
      }
      default:
        return decodeText(message, role as MessageItem['role'], path);
    }
  }

  function decodeAssistant(message: JsonObject, path: string): readonly Item[] {
    const calls = decodeCalls(message, path);
    const said = [...decodeReasoning(message), ...decodeText(message, 'assistant', path), ...calls];
    return markLast(said, message);
  }

  function decodeText(message: JsonObject, role: MessageItem['role'], path: string): readonly Item[] {
    const { name, refusal, annotations } = message;
    const content = withAnnotations(decodeContent(message['content'], `${path}.content`, report), annotations);
    const refused: readonly Part[] =
      typeof refusal === 'string' && refusal !== '' ? [{ kind: 'refusal', text: refusal }] : [];
    const parts = [...content, ...refused];
    if (parts.length === 0) return [];
    const item: Item = { kind: 'message', role, parts, ...(typeof name === 'string' && name !== '' ? { name } : {}) };
    return role === 'assistant' ? [item] : markLast([item], message);
  }

  function decodeCalls(message: JsonObject, path: string): readonly ToolCallItem[] {
    const { tool_calls: calls, function_call: legacy } = message;
    if (calls !== undefined && calls !== null && !Array.isArray(calls))
      throw malformed(`${path}.tool_calls`, 'expected a list.');
    const listed = (calls ?? []).map((call: unknown, index) => decodeCall(call, `${path}.tool_calls.${index}`));
    if (!isObject(legacy)) return listed;
    const name = requireText(legacy['name'], `${path}.function_call.name`);
    // Of the name and the place alone, so that it is the same in every later request.
    const callId = `call_${path.replace('.', '_')}_${name}`;
    unnamedCalls.set(name, callId);
    return [...listed, callItem(callId, name, 'function', argumentsOf(legacy['arguments']), null)];
  }

  function decodeCall(call: unknown, path: string): ToolCallItem {
    if (!isObject(call)) throw malformed(path, 'expected an object.');
    const callId = requireText(call['id'], `${path}.id`);
    const isCustom = call['type'] === 'custom';
    const kind = isCustom ? 'custom' : 'function';
    const told = call[kind];
    if (!isObject(told)) throw malformed(`${path}.${kind}`, 'expected an object.');
    const name = requireText(told['name'], `${path}.${kind}.name`);
    forms.set(callId, kind);
    const input = isCustom ? requireText(told['input'], `${path}.custom.input`) : argumentsOf(told['arguments']);
    return { ...callItem(callId, name, kind, input, thoughtOf(call)), ...cacheOf(call) };
  }

  function decodeResult(message: JsonObject, callId: string, path: string): Item {
    const parts = decodeContent(message['content'], `${path}.content`, report);
    const form = forms.get(callId) ?? 'function';
    return { kind: 'tool-result', callId, form, parts, isError: null, ...cacheOf(message) };
  }

  return messages.flatMap(decodeMessage);
}

function callItem(callId: string, name: string, form: CallForm, input: string, sealed: Sealed | null): ToolCallItem {
  return { kind: 'tool-call', callId, name, namespace: null, form, input, sealed };
}

/** Some clients send what they parsed. */
function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** Gemini's seal on a call: where Copilot puts it, or where Google's own Chat endpoint does. */
export function thoughtOf(call: JsonObject): Sealed | null {
  const { google } = objectOf(call['extra_content']);
  const blob = objectOf(call['function'])['thought_signature'] ?? objectOf(google)['thought_signature'];
  return typeof blob === 'string' && blob !== '' ? { kind: 'thought', blob, id: null } : null;
}

/** Members that hold the text of reasoning: Copilot's, the open models' two. */
const reasoningMembers = ['reasoning_text', 'reasoning_content', 'reasoning'] as const;

export function reasoningTextOf(said: JsonObject): string {
  for (const member of reasoningMembers) {
    const text = said[member];
    if (typeof text === 'string' && text !== '') return text;
  }
  return '';
}

function decodeReasoning(message: JsonObject): readonly Item[] {
  const text = reasoningTextOf(message);
  const { reasoning_opaque: blob } = message;
  const sealed: Sealed | null = typeof blob === 'string' && blob !== '' ? { kind: 'opaque', blob, id: null } : null;
  return text === '' && sealed === null ? [] : [{ kind: 'reasoning', text, sealed }];
}

function withAnnotations(parts: readonly Part[], annotations: unknown): readonly Part[] {
  const decoded = Array.isArray(annotations) ? annotations.flatMap((value) => decodeAnnotation(value) ?? []) : [];
  const at = parts.findIndex(({ kind }) => kind === 'text');
  if (decoded.length === 0 || at < 0) return parts;
  return parts.map((part, index) => (index === at && part.kind === 'text' ? { ...part, annotations: decoded } : part));
}

/** Copilot's marker stands on the message: it is behind the last of it that may carry one. */
function markLast(items: readonly Item[], message: JsonObject): readonly Item[] {
  const mark = cacheOf(message);
  const at = items.findLastIndex(({ kind }) => kind === 'message' || kind === 'tool-call');
  if (!mark.cache || at < 0) return items;
  return items.map((item, index) => {
    if (index !== at) return item;
    if (item.kind !== 'message') return { ...item, ...mark };
    return {
      ...item,
      parts: item.parts.map((part, place) => (place === item.parts.length - 1 ? marked(part, mark) : part)),
    };
  });
}

function marked(part: Part, mark: ReturnType<typeof cacheOf>): Part {
  return part.kind === 'text' || part.kind === 'image' || part.kind === 'document' ? { ...part, ...mark } : part;
}
