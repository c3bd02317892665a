/** What became of a prompt's cached beginning: why less of it was read than the session's last call had left there. */

/**
 * `first`: nothing of the conversation was sent before. `changed`: a block of the prompt is another one, and all behind it
 * is paid anew. `cold`: the cache had forgotten. `compaction`: the client has shortened its history. `model-switch`: another
 * model of the session has it. `moved`: another endpoint or lane has it. `backend`: the same prompt, and not found.
 */
export type CacheCause = 'first' | 'changed' | 'cold' | 'compaction' | 'model-switch' | 'moved' | 'backend';

export interface CacheFinding {
  readonly cause: CacheCause;
  /** The first block that changed, e.g. `tool 7 (Bash)`, `system block 0`, `turn 12 user`; null where none did. */
  readonly block: string | null;
  /** Tokens that were paid as new and had been cached. */
  readonly lostTokens: number;
  /** What they cost more than cached ones; null where the catalogue names no price. */
  readonly costNanoAiu: number | null;
  /** Somebody should look: a block changed, or the backend loses the prompt again and again. */
  readonly alarm: boolean;
}

/** A lost cache as its owner is shown it, with what of the prompt changed: kept in memory, never in a store or a log. */
export interface CacheBreak {
  /** Wall time in ms since the epoch, of the latest. */
  readonly at: number;
  readonly exchangeId: string;
  readonly model: string;
  readonly cause: 'changed' | 'backend';
  readonly block: string | null;
  readonly change: 'changed' | 'added' | 'removed' | 'moved' | null;
  /** What the block said where it begins to differ, and what it says now; null where it is new, gone or no longer held. */
  readonly before: string | null;
  readonly after: string | null;
  /** How often this block broke the cache of this session, and what that came to. */
  readonly count: number;
  readonly lostTokens: number;
  readonly costNanoAiu: number | null;
}
