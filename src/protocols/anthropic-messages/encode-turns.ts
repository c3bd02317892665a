/** Our items as turns of Messages: user and assistant by turns, results first, thinking before what it led to. */
import type { CacheMark, Part } from '../../canonical/content.ts';
import { fitCallId } from '../../canonical/fit-id.ts';
import type { Item, MessageItem, ToolCallItem, ToolResultItem } from '../../canonical/conversation.ts';
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { parseExactLatin1Json } from '../../framing/latin1-json.ts';
import { cacheControl, encodePart, encodeResultParts, encodeTexts } from './encode-content.ts';

export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: JsonObject[];
}

/** The vendor's own ids are shorter; longer ones are refused. */
const maxCallIdLength = 64;

/** Leading system turns are the request's `system`; `items` begins behind them, `from` places into the conversation. */
export function encodeTurns(items: readonly Item[], from: number, report: Report): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [offset, item] of items.entries()) {
    const path = `items.${from + offset}`;
    const role = roleOf(item);
    const content = encodeItem(item, path, report);
    if (content.length === 0) continue;
    const last = turns.at(-1);
    // Results of one turn stand together, and before whatever else the user's turn says.
    if (last?.role === role && (role !== 'user' || !startsAnew(item, last))) join(last, item, content, path, report);
    else turns.push({ role, content: [...content] });
  }
  const [first] = turns;
  // Nor is a conversation one of system turns alone.
  if (first?.role !== 'user') {
    report({ rule: 'repaired', path: 'messages', reason: 'A conversation begins with a user turn in Messages.' });
    turns.unshift({ role: 'user', content: [{ type: 'text', text: '[conversation continues]' }] });
  }
  return turns;
}

/** Between calls and their results nothing may be said: a text behind a call stands before the first one of its turn. */
function join(turn: Turn, item: Item, content: readonly JsonObject[], path: string, report: Report) {
  const call = item.kind === 'message' ? turn.content.findIndex(({ type }) => type === 'tool_use') : -1;
  if (call < 0) return turn.content.push(...content);
  const reason = 'Messages takes no text between a call and its result: it stands before the calls of its turn.';
  report({ rule: 'moved', path, reason });
  // What led to it goes with it: a turn that ends in thoughts is refused.
  const thoughts = turn.content.splice(turn.content.findLastIndex((block) => !isThought(block)) + 1);
  return turn.content.splice(call, 0, ...thoughts, ...content);
}

function isThought({ type }: JsonObject): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}

/** A result behind what a person said belongs to no turn before it; repaired histories have none of these. */
function startsAnew(item: Item, turn: Turn): boolean {
  return item.kind === 'tool-result' && turn.content.some(({ type }) => type !== 'tool_result');
}

function roleOf(item: Item): Turn['role'] {
  switch (item.kind) {
    case 'message':
      return item.role === 'developer' ? 'system' : item.role;
    case 'tool-result':
      return 'user';
    case 'reasoning':
    case 'tool-call':
    case 'foreign':
      return 'assistant';
  }
}

function encodeItem(item: Item, path: string, report: Report): readonly JsonObject[] {
  switch (item.kind) {
    case 'message':
      return encodeMessage(item, path, report);
    case 'reasoning':
      return encodeReasoning(item.text, item.sealed?.kind, item.sealed?.blob);
    case 'tool-call':
      return [encodeCall(item, path, report)];
    case 'tool-result':
      return [encodeResult(item, path, report)];
    case 'foreign':
      report({ rule: 'not-carried', path, reason: `Messages has nothing like ${item.type}.` });
      return [];
  }
}

function encodeMessage({ role, parts }: MessageItem, path: string, report: Report): readonly JsonObject[] {
  if (role === 'system' || role === 'developer') return encodeTexts(parts, path, report);
  return parts.flatMap((part, index) => encodePart(part, `${path}.${index}`, report));
}

function encodeReasoning(text: string, kind: string | undefined, blob: string | undefined): readonly JsonObject[] {
  if (blob === undefined) return [];
  if (kind === 'redacted') return [{ type: 'redacted_thinking', data: blob }];
  return kind === 'signature' ? [{ type: 'thinking', thinking: text, signature: blob }] : [];
}

function encodeCall({ callId, name, input, cache }: ToolCallItem, path: string, report: Report): JsonObject {
  return {
    type: 'tool_use',
    id: fitCallId(callId, maxCallIdLength),
    name,
    input: inputOf(input, path, report),
    ...cacheControl(cache),
  };
}

/** Messages takes objects only. What a model wrote and no parser reads is kept as a text, so that it sees its own mistake. */
function inputOf(input: string, path: string, report: Report): JsonObject {
  if (input.trim() === '') return {};
  const parsed = parseExactLatin1Json(input);
  if (isObject(parsed)) return parsed;
  report({ rule: 'repaired', path, reason: 'Arguments that are no JSON object stand in one as a text.' });
  return { input };
}

function encodeResult({ callId, parts, isError, cache }: ToolResultItem, path: string, report: Report): JsonObject {
  const content = encodeResultParts(parts, path, report);
  return {
    type: 'tool_result',
    tool_use_id: fitCallId(callId, maxCallIdLength),
    ...(content.length === 0 ? {} : { content }),
    ...(isError === true ? { is_error: true } : {}),
    ...cacheControl(cache ?? markWithin(parts)),
  };
}

function markWithin(parts: readonly Part[]): CacheMark | undefined {
  return parts.map((part) => ('cache' in part ? part.cache : undefined)).findLast((mark) => mark !== undefined);
}
