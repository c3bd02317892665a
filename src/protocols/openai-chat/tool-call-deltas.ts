/** Puts the tool calls of a chunk in order: an index and an id for each, its name before its arguments. */
import { isObject } from '../../canonical/json-value.ts';
import type { JsonEdit } from '../../framing/json-text.ts';
import { createCallTracker } from './track-calls.ts';

export interface ToolCallDeltas {
  /**
   * The edits that the calls in `list` need, which stands at `path`; `held` says that all of them are kept back because
   * their name has not come.
   */
  read(list: readonly unknown[], path: readonly (string | number)[]): { edits: JsonEdit[]; held: boolean };
  readonly count: number;
}

/** `mintId` makes the id of the call at an index where the upstream gave none: the same for the same position. */
export function createToolCallDeltas(mintId: (index: number) => string): ToolCallDeltas {
  const calls = createCallTracker({ mintId });
  return {
    read(list, path) {
      const edits: JsonEdit[] = [];
      let heldCalls = 0;
      for (const [position, entry] of list.entries()) {
        if (!isObject(entry)) continue;
        const { call, state, pieces } = calls.step(entry);
        const at = [...path, position];
        if (state === 'held') {
          heldCalls += 1;
          edits.push({ op: 'remove', path: at });
          continue;
        }
        if (entry['index'] !== call.index) edits.push({ op: 'set', path: [...at, 'index'], value: call.index });
        const saysId = typeof entry['id'] === 'string' && entry['id'] !== '';
        if ((state === 'opened' || saysId) && entry['id'] !== call.id)
          edits.push({ op: 'set', path: [...at, 'id'], value: call.id });
        if (state === 'opened' && call.heldArguments !== '')
          edits.push({ op: 'set', path: [...at, 'function', 'arguments'], value: pieces });
      }
      return { edits, held: heldCalls === list.length && list.length > 0 };
    },
    get count() {
      return calls.count;
    },
  };
}
