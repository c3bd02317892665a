/** Which call a result answers: clients of Ollama name it by its id, by its tool's name, or only by the order. */

export interface CallBook {
  /** A turn begins; calls that nobody answered before the assistant speaks again are nobody's any more. */
  begin(role: string): void;
  /** The id of a call: its own, else one of its place, the same in every later request. */
  call(id: unknown, name: string, place: string): string;
  /** The id of the call that a result answers; one of its place where there is none. */
  answered(id: unknown, name: unknown, place: string): string;
}

export function createCallBook(): CallBook {
  /** Calls that wait for their results, in order. */
  let open: { readonly callId: string; readonly name: string }[] = [];
  const known = new Set<string>();
  let lastRole = '';

  function take(at: number): string | undefined {
    const [taken] = at < 0 ? [] : open.splice(at, 1);
    return taken?.callId;
  }

  return {
    begin(role) {
      if (role === 'assistant' && lastRole !== 'assistant') open = [];
      lastRole = role;
    },
    call(id, name, place) {
      const callId = isText(id) ? id : `call_${place}`;
      open.push({ callId, name });
      known.add(callId);
      return callId;
    },
    answered(id, name, place) {
      if (isText(id) && known.has(id)) return take(open.findIndex(({ callId }) => callId === id)) ?? id;
      const named = isText(name) ? take(open.findIndex((call) => call.name === name)) : undefined;
      return named ?? take(open.length > 0 ? 0 : -1) ?? (isText(id) ? id : `call_${place}`);
    },
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
