/** What two prompts of a session have in common, where the first difference is, and what is paid again because of it. */
import type { PromptBlock } from './cut-prompt.ts';

export interface PromptChange {
  readonly kind: 'changed' | 'added' | 'removed' | 'moved';
  readonly name: string;
  readonly before: PromptBlock | undefined;
  readonly after: PromptBlock | undefined;
}

export interface Comparison {
  /**
   * `continued`: the same conversation, whatever was changed of it. `shortened`: the same tools and system prompt before a
   * shorter history. `other`: a sub-agent, a title, another conversation.
   */
  readonly relation: 'continued' | 'shortened' | 'other';
  /** Of the blocks that both begin with. */
  readonly prefixWeight: number;
  /** Of the blocks that both have, at any place. */
  readonly sharedWeight: number;
  /** Of what both have behind the first difference, with what a changed tool or system block still says. */
  readonly rebilledWeight: number;
  /** Null where one is the beginning of the other. */
  readonly change: PromptChange | null;
}

/** Half of it says the same. */
const alike = 0.5;
const shortened = 0.7;

export function comparePrompts(before: readonly PromptBlock[], now: readonly PromptBlock[]): Comparison {
  let common = 0;
  while (common < before.length && common < now.length && before[common]?.hash === now[common]?.hash) common += 1;
  const prefixWeight = weightOf(now.slice(0, common));
  const isBeginning = common === before.length || common === now.length;
  const behind = sharedBlocks(before.slice(common), now.slice(common));
  const sharedWeight = prefixWeight + weightOf(behind.shared);
  const change = isBeginning ? null : changeAt(before, now, common, behind.kept);
  const { before: old, after } = change?.kind === 'changed' ? change : {};
  // A turn that is said anew is new; a tool or a rule that is said a little differently was paid already.
  const still = old && after && after.kind !== 'turn' ? after.weight * likeness(old, after) : 0;
  return {
    relation: relationOf(before, now, common),
    prefixWeight,
    sharedWeight,
    rebilledWeight: isBeginning ? 0 : weightOf(behind.shared) + still,
    change,
  };
}

export function weightOf(blocks: readonly PromptBlock[]): number {
  return blocks.reduce((sum, { weight }) => sum + weight, 0);
}

const isTurn = ({ kind }: PromptBlock) => kind === 'turn';
const isHead = ({ kind }: PromptBlock) => kind !== 'turn';

function relationOf(before: readonly PromptBlock[], now: readonly PromptBlock[], common: number) {
  const turnsBefore = before.filter(isTurn);
  const turnsNow = now.filter(isTurn);
  if (common === before.length && turnsBefore.length > 0) return 'continued';
  if (!areHeadsAlike(before.filter(isHead), now.filter(isHead))) return 'other';
  if (areTurnsAlike(turnsBefore, turnsNow)) return 'continued';
  return weightOf(turnsNow) < weightOf(turnsBefore) * shortened ? 'shortened' : 'other';
}

export function turnsOf(blocks: readonly PromptBlock[]): number {
  return new Set(blocks.filter(isTurn).map(({ turn }) => turn)).size;
}

/** Titles and other side calls have no tools, or others. */
function areHeadsAlike(before: readonly PromptBlock[], now: readonly PromptBlock[]): boolean {
  const hasTools = (blocks: readonly PromptBlock[]) => blocks.some(({ kind }) => kind === 'tool');
  if (hasTools(before) !== hasTools(now)) return false;
  const lesser = Math.min(weightOf(before), weightOf(now));
  const { shared, kept } = sharedBlocks(before, now);
  const byPlace = new Map(before.map((block) => [block.place, block]));
  let weight = weightOf(shared);
  for (const block of now) {
    const old = byPlace.get(block.place);
    if (old !== undefined && !kept.has(block.hash)) weight += block.weight * likeness(old, block);
  }
  return weight >= lesser * alike;
}

/** The first turn is the same, or most of what came behind it. */
function areTurnsAlike(before: readonly PromptBlock[], now: readonly PromptBlock[]): boolean {
  const firstOf = (turns: readonly PromptBlock[]) => turns.filter(({ turn }) => turn === turns[0]?.turn);
  const first = firstOf(before);
  const firstNow = firstOf(now);
  if (
    first.length > 0 &&
    first.length === firstNow.length &&
    first.every(({ hash }, at) => hash === firstNow[at]?.hash)
  )
    return true;
  const rest = before.slice(first.length);
  const { shared } = sharedBlocks(rest, now.slice(firstNow.length));
  return rest.length >= 2 && weightOf(shared) >= weightOf(rest) * alike;
}

const nothingShared = { shared: [], kept: new Set<string>() } as const;

/** The blocks of `now` that `before` has too, each as often as both have it, and their hashes. */
function sharedBlocks(before: readonly PromptBlock[], now: readonly PromptBlock[]) {
  // The usual prompt goes on from the one before, and nothing of that one is left.
  if (before.length === 0 || now.length === 0) return nothingShared;
  const left = new Map<string, number>();
  for (const { hash } of before) left.set(hash, (left.get(hash) ?? 0) + 1);
  const shared = now.filter(({ hash }) => {
    const count = left.get(hash) ?? 0;
    if (count > 0) left.set(hash, count - 1);
    return count > 0;
  });
  return { shared, kept: new Set(shared.map(({ hash }) => hash)) };
}

function changeAt(
  before: readonly PromptBlock[],
  now: readonly PromptBlock[],
  at: number,
  kept: ReadonlySet<string>,
): PromptChange | null {
  const old = before[at];
  const next = now[at];
  if (old === undefined || next === undefined) return null;
  const staysOld = kept.has(old.hash);
  const wasNext = kept.has(next.hash);
  if (staysOld && wasNext) return { kind: 'moved', name: next.name, before: old, after: next };
  const placesNow = new Set(now.slice(at).map(({ place }) => place));
  const placesBefore = new Set(before.slice(at).map(({ place }) => place));
  if (old.place === next.place && old.kind !== 'tool')
    // Turns and system blocks have numbers for places: one that slid in or fell out moves all behind it.
    if (staysOld) return { kind: 'added', name: next.name, before: undefined, after: next };
    else if (wasNext) return { kind: 'removed', name: old.name, before: old, after: undefined };
  if (old.place !== next.place) {
    if (!placesNow.has(old.place)) return { kind: 'removed', name: old.name, before: old, after: undefined };
    if (!placesBefore.has(next.place)) return { kind: 'added', name: next.name, before: undefined, after: next };
  }
  return { kind: 'changed', name: next.name, before: old, after: next };
}

/** The share of two texts that is the same at their beginnings and ends. */
function likeness(before: PromptBlock, after: PromptBlock): number {
  const long = Math.max(before.weight, after.weight);
  if (before.text === null || after.text === null) return Math.abs(before.weight - after.weight) < long / 10 ? 0.9 : 0;
  const { start, end } = sameEnds(before.text, after.text);
  return (start + end) / Math.max(before.text.length, after.text.length, 1);
}

/** How many characters two texts begin and end with in common; the ends never overlap. */
export function sameEnds(before: string, after: string): { readonly start: number; readonly end: number } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end))
    end += 1;
  return { start, end };
}
