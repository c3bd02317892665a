/** Who began a turn, by the last item of the body: `user` only for a fresh human message (reference §2). */
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { withoutReminders } from './plain-prompt.ts';

export type Initiator = 'user' | 'agent';

export function expectedInitiator(body: JsonObject): Initiator {
  const items = arrayOf(body['messages'] ?? body['input']).map(objectOf);
  // `system` and `developer` turns are the client's own voice, wherever they stand.
  const last = items.findLast((item) => item['role'] !== 'system' && item['role'] !== 'developer');
  if (typeof body['input'] === 'string') return 'user';
  if (last === undefined || last['role'] !== 'user') return 'agent';
  const blocks = arrayOf(last['content']).filter(isObject);
  if (!blocks.some((block) => block['type'] === 'tool_result')) return 'user';
  // Claude Code puts its reminders behind the results: still nobody human spoke.
  const spoken = blocks.filter((block) => block['type'] !== 'tool_result');
  return spoken.every((block) => block['type'] === 'text' && withoutReminders(stringOf(block['text'])) === '')
    ? 'agent'
    : 'user';
}

/** Whether the client declares a call of its own (compaction, sub-agent, title): then the last item proves nothing. */
export function declaresOwnCall(headers: Readonly<Record<string, unknown>>, body: JsonObject): boolean {
  const type = stringOf(headers['x-interaction-type']);
  if (/subagent|background|compaction|sampling/.test(type)) return true;
  return arrayOf(body['input']).some((item) => objectOf(item)['type'] === 'compaction_trigger');
}
