/** Calls that wait for their owner's word: whoever listens is told, whoever may answer does, and time denies. */
import type { ApprovalAnswer, WaitingCall } from '../canonical/approval.ts';
import type { Clock, Timer } from '../base/clock.ts';
import type { SpendRequest } from './spend-guard.ts';

export type ApprovalOutcome = 'allowed' | 'denied' | 'timed-out' | 'withdrawn';

export type ApprovalNews =
  | { readonly type: 'waiting'; readonly call: WaitingCall }
  | { readonly type: 'settled'; readonly call: WaitingCall; readonly outcome: ApprovalOutcome };

/** What whoever answers may know and say: the terminal, the control socket, the dashboard; never a caller. */
export interface Approvals {
  /** The oldest first. */
  waiting(): readonly WaitingCall[];
  /** Whether such a call waited. */
  answer(id: string, answer: ApprovalAnswer): boolean;
  /** Hears of every call that begins or ends to wait; the returned function ends it. */
  subscribe(listener: (news: ApprovalNews) => void): () => void;
  /** The proxy ends, and waits for nobody's word any more. */
  close(): void;
}

export interface ApprovalDesk extends Approvals {
  /** Whether the owner allowed this call's session before. */
  knows(request: Pick<SpendRequest, 'keyId' | 'session'>): boolean;
  ask(request: SpendRequest, reasons: readonly string[]): Promise<ApprovalOutcome>;
}

export interface ApprovalOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Where every session is asked about once, a word for a call is one for its session. */
  readonly bySession: boolean;
}

interface Waiting {
  readonly call: WaitingCall;
  readonly session: string;
  readonly settle: (outcome: ApprovalOutcome) => void;
}

const maxSessions = 10_000;

export function createApprovalDesk({ clock, timeoutMs, bySession }: ApprovalOptions): ApprovalDesk {
  const calls = new Map<string, Waiting>();
  const sessions = new Set<string>();
  const listeners = new Set<(news: ApprovalNews) => void>();
  let lastId = 0;
  let closed = false;
  const sessionOf = ({ keyId, session }: Pick<SpendRequest, 'keyId' | 'session'>) => `${keyId} ${session}`;
  const tell = (news: ApprovalNews) => {
    for (const listener of listeners) listener(news);
  };

  function remember(session: string) {
    sessions.add(session);
    for (const oldest of sessions) {
      if (sessions.size <= maxSessions) return;
      sessions.delete(oldest);
    }
  }

  /** Others of the session may wait too. */
  function allowSession(session: string) {
    remember(session);
    for (const waiting of calls.values()) if (waiting.session === session) waiting.settle('allowed');
  }

  return {
    knows: (request) => sessions.has(sessionOf(request)),
    ask(request, reasons) {
      const { signal, estimate, exchangeId, keyLabel, project, session, model, kind, edits } = request;
      if (signal.aborted || closed) return Promise.resolve('withdrawn');
      const since = clock.now();
      const { nanoAiu, mostNanoAiu } = estimate;
      const known = { exchangeId, keyLabel, project, session, model, kind, edits, nanoAiu, mostNanoAiu };
      lastId += 1;
      const call: WaitingCall = { id: String(lastId), ...known, reasons, since, until: since + timeoutMs };
      const { promise, resolve } = Promise.withResolvers<ApprovalOutcome>();
      const onAbort = () => settle('withdrawn');
      const timer: Timer = clock.after(timeoutMs, () => settle('timed-out'));
      function settle(outcome: ApprovalOutcome) {
        if (!calls.delete(call.id)) return;
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
        if (outcome === 'allowed' && bySession) remember(sessionOf(request));
        tell({ type: 'settled', call, outcome });
        resolve(outcome);
      }
      signal.addEventListener('abort', onAbort, { once: true });
      calls.set(call.id, { call, session: sessionOf(request), settle });
      tell({ type: 'waiting', call });
      return promise;
    },
    waiting: () => [...calls.values()].map(({ call }) => call),
    answer(id, answer) {
      const found = calls.get(id);
      if (found === undefined) return false;
      if (answer === 'session') allowSession(found.session);
      else found.settle(answer === 'allow' ? 'allowed' : 'denied');
      return true;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      for (const { settle } of calls.values()) settle('withdrawn');
    },
  };
}
