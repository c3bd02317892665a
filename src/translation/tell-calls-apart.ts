/** Calls under an id that an earlier call had, each with its own result, get an id of their own: some models count from 0 in every turn. */
import type { Item } from '../canonical/conversation.ts';
import type { Report } from '../canonical/request-edit.ts';

/**
 * The n-th call under an id that has a result behind it, and that result, are known by the id and n. Numbered from the
 * front, so that a longer conversation begins as the shorter one did. Calls without a result of their own keep their id.
 */
export function tellCallsApart(items: readonly Item[], report: Report): readonly Item[] {
  const taken = new Set(items.flatMap((item) => (item.kind === 'tool-call' ? [item.callId] : [])));
  /** Places of calls by id that wait for their result. */
  const open = new Map<string, number[]>();
  /** How many calls an id has named. */
  const counts = new Map<string, number>();
  const renamed = new Map<number, string>();
  for (const [index, item] of items.entries()) {
    if (item.kind === 'tool-call') {
      const waiting = open.get(item.callId);
      if (waiting) waiting.push(index);
      else open.set(item.callId, [index]);
    } else if (item.kind === 'tool-result') {
      const call = open.get(item.callId)?.shift();
      if (call === undefined) continue;
      const count = (counts.get(item.callId) ?? 0) + 1;
      counts.set(item.callId, count);
      if (count === 1) continue;
      const own = freeId(`${item.callId}_${count}`, taken);
      renamed.set(call, own).set(index, own);
      const reason = 'Its id names an earlier call already, so it gets one of its own.';
      report({ rule: 'repaired', reason, path: `items.${call}` });
    }
  }
  if (renamed.size === 0) return items;
  return items.map((item, index) => {
    const callId = renamed.get(index);
    return callId !== undefined && (item.kind === 'tool-call' || item.kind === 'tool-result')
      ? { ...item, callId }
      : item;
  });
}

function freeId(id: string, taken: Set<string>): string {
  let free = id;
  while (taken.has(free)) free += '_';
  taken.add(free);
  return free;
}
