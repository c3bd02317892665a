/** What was decided for a session and must be decided the same way next turn: a prefix that changes costs the prompt cache. */
import type { Clock } from '../base/clock.ts';
import type { CallPoint } from './estimate-call.ts';
import type { PromptPoint } from './prompt-size.ts';

/** Decisions about one session. Written by whoever made them, read by the next plan; gone after a day without a call. */
export interface SessionNotes {
  /** The tools that were left out because the model takes fewer; undefined while none were. */
  prunedTools: readonly string[] | undefined;
  /** The latest prompts that the upstream counted, of models with two price tiers. */
  prompts: readonly PromptPoint[];
  /** Where the lines of its conversation stand, as the upstream counted them; the latest last. */
  calls: readonly CallPoint[];
  /** The images that a placeholder stands for, by their ids. */
  readonly imagePlaceholders: Set<string>;
  /** The thoughts that the upstream refused, and the turns in which it thinks no more, by their ids. */
  readonly withoutThinking: Set<string>;
}

export interface SessionMemory {
  /** The notes of `session`, new ones where there are none. They stay the same object as long as they are remembered. */
  of(session: string): SessionNotes;
  /** The notes of a session that is remembered; looking at them is no use of it. */
  peek(session: string): SessionNotes | undefined;
  readonly size: number;
}

export interface SessionMemoryOptions {
  readonly clock: Clock;
  /** Beyond it the session that was quiet for longest is forgotten. */
  readonly maxSessions: number;
  /** How long a session is remembered after its last call. */
  readonly ttlMs: number;
}

export function createSessionMemory({ clock, maxSessions, ttlMs }: SessionMemoryOptions): SessionMemory {
  /** In order of their last use, which is the order of a Map whose entries are set anew. */
  const sessions = new Map<string, { readonly notes: SessionNotes; usedMs: number }>();

  function forgetOld(nowMs: number) {
    for (const [session, { usedMs }] of sessions) {
      if (nowMs - usedMs < ttlMs && sessions.size <= maxSessions) return;
      sessions.delete(session);
    }
  }

  return {
    of(session) {
      const nowMs = clock.monotonic();
      const known = sessions.get(session);
      const entry = known !== undefined && nowMs - known.usedMs < ttlMs ? known : { notes: newNotes(), usedMs: nowMs };
      entry.usedMs = nowMs;
      sessions.delete(session);
      sessions.set(session, entry);
      forgetOld(nowMs);
      return entry.notes;
    },
    peek(session) {
      const known = sessions.get(session);
      return known !== undefined && clock.monotonic() - known.usedMs < ttlMs ? known.notes : undefined;
    },
    get size() {
      return sessions.size;
    },
  };
}

function newNotes(): SessionNotes {
  return { prunedTools: undefined, prompts: [], calls: [], imagePlaceholders: new Set(), withoutThinking: new Set() };
}
