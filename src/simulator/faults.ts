/** What can be broken, as data: each fault waits for its path and is used up. */
import { isRefusalName, retryForms, type RefusalName, type RetryForm } from './named-refusals.ts';
import { isQuirkName, type QuirkName } from './quirks/all-quirks.ts';

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
  /** A refusal that Copilot is known for, by its name; `retryAfterS` in one of the forms that it comes in. */
  | {
      readonly kind: 'refusal';
      readonly name: RefusalName;
      readonly retryAfterS?: number;
      readonly retryAfterForm?: RetryForm;
    }
  /** The stream, or the whole answer, with that quirk. */
  | { readonly kind: 'quirk'; readonly name: QuirkName }
  /** The prompt counts as so many tokens: for the dearer tier and for one that is too long. */
  | { readonly kind: 'prompt-tokens'; readonly count: number }
  /** From this request on: all Copilot tokens are expired, or unknown, or all GitHub tokens are. */
  | { readonly kind: 'expire-tokens' | 'revoke-tokens' | 'revoke-logins' }
  /** From this request on the seat is served under another host name: 421 elsewhere. */
  | { readonly kind: 'move-host'; readonly hostname: string }
  /** From this request on the account is blocked for abuse, until the scenario says otherwise. */
  | { readonly kind: 'abuse-block' }
  /** From this request on the month's credits are used up. */
  | { readonly kind: 'exhaust' }
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
        if (entry.fault.do.kind !== 'quirk' && strikes.some((action) => action.kind === entry.fault.do.kind)) continue;
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

/** Every kind, and whether a value from outside has what the kind needs. A misspelt fault must not pass as none. */
const kinds: Readonly<Record<FaultAction['kind'], (action: Readonly<Record<string, unknown>>) => boolean>> = {
  status: ({ status }) => typeof status === 'number',
  cut: hasCount('afterEvents'),
  reset: () => true,
  silence: () => true,
  stall: hasCount('afterEvents'),
  'slow-first-byte': hasCount('delayMs'),
  'error-event': hasCount('afterEvents'),
  inject: hasCount('afterEvents'),
  'split-bytes': hasCount('size'),
  crlf: () => true,
  'no-terminal': () => true,
  'no-done': () => true,
  headers: ({ headers }) => typeof headers === 'object' && headers !== null,
  refusal: ({ name, retryAfterForm: form }) =>
    isRefusalName(name) && (form === undefined || retryForms.some((known) => known === form)),
  quirk: ({ name }) => isQuirkName(name),
  'prompt-tokens': hasCount('count'),
  'expire-tokens': () => true,
  'revoke-tokens': () => true,
  'revoke-logins': () => true,
  'move-host': ({ hostname }) => typeof hostname === 'string' && /^[a-z0-9.-]+$/.test(hostname),
  'abuse-block': () => true,
  exhaust: () => true,
};

export const faultKinds: readonly string[] = Object.keys(kinds);

function hasCount(field: string): (action: Readonly<Record<string, unknown>>) => boolean {
  return (action) => typeof action[field] === 'number';
}

export function isFaultAction(value: unknown): value is FaultAction {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const judges: Readonly<Record<string, (action: Readonly<Record<string, unknown>>) => boolean>> = kinds;
  const judge = typeof value.kind === 'string' && faultKinds.includes(value.kind) ? judges[value.kind] : undefined;
  return judge?.({ ...value }) ?? false;
}

/** Whether a value from outside is a fault. */
export function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null || !('on' in value) || !('do' in value)) return false;
  return typeof value.on === 'string' && isFaultAction(value.do);
}
