/** Who began a turn: what GitHub is told in `x-initiator`, and counts by. */
import { assertNever } from '../../base/assert-never.ts';
import type { Initiator, UpstreamPath } from '../upstream.ts';
import { isObject } from '../../canonical/json-value.ts';

/**
 * `user` only where a fresh human message ends the conversation; `agent` where the model or a tool spoke last. A forged
 * `agent` is quota evasion and gets accounts blocked: when in doubt this says `user`, and an inbound `x-initiator` may
 * turn `agent` into `user`, never back (`decisions.md` 32). Titles, sub-agents and compactions look like human turns:
 * they count as the agent's only where the client itself declares them (`interaction`, of `declaredInteraction`).
 *
 * `path` says in whose words the body is: an endpoint's, or Gemini's, which none of them speaks.
 * Strings in `body` may be UTF-8 bytes read as latin1: only ASCII is compared.
 */
export function initiatorOf(
  path: UpstreamPath | 'gemini',
  body: Readonly<Record<string, unknown>>,
  inbound: string | undefined,
  interaction?: string,
): Initiator {
  if (inbound?.trim().toLowerCase() === 'user') return 'user';
  if (interaction !== undefined) return 'agent';
  switch (path) {
    case '/chat/completions':
    case '/v1/messages':
    case '/v1/messages/count_tokens':
      return lastSpeaker(body['messages'], messageVoice);
    case '/responses':
      return lastSpeaker(body['input'], itemVoice);
    case 'gemini':
      return lastSpeaker(body['contents'], geminiVoice);
    case '/embeddings':
      return 'user';
    default:
      return assertNever(path);
  }
}

const ownInteractions: readonly string[] = [
  'conversation-subagent',
  'conversation-background',
  'conversation-compaction',
  'conversation-sampling',
];

/** The client's declaration that a call is its own, from `x-interaction-type`; it goes up, so that GitHub sees it too. */
export function declaredInteraction(header: string | undefined): string | undefined {
  return ownInteractions.find((type) => type === header?.trim().toLowerCase());
}

/** What one turn adds: `silent` turns (system text, reminders) decide nothing and are looked past. */
type Voice = 'human' | 'tool' | 'model' | 'silent';

/** The last turn that is not silent decides. */
function lastSpeaker(turns: unknown, voiceOf: (turn: unknown) => Voice): Initiator {
  if (!Array.isArray(turns)) return 'user';
  for (let index = turns.length - 1; index >= 0; index -= 1) {
    const voice = voiceOf(turns[index]);
    if (voice === 'human') return 'user';
    if (voice === 'tool') return 'agent';
    if (voice === 'model') return silentFrom(turns, index + 1, voiceOf) ? 'user' : 'agent';
  }
  return 'user';
}

/**
 * Whether turns follow `index` that only the client wrote: a reminder after the model's word is no tool loop, and
 * nobody can say whether a human stands behind it. System turns alone are not such a case.
 */
function silentFrom(turns: readonly unknown[], index: number, voiceOf: (turn: unknown) => Voice): boolean {
  return turns.slice(index).some((turn) => voiceOf(turn) === 'silent' && isObject(turn) && turn['role'] === 'user');
}

function messageVoice(message: unknown): Voice {
  if (!isObject(message)) return 'human';
  switch (message['role']) {
    case 'assistant':
      return 'model';
    case 'tool':
    case 'function':
      return 'tool';
    case 'system':
    case 'developer':
      return 'silent';
    default:
      return contentVoice(message['content']);
  }
}

function itemVoice(item: unknown): Voice {
  if (!isObject(item)) return 'human';
  const { type, role } = item;
  if (typeof role === 'string') return messageVoice(item);
  if (typeof type === 'string' && type.endsWith('_output')) return 'tool';
  return type === 'message' ? contentVoice(item['content']) : 'model';
}

/** The voice of a message with the role `user`: Anthropic sends tool results under it. */
function contentVoice(content: unknown): Voice {
  if (typeof content === 'string') return isReminder(content) ? 'silent' : 'human';
  if (!Array.isArray(content)) return 'human';
  let tool = false;
  for (const block of content) {
    if (!isObject(block)) return 'human';
    const { type, text } = block;
    if (typeof type === 'string' && type.endsWith('tool_result')) tool = true;
    else if (typeof text !== 'string' || !isReminder(text)) return 'human';
  }
  if (tool) return 'tool';
  return content.length === 0 ? 'human' : 'silent';
}

/** Gemini answers a call within a user turn, or under a role of its own. */
function geminiVoice(turn: unknown): Voice {
  if (!isObject(turn)) return 'human';
  if (turn['role'] === 'model') return 'model';
  if (turn['role'] === 'function') return 'tool';
  const parts: readonly unknown[] = Array.isArray(turn['parts']) ? turn['parts'] : [turn['parts']];
  const asBlocks = parts.map((part) =>
    isObject(part) && (part['functionResponse'] ?? part['function_response']) !== undefined
      ? { type: 'tool_result' }
      : part,
  );
  return contentVoice(asBlocks);
}

const opening = '<system-reminder>';
const closing = '</system-reminder>';

/** Whether the whole text lies inside the client's own reminders (Claude Code appends them to tool results). */
function isReminder(text: string): boolean {
  let rest = text.trim();
  if (rest === '') return false;
  while (rest !== '') {
    if (!rest.startsWith(opening)) return false;
    const end = rest.indexOf(closing);
    if (end < 0) return false;
    rest = rest.slice(end + closing.length).trimStart();
  }
  return true;
}
