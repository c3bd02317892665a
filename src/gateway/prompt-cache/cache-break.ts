/** A lost cache in words: which block, and what of it changed. */
import type { CacheBreak } from '../../canonical/cache-finding.ts';
import { utf8Text } from '../latin1-view.ts';
import { sameEnds, type PromptChange } from './compare-prompts.ts';

/** For the log, where nothing of a prompt may stand. */
export function cacheBreakText(
  cause: CacheBreak['cause'],
  block: CacheBreak['block'],
  change: CacheBreak['change'],
): string {
  if (cause === 'backend') return 'the backend loses the prompt cache of this session again and again';
  const what = { changed: 'has changed', added: 'was added', removed: 'was removed', moved: 'has moved' } as const;
  return `the prompt cache of this session broke: ${block ?? 'a block'} ${what[change ?? 'changed']}`;
}

const shownAround = 30;
const shownMost = 160;

/** The part of either text that differs, with a few characters around it. */
export function excerpts({ kind, before, after }: PromptChange): Pick<CacheBreak, 'before' | 'after'> {
  const old = before?.text ?? null;
  const now = after?.text ?? null;
  if (kind === 'moved') return { before: null, after: null };
  if (old === null || now === null) return { before: old && cut(old, 0, 0), after: now && cut(now, 0, 0) };
  const { start, end } = sameEnds(old, now);
  return { before: cut(old, start, end), after: cut(now, start, end) };
}

function cut(text: string, start: number, end: number): string {
  const from = start <= shownAround ? 0 : start - shownAround;
  const to = Math.min(text.length - end + shownAround, text.length, from + shownMost);
  // A view may be cut within a character: its halves become the replacement character, and are left out.
  const shown = utf8Text(text.slice(from, to)).replaceAll('\uFFFD', '');
  return `${from > 0 ? '…' : ''}${shown}${to < text.length ? '…' : ''}`;
}
