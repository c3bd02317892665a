/** Which result is of which call, where neither has to have an id: by id, else by name and order. */

interface Call {
  readonly callId: string;
  readonly name: string;
  readonly turn: number;
  /** The id is the caller's own. */
  readonly isGiven: boolean;
}

export interface CallPairs {
  /** A turn of the model's begins: results belong to the latest turn that called. */
  beginTurn(): void;
  /** The id of a call, its own or one from its place: the same in every longer conversation. */
  call(name: string, id: string | null): string;
  /** The id of the call that this is the result of; one that no call has where there is none. */
  result(name: string, id: string | null): string;
}

export function createCallPairs(): CallPairs {
  const taken = new Set<string>();
  /** Calls that wait for their result. */
  let open: readonly Call[] = [];
  let turn = 0;
  let calls = 0;
  let strays = 0;

  function mint(id: string): string {
    let free = id;
    while (taken.has(free)) free += '_';
    return free;
  }

  /** The first that waits among those of the latest turn that has any. */
  function find(fits: (call: Call) => boolean): Call | undefined {
    const waiting = open.filter(fits);
    const latest = Math.max(...waiting.map((call) => call.turn));
    return waiting.find((call) => call.turn === latest);
  }

  return {
    beginTurn() {
      turn += 1;
    },
    call(name, id) {
      const callId = id ?? mint(`call_${calls}`);
      calls += 1;
      taken.add(callId);
      open = [...open, { callId, name, turn, isGiven: id !== null }];
      return callId;
    },
    result(name, id) {
      // Gemini CLI makes up ids for calls that had none, and sends them with the result alone.
      const call =
        (id === null ? undefined : find(({ callId }) => callId === id)) ??
        (id !== null && taken.has(id)
          ? undefined
          : (find((one) => one.name === name && !one.isGiven) ?? find((one) => one.name === name)));
      if (call) {
        open = open.filter((one) => one !== call);
        return call.callId;
      }
      if (id !== null) return id;
      strays += 1;
      return mint(`result_${strays}`);
    },
  };
}
