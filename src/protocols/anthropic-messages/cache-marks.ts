/** Where a prompt is cached. Claude caches only where it is told to, and callers of other protocols do not know that. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { Turn } from './encode-turns.ts';

/** The vendor takes no more. */
const maxMarks = 4;

interface Places {
  readonly tools: JsonObject[];
  readonly system: JsonObject[];
  readonly turns: readonly Turn[];
}

/** Blocks that may carry a marker, with what holds them: in the order in which the vendor reads a prompt. */
function* cacheable({ tools, system, turns }: Places): Generator<readonly [list: JsonObject[], index: number]> {
  for (const list of [tools, system, ...turns.map(({ content }) => content)]) {
    for (const [index, block] of list.entries()) {
      if (block['type'] !== 'thinking' && block['type'] !== 'redacted_thinking') yield [list, index];
    }
  }
}

/**
 * Without any marker of the caller: one behind tools and system, one behind each of the last two user turns, so that a turn
 * reads what the one before it wrote. With more than the vendor takes the first and the last ones stay.
 */
export function placeCacheMarks(places: Places, report: Report): void {
  const blocks = [...cacheable(places)];
  const marked = blocks.filter(([list, index]) => list[index]?.['cache_control'] !== undefined);
  if (marked.length === 0) return setMarks(places);
  if (marked.length <= maxMarks) return;
  report({
    rule: 'not-carried',
    path: 'cache_control',
    reason: `Claude takes no more than ${maxMarks} cache markers.`,
  });
  for (const [list, index] of marked.slice(1, 1 - maxMarks)) {
    const { cache_control: _mark, ...block } = list[index] ?? {};
    list[index] = block;
  }
}

function setMarks({ tools, system, turns }: Places) {
  const head = system.length > 0 ? system : tools;
  mark(head);
  const users = turns.filter(({ role }) => role === 'user').slice(-2);
  for (const { content } of users) mark(content);
}

/** Behind the last block that may carry one. */
function mark(list: JsonObject[]) {
  const index = list.findLastIndex(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
  if (index >= 0) list[index] = { ...list[index], cache_control: { type: 'ephemeral' } };
}
