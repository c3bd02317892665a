/** Sealed reasoning on its way back up: taken out of our envelopes for the model that made it, left behind for any other. */
import type { Item, ReasoningItem, Sealed, ToolCallItem } from '../canonical/conversation.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { Report } from '../canonical/request-edit.ts';
import type { SealedEntry } from '../protocols/protocol.ts';
import { openEnvelope, type SealOwner } from './sealed-envelope.ts';

/** Where an entry goes within its turn: `at` other items stand before it. */
interface Placed {
  readonly item: ReasoningItem;
  readonly at: number;
}

/**
 * `client` names whose bare seals these are: on a translated request they belong to another model. Of a family that does not
 * fit, the first block and all later ones go: a model takes its own thinking without a beginning for forged.
 */
export function unsealItems(
  items: readonly Item[],
  owner: SealOwner,
  client: ProtocolId,
  report: Report,
): readonly Item[] {
  const leftBehind = new Set<string>();

  function leave(family: string, index: number) {
    leftBehind.add(family);
    const reason = `The reasoning of ${family} cannot be read by ${owner.family}, or not by this account.`;
    report({ rule: 'reasoning-left-behind', reason, path: `items.${index}` });
  }

  /** The entries of a seal that this model can open; null where it cannot. */
  function entriesOf(sealed: Sealed, index: number): readonly SealedEntry[] | null {
    const envelope = openEnvelope(sealed.blob);
    if (envelope?.kind !== 'ours') {
      leave(envelope === null ? `${client} callers` : 'a damaged envelope', index);
      return null;
    }
    const { family, accountTag } = envelope.owner;
    if (family !== owner.family || accountTag !== owner.accountTag || leftBehind.has(family)) {
      leave(family, index);
      return null;
    }
    return envelope.entries;
  }

  function unsealTurn(turn: readonly Item[], from: number): readonly Item[] {
    const others: Item[] = [];
    const placed: Placed[] = [];
    const thoughts: SealedEntry[] = [];
    /** Shown text whose seal comes later, as from Copilot's Chat. */
    let unsealedText = '';
    for (const [offset, item] of turn.entries()) {
      if (item.kind === 'tool-call' && item.sealed) {
        leave(`${client} callers`, from + offset);
        others.push({ ...item, sealed: null });
      } else if (item.kind !== 'reasoning') {
        others.push(item);
      } else if (item.sealed === null) {
        unsealedText += item.text;
      } else {
        const entries = entriesOf(item.sealed, from + offset) ?? [];
        const single = entries.length === 1;
        // What was shown of several thoughts is one text with Chat: it stands on the first of them, once.
        let shown = item.text;
        for (const entry of entries) {
          if (entry.kind === 'thought') {
            thoughts.push(entry);
            continue;
          }
          const text = entry.text ?? (item.text === '' && entry.kind === 'opaque' ? unsealedText : shown);
          unsealedText = '';
          shown = '';
          const { at, text: _text, ...sealed } = entry;
          // Gemini's callers keep a seal on the call behind it, though text may stand between.
          const isInPlace = single && item.sealed.kind !== 'thought';
          placed.push({ item: { kind: 'reasoning', text, sealed }, at: isInPlace ? others.length : at });
        }
      }
    }
    if (unsealedText !== '') {
      const reason = 'Reasoning without its seal means nothing to a model.';
      report({ rule: 'not-carried', reason, path: `items.${from}` });
    }
    return weave(others.map(withThoughts(thoughts)), placed);
  }

  return inTurns(items, unsealTurn);
}

/** Every run of what the model said goes through `change`; all else stays. */
function inTurns(
  items: readonly Item[],
  change: (turn: readonly Item[], from: number) => readonly Item[],
): readonly Item[] {
  const result: Item[] = [];
  let turn: Item[] = [];
  for (const [index, item] of items.entries()) {
    if (isModels(item)) turn.push(item);
    else {
      result.push(...change(turn, index - turn.length), item);
      turn = [];
    }
  }
  result.push(...change(turn, items.length - turn.length));
  return result;
}

function isModels(item: Item): boolean {
  if (item.kind === 'message') return item.role === 'assistant';
  return item.kind === 'reasoning' || item.kind === 'tool-call';
}

/** Gemini's seal on a call: it travelled beside it, and `at` says which one it was. */
function withThoughts(thoughts: readonly SealedEntry[]): (item: Item, index: number) => Item {
  return (item, index) => {
    const thought = thoughts.find(({ at }) => at === index);
    if (item.kind !== 'tool-call' || !thought) return item;
    const { at: _at, text: _text, ...sealed } = thought;
    return { ...item, sealed } satisfies ToolCallItem;
  };
}

/** Reasoning before the item it preceded; what would come after the last one stands before it. */
function weave(others: readonly Item[], placed: readonly Placed[]): Item[] {
  const last = Math.max(0, others.length - 1);
  const result: Item[] = [];
  for (const [index, item] of others.entries()) {
    for (const { item: reasoning, at } of placed) if (Math.min(at, last) === index) result.push(reasoning);
    result.push(item);
  }
  return others.length === 0 ? placed.map(({ item }) => item) : result;
}
