/** Calls and results in pairs, side by side: what Messages and Chat insist on, and other protocols do not. */
import type { Item, ToolCallItem, ToolResultItem } from '../canonical/conversation.ts';
import type { Report } from '../canonical/request-edit.ts';
import { tellCallsApart } from './tell-calls-apart.ts';

const noResult = '[no result]';

/**
 * Every call gets exactly one result right behind the turn it was made in: a result from elsewhere moves there, of several
 * the first stays, a missing one is stood in for, and a result of no call goes.
 */
export function repairCalls(told: readonly Item[], report: Report): readonly Item[] {
  const items = tellCallsApart(told, report);
  const results = new Map<string, ToolResultItem>();
  const called = new Set<string>();
  for (const item of items) {
    if (item.kind === 'tool-call') called.add(item.callId);
    else if (item.kind === 'tool-result' && !results.has(item.callId)) results.set(item.callId, item);
  }
  const repaired: Item[] = [];
  /** Calls of the current turn whose results are due. */
  let due: ToolCallItem[] = [];
  const placed = new Set<string>();
  const edit = (rule: 'repaired' | 'moved', reason: string, index: number) =>
    report({ rule, reason, path: `items.${index}` });

  function settle(index: number) {
    const inPlace = new Set<string>();
    for (let at = index; items[at]?.kind === 'tool-result'; at += 1) inPlace.add((items[at] as ToolResultItem).callId);
    for (const { callId, form } of due) {
      if (placed.has(callId)) continue;
      placed.add(callId);
      const result = results.get(callId);
      if (!result) edit('repaired', 'A call without a result gets one that says so.', index);
      else if (!inPlace.has(callId)) edit('moved', 'A result moves behind the call that it belongs to.', index);
      repaired.push(
        result ?? { kind: 'tool-result', callId, form, parts: [{ kind: 'text', text: noResult }], isError: null },
      );
    }
    due = [];
  }

  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (item.kind === 'tool-result') {
      if (!called.has(item.callId)) edit('repaired', 'A result without its call is left out.', index);
      else if (seen.has(item.callId)) edit('repaired', 'A second result of the same call is left out.', index);
      seen.add(item.callId);
      settle(index);
      continue;
    }
    if (!isModels(item)) settle(index);
    if (item.kind === 'tool-call') {
      if (due.some(({ callId }) => callId === item.callId) || placed.has(item.callId)) {
        edit('repaired', 'A second call under the same id is left out.', index);
        continue;
      }
      due.push(item);
    }
    repaired.push(item);
  }
  // A conversation may end with calls whose results the caller asks the model to do without.
  settle(items.length);
  return repaired;
}

function isModels(item: Item): boolean {
  return (
    item.kind === 'reasoning' || item.kind === 'tool-call' || (item.kind === 'message' && item.role === 'assistant')
  );
}
