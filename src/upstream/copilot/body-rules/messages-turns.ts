/** Rules of `/v1/messages` about turns: system turns among the messages, fields on a turn, and the last word. */
import { isObject, objectOf, type JsonObject } from '../../../canonical/json-value.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import { listOf, remove, set, thinksByItself, type BodyRule, type RuleInput } from './body-rule.ts';

type Block = JsonObject;

function blocksOf(content: unknown): readonly Block[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return listOf(content).filter(isObject);
}

/** A system turn that cannot stay one: the same words at the same place, told apart from what a person said. */
function asReminder(content: unknown): readonly Block[] {
  return blocksOf(content).map((block) =>
    block['type'] === 'text'
      ? { ...block, text: `<system-reminder>\n${String(block['text'])}\n</system-reminder>` }
      : block,
  );
}

function answersCalls(message: JsonObject): boolean {
  return message['role'] === 'user' && blocksOf(message['content']).some((block) => block['type'] === 'tool_result');
}

/**
 * Leading system turns move to the top; a later one stays where it is, as a user's (`decisions.md` 9), so that a longer
 * conversation begins like the shorter one. Between a call and its results nothing may stand: there it follows them.
 */
function systemTurns({ body, model }: RuleInput): JsonEdit[] {
  const messages = listOf(body['messages']).map(objectOf);
  const isSystem = (message: JsonObject | undefined) =>
    message?.['role'] === 'system' || message?.['role'] === 'developer';
  if (!messages.some(isSystem)) return [];
  const edits: JsonEdit[] = [];
  const leading = messages.findIndex((message) => !isSystem(message));
  // Where the model takes system turns, the first message is still a person's.
  if (leading > 0) {
    const moved = messages.slice(0, leading).flatMap((message) => blocksOf(message['content']));
    edits.push(set(['system'], [...blocksOf(body['system']), ...moved]));
    for (let index = 0; index < leading; index += 1) edits.push(remove('messages', index));
  }
  if (thinksByItself(model)) return edits;
  for (let index = Math.max(leading, 0); index < messages.length; index += 1) {
    if (leading < 0 || !isSystem(messages[index])) continue;
    let last = index;
    while (isSystem(messages[last + 1])) last += 1;
    const reminders = messages.slice(index, last + 1).flatMap((message) => asReminder(message['content']));
    const next = messages[last + 1];
    const follows = next !== undefined && answersCalls(next);
    if (follows) edits.push(set(['messages', last + 1, 'content'], [...blocksOf(next['content']), ...reminders]));
    const content = follows || reminders.length === 0 ? undefined : reminders;
    for (let gone = index; gone <= last; gone += 1)
      if (gone > index || content === undefined) edits.push(remove('messages', gone));
    if (content !== undefined) edits.push(set(['messages', index], { role: 'user', content }));
    index = last;
  }
  return edits;
}

/** A call without its result, or an answer that paused, ends with the assistant by right. */
const openEndings: ReadonlySet<unknown> = new Set(['tool_use', 'server_tool_use', 'mcp_tool_use']);

function prefillEdits({ body, model }: RuleInput): JsonEdit[] {
  const messages = listOf(body['messages']);
  const last = messages.findLast((message) => message !== undefined);
  if (!thinksByItself(model) || objectOf(last)['role'] !== 'assistant') return [];
  if (blocksOf(objectOf(last)['content']).some((block) => openEndings.has(block['type']))) return [];
  return [set(['messages', messages.length], { role: 'user', content: 'Continue exactly where your last words end.' })];
}

export const messagesTurnRules: readonly BodyRule[] = [
  {
    name: 'system-turns',
    path: '/v1/messages',
    countsToo: true,
    reason: 'This model takes no system turns there: leading ones move to the top, later ones become marked user text.',
    edits: systemTurns,
  },
  {
    name: 'turn-settings',
    path: '/v1/messages',
    countsToo: true,
    reason: 'output_config on a single message needs a beta that Copilot refuses; that of the request stays.',
    edits: ({ body }) =>
      listOf(body['messages']).flatMap((message, index) => {
        const { role, content, output_config } = objectOf(message);
        if (output_config === undefined) return [];
        // Claude Code compacts a turn to its settings; without them it is empty, which is refused.
        const isNothingElse = role !== 'user' && role !== 'assistant' && blocksOf(content).length === 0;
        return [isNothingElse ? remove('messages', index) : remove('messages', index, 'output_config')];
      }),
  },
  {
    name: 'no-prefill',
    path: '/v1/messages',
    reason: 'This model refuses to continue a begun answer, so it is asked to in a turn of its own.',
    edits: prefillEdits,
  },
];
