/** What can be broken, as data: each fault waits for its path and is used up. */

export interface Fault {
  /** `token`, `user`, `models`, a path such as `/chat/completions`, or `*` for everything. */
  readonly on: string;
  /** How often it strikes; 1 unless told. */
  readonly times?: number;
  /** How many matching requests pass unharmed before it strikes. */
  readonly skip?: number;
  readonly do: FaultAction;
}

/** Where a stream is meant, `afterEvents` counts the events that still go out whole. */
export type FaultAction =
  /** Answers with this instead. A string body goes out as it is; anything else as JSON. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Closes the connection in the middle of the stream, without its last chunk; `reset` sends RST. */
  | { readonly kind: 'cut'; readonly afterEvents: number; readonly reset?: boolean }
  /** Resets the connection before any byte of an answer. */
  | { readonly kind: 'reset' }
  /** Never answers, and keeps the connection. */
  | { readonly kind: 'silence' }
  /** Sends some events, then nothing more, and keeps the connection. */
  | { readonly kind: 'stall'; readonly afterEvents: number }
  | { readonly kind: 'slow-first-byte'; readonly delayMs: number }
  /** The endpoint's own in-band error, then the end. */
  | { readonly kind: 'error-event'; readonly afterEvents: number; readonly code?: string; readonly message?: string }
  /** Puts raw bytes between two events: comments, garbage, half events. `base64` for what is not text. */
  | { readonly kind: 'inject'; readonly afterEvents: number; readonly text?: string; readonly base64?: string }
  /** Every write holds so many bytes. */
  | { readonly kind: 'split-bytes'; readonly size: number }
  | { readonly kind: 'crlf' }
  /** A clean end of the body without anything that says "finished". */
  | { readonly kind: 'no-terminal' }
  /** Only the very last marker is missing: `[DONE]`, `message_stop`. */
  | { readonly kind: 'no-done' }
  /** Further or changed response headers. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> };

export interface FaultQueue {
  add(fault: Fault): void;
  /** All that strikes this request, in the order it was added; each is used up by it. */
  take(path: string): readonly FaultAction[];
  clear(): void;
}

const pathsOfName: Readonly<Record<string, string>> = {
  token: '/copilot_internal/v2/token',
  user: '/copilot_internal/user',
  models: '/models',
  device: '/login/device/code',
  login: '/login/oauth/access_token',
};

export function createFaultQueue(): FaultQueue {
  let armed: { fault: Fault; left: number; skip: number }[] = [];
  return {
    add(fault) {
      armed.push({ fault, left: fault.times ?? 1, skip: fault.skip ?? 0 });
    },
    take(path) {
      const strikes: FaultAction[] = [];
      for (const entry of armed) {
        const { on } = entry.fault;
        if (on !== '*' && (pathsOfName[on] ?? on) !== path) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        // One request is broken in one way at a time, except that shapes of the bytes add up.
        if (strikes.some((action) => action.kind === entry.fault.do.kind)) continue;
        entry.left -= 1;
        strikes.push(entry.fault.do);
      }
      armed = armed.filter((entry) => entry.left > 0);
      return strikes;
    },
    clear() {
      armed = [];
    },
  };
}

/** The action of that kind among those that struck. */
export function strikeOf<K extends FaultAction['kind']>(
  strikes: readonly FaultAction[],
  kind: K,
): Extract<FaultAction, { kind: K }> | undefined {
  return strikes.find((action): action is Extract<FaultAction, { kind: K }> => action.kind === kind);
}

/** Whether a value from outside has the outline of a fault. */
export function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null || !('on' in value) || !('do' in value)) return false;
  const action = value.do;
  return typeof value.on === 'string' && typeof action === 'object' && action !== null && 'kind' in action;
}
