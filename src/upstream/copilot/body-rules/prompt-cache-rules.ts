/** Rules that keep the prompt cache: what changes with every call goes, and where a caller marks nothing, marks are set. */
import { isObject, objectOf, type JsonObject } from '../../../canonical/json-value.ts';
import { isClaude, type Model } from '../../../canonical/model.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import { listOf, remove, set, type BodyRule, type Path, type RuleInput } from './body-rule.ts';

/**
 * Claude Code's first line of the system prompt: `cc_version` ends in three digits of a hash of the prompt, and `cch` is one
 * of the whole body, so that each call begins differently. It is Anthropic's accounting, and tells a model nothing.
 */
const billingLine = /^(?:x-anthropic-billing-header: *cc_[^\n]*(?:\n+|$))+/;

function billingEdits(system: unknown): readonly JsonEdit[] {
  if (typeof system === 'string') {
    const rest = system.replace(billingLine, '');
    return rest === system ? [] : [rest === '' ? remove('system') : set(['system'], rest)];
  }
  const blocks = listOf(system);
  const rests = blocks.map((block) => {
    const { text } = objectOf(block);
    return typeof text === 'string' ? text.replace(billingLine, '') : undefined;
  });
  // Of a list that was nothing else an empty one would be left, which is refused.
  if (rests.length > 0 && rests.every((rest, index) => rest === '' && objectOf(blocks[index])['text'] !== ''))
    return [remove('system')];
  return rests.flatMap((rest, index) => {
    if (rest === undefined || rest === objectOf(blocks[index])['text']) return [];
    return [rest === '' ? remove('system', index) : set(['system', index, 'text'], rest)];
  });
}

/** The least that any Claude model caches is 1,024 tokens; a prompt with fewer characters than that in English is below. */
const leastCharacters = 4_096;

/** Whether `value` holds so many characters; looks no further than it must. */
function holdsEnough(value: unknown): boolean {
  let left = leastCharacters;
  function look(part: unknown): boolean {
    if (typeof part === 'string') left -= part.length;
    else if (Array.isArray(part)) return part.some(look);
    else if (isObject(part)) return Object.values(part).some(look);
    return left <= 0;
  }
  return look(value);
}

/** Reading what is cached costs a tenth where a price is known at all; a model without that advantage needs no marks. */
function isCheaperCached({ prices }: Model): boolean {
  const { inputNanoAiu, cacheReadNanoAiu } = prices?.default ?? {};
  return inputNanoAiu === undefined || cacheReadNanoAiu === undefined || cacheReadNanoAiu < inputNanoAiu;
}

/** What is written to the cache costs a quarter more: of a single question only the part that others may share is worth it. */
function goesOn(body: JsonObject): boolean {
  const turns = listOf(body['messages']);
  return listOf(body['tools']).length > 0 || turns.some((turn) => objectOf(turn)['role'] === 'assistant');
}

const mark = { type: 'ephemeral' };

/** Thoughts, deferred tools and blank texts may carry none. */
function canCarry(block: unknown): boolean {
  if (!isObject(block) || block['defer_loading'] === true) return false;
  const { type, text } = block;
  if (type === 'thinking' || type === 'redacted_thinking') return false;
  return type !== 'text' || (typeof text === 'string' && text.trim() !== '');
}

/** Behind the last block that may carry it; a text becomes the block that it stands for. */
function markEnd(content: unknown, path: Path): readonly JsonEdit[] {
  if (typeof content === 'string')
    return content.trim() === '' ? [] : [set(path, [{ type: 'text', text: content, cache_control: mark }])];
  const index = listOf(content).findLastIndex(canCarry);
  return index < 0 ? [] : [set([...path, index, 'cache_control'], mark)];
}

function isMarked(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isMarked);
  if (!isObject(value)) return false;
  return isObject(value['cache_control']) || isObject(value['copilot_cache_control']) || isMarked(value['content']);
}

function messagesMarks(body: JsonObject): readonly JsonEdit[] {
  const { tools, system, messages } = body;
  const ofSystem = markEnd(system, ['system']);
  const head = ofSystem.length > 0 ? ofSystem : markEnd(tools, ['tools']);
  if (!goesOn(body)) return head;
  const users = listOf(messages).flatMap((turn, index) => (objectOf(turn)['role'] === 'user' ? [index] : []));
  const ends = users
    .slice(-2)
    .flatMap((index) => markEnd(objectOf(listOf(messages)[index])['content'], ['messages', index, 'content']));
  return [...head, ...ends];
}

function holdsWords(message: unknown): boolean {
  const { content } = objectOf(message);
  return typeof content === 'string' ? content.trim() !== '' : listOf(content).some(canCarry);
}

/** Copilot marks whole messages there: the first two of the system, and the end of the last two turns of the other side. */
function chatMarks(body: JsonObject): readonly JsonEdit[] {
  const messages = listOf(body['messages']);
  const roles = messages.map((message) => objectOf(message)['role']);
  const canStand = (index: number) => holdsWords(messages[index]);
  const isSystem = (role: unknown) => role === 'system' || role === 'developer';
  const isOthers = (role: unknown) => role === 'user' || role === 'tool';
  const system = roles.flatMap((role, index) => (isSystem(role) ? [index] : []));
  const ends = roles.flatMap((role, index) => (isOthers(role) && !isOthers(roles[index + 1]) ? [index] : []));
  const marked = [...system.filter(canStand).slice(0, 2), ...(goesOn(body) ? ends.filter(canStand).slice(-2) : [])];
  return marked.map(chatMark);
}

const chatMark = (index: number) => set(['messages', index, 'copilot_cache_control'], mark);

/** The first, and the last three: a fifth is refused. */
function renamedMarks({ body: { messages }, model }: RuleInput): readonly JsonEdit[] {
  const turns = listOf(messages);
  if (!isClaude(model) || turns.some((turn) => isObject(objectOf(turn)['copilot_cache_control']))) return [];
  const marked = turns.flatMap((turn, index) => (isMarked(turn) && holdsWords(turn) ? [index] : []));
  return [...marked.slice(0, 1), ...marked.slice(1).slice(-3)].map(chatMark);
}

function cacheMarks(path: BodyRule['path'], marksOf: (body: JsonObject) => readonly JsonEdit[]): BodyRule {
  return {
    name: 'cache-marks',
    path,
    reason: 'Claude caches only what is marked, and this caller marks nothing.',
    edits({ body, model }) {
      const { tools, system, messages } = body;
      if (!isClaude(model) || !isCheaperCached(model) || !holdsEnough([tools, system, messages])) return [];
      // Chat knows no marks of tools.
      const own = path === '/chat/completions' ? [messages] : [tools, system, messages];
      return own.some(isMarked) ? [] : marksOf(body);
    },
  };
}

/** Before all others of Messages: they may move what stands in the system prompt. */
export const stableBillingLine: BodyRule = {
  name: 'stable-billing-line',
  path: '/v1/messages',
  countsToo: true,
  reason: 'A line of Claude Code that differs in every call costs the prompt cache, and tells a model nothing.',
  edits: ({ body }) => billingEdits(body['system']),
};

/** Behind all others: what they take out or move carries no mark. */
export const cacheMarkRules: readonly BodyRule[] = [
  {
    name: 'cache-mark-names',
    path: '/chat/completions',
    reason: "Copilot's Chat reads cache markers by its own name alone, copilot_cache_control, and on whole messages.",
    edits: renamedMarks,
  },
  cacheMarks('/chat/completions', chatMarks),
  cacheMarks('/v1/messages', messagesMarks),
];
