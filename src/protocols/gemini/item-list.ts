/** Items as they are put together from parts, many of which continue the one before: a stream's chunks come back one by one. */
import type { Part } from '../../canonical/content.ts';
import type { Item, ReasoningItem, ToolCallItem, ToolResultItem } from '../../canonical/conversation.ts';

interface Message {
  readonly kind: 'message';
  readonly role: 'user' | 'assistant';
  readonly parts: Part[];
}

type Draft = Message | { -readonly [Key in keyof ReasoningItem]: ReasoningItem[Key] } | ToolCallItem | ToolResultItem;

export interface ItemList {
  /** A user's part; those of one turn of theirs are one item. */
  addUserPart(part: Part, turn: number): void;
  /** What the model said. Text that follows text is one text, whatever it thought between. */
  addModelPart(part: Part): void;
  addThought(text: string): void;
  /** Seals what was thought last, if that has no seal; else it stands for itself. */
  addSeal(blob: string): void;
  addCall(call: ToolCallItem): void;
  addResult(result: ToolResultItem): void;
  readonly items: readonly Item[];
}

export function createItemList(): ItemList {
  const items: Draft[] = [];
  let lastUserTurn = -1;

  /** What the model said last in this turn of its. */
  function lastSaid(): Message | null {
    const last = items.findLast(({ kind }) => kind !== 'reasoning');
    return last?.kind === 'message' && last.role === 'assistant' ? last : null;
  }

  function lastThought() {
    for (const item of items.toReversed()) {
      if (item.kind === 'reasoning') return item.sealed === null ? item : null;
      if (item.kind === 'tool-result' || (item.kind === 'message' && item.role === 'user')) return null;
    }
    return null;
  }

  return {
    items,
    addUserPart(part, turn) {
      const last = items.at(-1);
      if (last?.kind === 'message' && last.role === 'user' && lastUserTurn === turn) last.parts.push(part);
      else items.push({ kind: 'message', role: 'user', parts: [part] });
      lastUserTurn = turn;
    },
    addModelPart(part) {
      const message = lastSaid();
      if (!message) return void items.push({ kind: 'message', role: 'assistant', parts: [part] });
      const before = message.parts.at(-1);
      if (before?.kind === 'text' && part.kind === 'text')
        message.parts.splice(-1, 1, { kind: 'text', text: before.text + part.text });
      else message.parts.push(part);
    },
    addThought(text) {
      const last = items.at(-1);
      if (last?.kind === 'reasoning' && last.sealed === null) last.text += text;
      else items.push({ kind: 'reasoning', text, sealed: null });
    },
    addSeal(blob) {
      const sealed = { kind: 'thought', blob, id: null } as const;
      const thought = lastThought();
      if (thought) thought.sealed = sealed;
      else items.push({ kind: 'reasoning', text: '', sealed });
    },
    addCall: (call) => void items.push(call),
    addResult: (result) => void items.push(result),
  };
}
