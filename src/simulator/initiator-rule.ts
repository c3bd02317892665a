/** Who began a turn, by the last item of the body: `user` only for a fresh human message (reference §2). */
import { arrayOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { isResultNote, withoutReminders } from './plain-prompt.ts';

export type Initiator = 'user' | 'agent';

export function expectedInitiator(body: JsonObject): Initiator {
  if (typeof body['input'] === 'string') return 'user';
  const items = arrayOf(body['messages'] ?? body['input']).map(objectOf);
  let reminded = false;
  for (const item of items.toReversed()) {
    // `system` and `developer` turns are the client's own voice, wherever they stand.
    if (item['role'] === 'system' || item['role'] === 'developer') continue;
    // Behind the model's word nobody can say whether a human stands behind a reminder.
    if (item['role'] !== 'user') return reminded && item['role'] === 'assistant' ? 'user' : 'agent';
    const blocks = typeof item['content'] === 'string' ? [{ text: item['content'] }] : arrayOf(item['content']);
    // What a tool showed is the tool's word, whatever turn it stands in.
    if (showsResults(blocks)) continue;
    const isResult = (block: unknown) => objectOf(block)['type'] === 'tool_result';
    const spoken = blocks.filter((block) => !isResult(block));
    if (!spoken.every(isReminder)) return 'user';
    // Claude Code puts its reminders behind the results, in a turn of their own where it says them as the system.
    if (blocks.some(isResult)) return 'agent';
    reminded = true;
  }
  return reminded ? 'user' : 'agent';
}

/** Images behind a note which says that a tool brought them, and no text beside. */
function showsResults(blocks: readonly unknown[]): boolean {
  const texts = blocks.map((block) => objectOf(block)['text']).filter((text) => typeof text === 'string');
  return texts.length > 0 && texts.every(isResultNote);
}

/** Nobody human spoke in it. */
function isReminder(block: unknown): boolean {
  const text = objectOf(block)['text'];
  return typeof text === 'string' && withoutReminders(text) === '';
}

/** Whether the client declares a call of its own (compaction, sub-agent, title): then the last item proves nothing. */
export function declaresOwnCall(headers: Readonly<Record<string, unknown>>, body: JsonObject): boolean {
  const type = stringOf(headers['x-interaction-type']);
  if (/subagent|background|compaction|sampling/.test(type)) return true;
  return arrayOf(body['input']).some((item) => objectOf(item)['type'] === 'compaction_trigger');
}
