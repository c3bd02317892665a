/** Puts the tool calls of a chunk in order: an index and an id for each, its name before its arguments. */
import { isObject, objectOf } from '../../canonical/json-value.ts';
import type { JsonEdit } from '../../framing/json-text.ts';

export interface ToolCallDeltas {
  /**
   * The edits that the calls in `list` need, which stands at `path`; `held` says that all of them are kept back because
   * their name has not come. Observed: parallel calls that all say index 0, ids repeated on every chunk, no ids at all.
   */
  read(list: readonly unknown[], path: readonly (string | number)[]): { edits: JsonEdit[]; held: boolean };
  readonly count: number;
}

interface Call {
  readonly index: number;
  id: string | undefined;
  named: boolean;
  heldArguments: string;
}

/** `mintId` makes the id of the call at an index where the upstream gave none: the same for the same position. */
export function createToolCallDeltas(mintId: (index: number) => string): ToolCallDeltas {
  const current = new Map<number, Call>();
  let count = 0;

  function open(wireIndex: number, id: string | undefined): Call {
    const call: Call = { index: count, id, named: false, heldArguments: '' };
    count += 1;
    current.set(wireIndex, call);
    return call;
  }

  return {
    read(list, path) {
      const edits: JsonEdit[] = [];
      let heldCalls = 0;
      for (const [position, entry] of list.entries()) {
        if (!isObject(entry)) continue;
        const wireIndex = typeof entry['index'] === 'number' ? entry['index'] : (lastKey(current) ?? 0);
        const wireId = typeof entry['id'] === 'string' && entry['id'] !== '' ? entry['id'] : undefined;
        const details = objectOf(entry['function']);
        const name = typeof details['name'] === 'string' ? details['name'] : '';
        const pieces = typeof details['arguments'] === 'string' ? details['arguments'] : '';

        let call = current.get(wireIndex);
        // Another id under the same index is another call.
        if (!call || (wireId !== undefined && call.id !== undefined && call.id !== wireId))
          call = open(wireIndex, wireId);
        const at = [...path, position];
        if (!call.named && name === '') {
          call.heldArguments += pieces;
          call.id ??= wireId;
          heldCalls += 1;
          edits.push({ op: 'remove', path: at });
          continue;
        }
        if (entry['index'] !== call.index) edits.push({ op: 'set', path: [...at, 'index'], value: call.index });
        if (!call.named) {
          call.named = true;
          call.id ??= wireId ?? mintId(call.index);
          if (call.id !== wireId) edits.push({ op: 'set', path: [...at, 'id'], value: call.id });
          if (call.heldArguments !== '') {
            edits.push({ op: 'set', path: [...at, 'function', 'arguments'], value: call.heldArguments + pieces });
          }
        }
      }
      return { edits, held: heldCalls === list.length && list.length > 0 };
    },
    get count() {
      return count;
    },
  };
}

function lastKey(calls: ReadonlyMap<number, unknown>): number | undefined {
  return [...calls.keys()].at(-1);
}
