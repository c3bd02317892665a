/** Tells the tool calls of a stream apart: which one a piece belongs to, and when it can be told to a client. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';

export interface TrackedCall {
  /** Its place among all calls, whatever index the wire gave it. */
  readonly index: number;
  /** The id it goes by downwards; empty until its name is known. */
  id: string;
  /** The id that the upstream gave it, if it did. */
  wireId: string | undefined;
  named: boolean;
  heldArguments: string;
}

export interface CallStep {
  readonly call: TrackedCall;
  /** `held` until the name is known; `opened` with it. */
  readonly state: 'held' | 'opened' | 'goes-on';
  readonly name: string;
  /** The arguments that this step adds; those that were held come with the name. */
  readonly pieces: string;
}

export interface CallTracker {
  step(entry: JsonObject): CallStep;
  readonly count: number;
}

export interface CallTrackerOptions {
  /** Makes the id of the call at an index where the upstream gave none: the same for the same position. */
  readonly mintId: (index: number) => string;
  /** Whether the arguments of a call are complete: then a name without an id begins another one. */
  readonly isWhole?: (index: number) => boolean;
}

/**
 * Observed: parallel calls that all say index 0, ids repeated on every chunk, no ids at all, names that come late, whole
 * arguments at once. Pieces go by index and id; without an index to the call before.
 */
export function createCallTracker({ mintId, isWhole }: CallTrackerOptions): CallTracker {
  /** The call that each index of the wire means at present. */
  const current = new Map<number, TrackedCall>();
  const byWireId = new Map<string, TrackedCall>();
  const whole = ({ index }: TrackedCall) => isWhole?.(index) ?? false;
  const ids = new Set<string>();
  let lastWireIndex = 0;
  let count = 0;

  function find(wireIndex: number, wireId: string | undefined, name: string): TrackedCall {
    const call = current.get(wireIndex);
    if (!call) return goesOn(wireIndex, wireId) ?? open(wireIndex, wireId);
    if (wireId === undefined) {
      const isAnother = name !== '' && call.named && call.wireId === undefined && whole(call);
      return isAnother ? open(wireIndex, wireId) : call;
    }
    // An id that comes after its call began is that call's.
    if (call.wireId === undefined && !(call.named && whole(call))) call.wireId = wireId;
    if (call.wireId === wireId) return call;
    // Another id under the same index is another call, or one that was there before.
    const known = byWireId.get(`${wireIndex} ${wireId}`);
    if (known) current.set(wireIndex, known);
    return known ?? goesOn(wireIndex, wireId) ?? open(wireIndex, wireId);
  }

  /** A call that goes on under another index, as where choices change their places: known by its id, and not complete yet. */
  function goesOn(wireIndex: number, wireId: string | undefined): TrackedCall | undefined {
    const call = isWhole && [...current.values()].find((other) => wireId !== undefined && other.wireId === wireId);
    if (!call || whole(call)) return undefined;
    current.set(wireIndex, call);
    return call;
  }

  function open(wireIndex: number, wireId: string | undefined): TrackedCall {
    const call: TrackedCall = { index: count, id: '', wireId, named: false, heldArguments: '' };
    count += 1;
    current.set(wireIndex, call);
    return call;
  }

  /** Two calls never share an id: their results could not be told apart. */
  function idFor({ index, wireId }: TrackedCall): string {
    const id = wireId === undefined || ids.has(wireId) ? mintId(index) : wireId;
    ids.add(id);
    return id;
  }

  return {
    step(entry) {
      const wireIndex = typeof entry['index'] === 'number' ? entry['index'] : lastWireIndex;
      const wireId = typeof entry['id'] === 'string' && entry['id'] !== '' ? entry['id'] : undefined;
      const { name: told, arguments: added } = objectOf(entry['function']);
      const name = typeof told === 'string' ? told : '';
      // Some backends forget to write the object as text.
      const pieces = typeof added === 'string' ? added : isObject(added) ? JSON.stringify(added) : '';
      lastWireIndex = wireIndex;
      const call = find(wireIndex, wireId, name);
      if (wireId !== undefined) byWireId.set(`${wireIndex} ${wireId}`, call);
      if (call.named) return { call, state: 'goes-on', name, pieces };
      if (name === '') {
        call.heldArguments += pieces;
        return { call, state: 'held', name, pieces: '' };
      }
      call.named = true;
      call.id = idFor(call);
      return { call, state: 'opened', name, pieces: call.heldArguments + pieces };
    },
    get count() {
      return count;
    },
  };
}
