/** The latest prompts of each session, bounded: what the next one is compared with. In memory only. */
import { heapLimit } from '../../base/heap-limit.ts';
import type { CacheBreak } from '../../canonical/cache-finding.ts';
import type { Endpoint } from '../../canonical/protocol-id.ts';
import { comparePrompts, turnsOf, type Comparison } from './compare-prompts.ts';
import type { CutPart } from './cut-body.ts';
import type { PromptBlock } from './cut-prompt.ts';
import type { CachedPrompt } from './judge-cache.ts';

/** A conversation, a sub-agent, a title: what goes on from its own last prompt. */
export interface PromptLine {
  readonly modelId: string;
  readonly blocks: readonly PromptBlock[];
  /** The bytes that they were cut of. */
  readonly parts: readonly CutPart[];
  readonly prompt: CachedPrompt;
}

export interface SessionPrompts {
  readonly keyId: string;
  /** The latest last. */
  lines: readonly PromptLine[];
  /** Since when the client's own word for a compaction is known: wall time. */
  compactedAt: number;
  breaks: readonly CacheBreak[];
  bytes: number;
}

export interface FoundLine {
  readonly line: PromptLine;
  readonly comparison: Comparison;
}

export interface PromptMemory {
  /** Of that session, new where there is none; it is the latest from now on. */
  of(session: string, keyId: string): SessionPrompts;
  /** Without making one. */
  look(session: string): SessionPrompts | undefined;
  /** Of the session's bodies for that endpoint, whichever the model. */
  parts(session: string, endpoint: Endpoint): readonly CutPart[];
  /** What `blocks` go on from: of the session, else of another one under the same key. Undefined for something new. */
  find(session: string, modelId: string, blocks: readonly PromptBlock[]): FoundLine | undefined;
  /** Whether another model has had this conversation. */
  wasElsewhere(session: string, modelId: string, blocks: readonly PromptBlock[]): boolean;
  keep(session: string, line: PromptLine, before: PromptLine | undefined): void;
  readonly bytes: number;
}

export interface PromptMemoryLimits {
  readonly sessions: number;
  readonly linesPerSession: number;
  /** Of text. */
  readonly sessionBytes: number;
  /** Of all sessions, with what stands around the text. */
  readonly bytes: number;
}

/** A small program remembers less. */
const shareOfHeap = 16;

export const memoryLimits: PromptMemoryLimits = {
  sessions: 512,
  linesPerSession: 8,
  sessionBytes: 256 * 1024,
  bytes: Math.min(32 * 1024 * 1024, heapLimit() / shareOfHeap),
};

/** What a block costs beside its text. */
const blockBytes = 160;
/** A part: its hash, its places, the list of its blocks. */
const partBytes = 320;
/** A history of fewer turns is compacted only by the client's own word. */
const leastShortenedTurns = 8;
/** So many sessions of a key are looked through for a conversation that goes on under another marker. */
const otherSessions = 8;

export function createPromptMemory(limits: PromptMemoryLimits = memoryLimits): PromptMemory {
  /** In order of their last use, which is the order of a Map whose entries are set anew. */
  const sessions = new Map<string, SessionPrompts>();
  let bytes = 0;

  function shrink() {
    for (const [session, { bytes: held }] of sessions) {
      if (sessions.size <= limits.sessions && bytes <= limits.bytes) return;
      sessions.delete(session);
      bytes -= held;
    }
  }

  function bestOf(
    lines: readonly PromptLine[],
    blocks: readonly PromptBlock[],
    relation: Comparison['relation'],
  ): FoundLine | undefined {
    let best: FoundLine | undefined;
    for (const line of lines) {
      const comparison = comparePrompts(line.blocks, blocks);
      if (comparison.relation !== relation) continue;
      const { prefixWeight, sharedWeight } = comparison;
      const { prefixWeight: prefix = -1, sharedWeight: shared = -1 } = best?.comparison ?? {};
      // What would have been read had nothing changed: of a tool that came and went, the line that went on meanwhile.
      if (sharedWeight > shared || (sharedWeight === shared && prefixWeight >= prefix)) best = { line, comparison };
    }
    return best;
  }

  const linesOf = (session: string, modelId: string) =>
    (sessions.get(session)?.lines ?? []).filter((line) => line.modelId === modelId);

  /** Without a marker a session is named by its beginning: one that changes there goes on as another session. */
  function neighbours(session: string, modelId: string): readonly PromptLine[] {
    const keyId = sessions.get(session)?.keyId;
    const others = [...sessions.entries()].toReversed().filter(([id, { keyId: of }]) => id !== session && of === keyId);
    return others.slice(0, otherSessions).flatMap(([id]) => linesOf(id, modelId));
  }

  return {
    of(session, keyId) {
      const known = sessions.get(session) ?? { keyId, lines: [], compactedAt: -1, breaks: [], bytes: 0 };
      sessions.delete(session);
      sessions.set(session, known);
      shrink();
      return known;
    },
    look: (session) => sessions.get(session),
    parts(session, endpoint) {
      const lines = (sessions.get(session)?.lines ?? []).filter(({ prompt }) => prompt.endpoint === endpoint);
      // The latest prompt is the likeliest to be gone on from.
      return lines.toReversed().flatMap(({ parts }) => parts);
    },
    find(session, modelId, blocks) {
      const own = linesOf(session, modelId);
      const here = bestOf(own, blocks, 'continued');
      if (here !== undefined) return here;
      // A question that was asked before is no conversation that goes on.
      const there =
        own.length === 0 && turnsOf(blocks) >= 3 ? bestOf(neighbours(session, modelId), blocks, 'continued') : null;
      const compactedAt = sessions.get(session)?.compactedAt ?? -1;
      const grown = own.filter(
        ({ blocks: before, prompt }) => compactedAt >= prompt.sentAt || turnsOf(before) >= leastShortenedTurns,
      );
      return there ?? bestOf(grown, blocks, 'shortened');
    },
    wasElsewhere(session, modelId, blocks) {
      const lines = (sessions.get(session)?.lines ?? []).filter((line) => line.modelId !== modelId);
      return bestOf(lines, blocks, 'continued') !== undefined;
    },
    keep(session, line, before) {
      const held = sessions.get(session);
      if (held === undefined) return;
      const goneOn = before !== undefined && before.blocks.every(({ hash }, at) => line.blocks[at]?.hash === hash);
      held.lines = [...held.lines.filter((one) => one !== before || !goneOn), line].slice(-limits.linesPerSession);
      bytes -= held.bytes;
      const parts = new Set(held.lines.flatMap((one) => one.parts));
      held.bytes =
        parts.size * partBytes +
        fitTexts(
          held.lines.flatMap(({ blocks }) => blocks),
          limits.sessionBytes,
        );
      bytes += held.bytes;
      shrink();
    },
    get bytes() {
      return bytes;
    },
  };
}

/** `now` with the blocks of `before` where they are the same, so that what all calls begin with is held once. */
export function withShared(now: readonly PromptBlock[], before: readonly PromptBlock[]): readonly PromptBlock[] {
  return now.map((block, at) => (before[at]?.hash === block.hash ? before[at] : block));
}

/**
 * Lets go of texts until `most` bytes of them are left, those of the oldest turns first; what is held then, with what stands
 * around them: that of thousands of turns is no reason to forget the text of the latest.
 */
export function fitTexts(own: readonly PromptBlock[], most: number = memoryLimits.sessionBytes): number {
  const blocks = new Set(own);
  const around = blocks.size * blockBytes;
  let bytes = 0;
  for (const { text } of blocks) bytes += text?.length ?? 0;
  for (const isTurn of [true, false])
    for (const block of blocks) {
      if (bytes <= most) return around + bytes;
      if ((block.kind === 'turn') !== isTurn || block.text === null) continue;
      bytes -= block.text.length;
      block.text = null;
    }
  return around + bytes;
}
