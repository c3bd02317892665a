/** Messages of Ollama as items: thoughts, text and calls of one message are items of their own, in that order. */
import type { Part } from '../../canonical/content.ts';
import type { Item, MessageItem } from '../../canonical/conversation.ts';
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { saysNothing } from '../member-table.ts';
import { decodeImages } from './decode-images.ts';
import { listOf, malformed, requireText } from './malformed.ts';
import { messageMembers } from './member-tables.ts';
import { createCallBook } from './pair-calls.ts';

/** Errors: `invalid_request`. */
export function decodeMessages(messages: unknown, report: Report): readonly Item[] {
  const listed = listOf(messages, 'messages');
  if (listed.length === 0) throw malformed('messages', 'expected at least one message.');
  const book = createCallBook();

  function decodeMessage(message: unknown, index: number): readonly Item[] {
    const path = `messages.${index}`;
    if (!isObject(message)) throw malformed(path, 'expected an object.');
    const { role } = message;
    const known = typeof role === 'string' && Object.hasOwn(messageMembers, role) ? messageMembers[role] : undefined;
    if (typeof role !== 'string' || !known)
      throw malformed(`${path}.role`, 'expected one of system, user, assistant and tool.');
    for (const [member, value] of Object.entries(message)) {
      if (member === 'role' || known.includes(member) || saysNothing(value) || value === '') continue;
      const reason = `Ollama has no ${member} on a message of ${role}.`;
      report({ rule: 'not-carried', path: `${path}.${member}`, reason });
    }
    book.begin(role);
    switch (role) {
      case 'assistant':
        return decodeAssistant(message, path, index);
      case 'tool': {
        const callId = book.answered(
          message['tool_call_id'],
          message['tool_name'] ?? message['name'],
          `${index}_result`,
        );
        return [{ kind: 'tool-result', callId, form: 'function', parts: decodeParts(message, path), isError: null }];
      }
      default:
        return messageOf(role as MessageItem['role'], decodeParts(message, path));
    }
  }

  function decodeAssistant(message: JsonObject, path: string, index: number): readonly Item[] {
    const { thinking } = message;
    const thought: readonly Item[] =
      typeof thinking === 'string' && thinking !== '' ? [{ kind: 'reasoning', text: thinking, sealed: null }] : [];
    const calls = listOf(message['tool_calls'], `${path}.tool_calls`).map((call, place) =>
      decodeCall(call, `${path}.tool_calls.${place}`, `${index}_${place}`),
    );
    return [...thought, ...messageOf('assistant', decodeParts({ ...message, images: null }, path)), ...calls];
  }

  function decodeCall(call: unknown, path: string, place: string): Item {
    const told = isObject(call) ? call['function'] : null;
    if (!isObject(call) || !isObject(told)) throw malformed(`${path}.function`, 'expected an object.');
    const name = requireText(told['name'], `${path}.function.name`);
    const callId = book.call(call['id'], name, place);
    const input = argumentsOf(told['arguments']);
    return { kind: 'tool-call', callId, name, namespace: null, form: 'function', input, sealed: null };
  }

  return listed.flatMap(decodeMessage);
}

function messageOf(role: MessageItem['role'], parts: readonly Part[]): readonly Item[] {
  return parts.length === 0 ? [] : [{ kind: 'message', role, parts }];
}

/** Ollama puts the images of a turn before its text. */
function decodeParts({ content, images }: JsonObject, path: string): readonly Part[] {
  const text = content === undefined || content === null ? '' : requireText(content, `${path}.content`);
  return [...decodeImages(images, `${path}.images`), ...(text === '' ? [] : [{ kind: 'text', text } as const])];
}

/** An object; clients made for OpenAI send its text. */
function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
