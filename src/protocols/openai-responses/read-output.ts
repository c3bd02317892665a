/** The items of a Responses stream as blocks: each said once, whether in deltas, in the event that ends it, or only whole. */
import type { CallForm } from '../../canonical/conversation.ts';
import { isObject, objectOf, ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import { decodeAnnotation } from './annotation.ts';
import { partSeparator, textsOf } from './decode-items.ts';
import { decodeLogprobs } from '../openai-logprobs.ts';

/** One block as far as it was said. */
interface Block {
  readonly block: number;
  open: boolean;
  said: boolean;
  annotations: number;
}

interface OutputItem {
  /** As it was said; null while only deltas came. */
  type: unknown;
  isDone: boolean;
  phase: string | null;
  /** Text and refusals by content index; of reasoning and of calls the one at 0. */
  readonly blocks: Map<number, Block>;
  call: JsonObject | null;
  /** Deltas of a call whose name is not known yet. */
  held: string[];
  /** Which of its two texts reasoning is told by: the one that came first. */
  told: 'summary' | 'thought' | null;
  partIndex: number;
}

export type OutputReader = ReturnType<typeof createOutputReader>;

const callForms: Readonly<Record<string, CallForm>> = {
  function_call: 'function',
  custom_tool_call: 'custom',
  local_shell_call: 'local-shell',
};

const separator = JSON.stringify(partSeparator);

export function createOutputReader(emit: (part: StreamPart) => void, mintCallId: (index: number) => string) {
  const items = new Map<number, OutputItem>();
  let blockCount = 0;
  let callCount = 0;
  let refused = false;

  function itemAt(index: number): OutputItem {
    let item = items.get(index);
    if (!item) {
      item = {
        type: null,
        isDone: false,
        phase: null,
        blocks: new Map(),
        call: null,
        held: [],
        told: null,
        partIndex: 0,
      };
      items.set(index, item);
    }
    return item;
  }

  function add(item: OutputItem, key: number): Block {
    const block = { block: blockCount, open: true, said: false, annotations: 0 };
    blockCount += 1;
    item.blocks.set(key, block);
    return block;
  }

  function close(block: Block) {
    if (!block.open) return;
    block.open = false;
    emit({ type: 'block-end', block: block.block });
  }

  function say(block: Block, literal: string) {
    if (!block.open || literal === '""') return;
    block.said = true;
    emit({ type: 'delta', block: block.block, literal });
  }

  function contentBlock(item: OutputItem, key: number, kind: 'text' | 'refusal'): Block {
    const known = item.blocks.get(key);
    if (known) return known;
    for (const other of item.blocks.values()) close(other);
    const opened = add(item, key);
    if (kind === 'refusal') refused = true;
    emit(
      kind === 'text'
        ? { type: 'block-start', block: opened.block, kind, phase: item.phase }
        : { type: 'block-start', block: opened.block, kind },
    );
    return opened;
  }

  /** A part's text where no delta said it: opens nothing for an empty one. */
  function contentText(index: number, key: number, { text, refusal, logprobs: tokens }: JsonObject) {
    const item = itemAt(index);
    const said = typeof text === 'string' ? text : refusal;
    if (typeof said !== 'string' || said === '' || item.blocks.get(key)?.said) return;
    if (Array.isArray(tokens)) logprobs(index, key, tokens);
    say(contentBlock(item, key, typeof text === 'string' ? 'text' : 'refusal'), JSON.stringify(said));
  }

  function annotation(index: number, key: number, value: unknown) {
    const decoded = decodeAnnotation(value);
    if (!decoded) return;
    const block = contentBlock(itemAt(index), key, 'text');
    if (!block.open) return;
    block.annotations += 1;
    emit({ type: 'annotation', block: block.block, annotation: decoded });
  }

  function contentDone(index: number, key: number, part: JsonObject) {
    contentText(index, key, part);
    const listed: readonly unknown[] = Array.isArray(part['annotations']) ? part['annotations'] : [];
    for (const value of listed.slice(itemAt(index).blocks.get(key)?.annotations ?? 0)) annotation(index, key, value);
    const block = itemAt(index).blocks.get(key);
    if (block) close(block);
  }

  function logprobs(index: number, key: number, value: unknown) {
    const tokens = decodeLogprobs(value);
    if (tokens.length === 0) return;
    const { block, open } = contentBlock(itemAt(index), key, 'text');
    if (open) emit({ type: 'logprobs', block, tokens });
  }

  function reasoningBlock(item: OutputItem): Block {
    const known = item.blocks.get(0);
    if (known) return known;
    const opened = add(item, 0);
    emit({ type: 'block-start', block: opened.block, kind: 'reasoning' });
    return opened;
  }

  function reasoningDelta(index: number, part: number, kind: 'summary' | 'thought', literal: string) {
    const item = itemAt(index);
    if (literal === '""' || (item.told ?? kind) !== kind) return;
    item.told = kind;
    const block = reasoningBlock(item);
    if (block.said && part !== item.partIndex) say(block, separator);
    item.partIndex = part;
    say(block, literal);
  }

  function reasoningDone(item: OutputItem, { summary, content, encrypted_content: blob, id }: JsonObject) {
    if (!item.blocks.get(0)?.said) {
      const text = textsOf(summary) || textsOf(content);
      if (text !== '') say(reasoningBlock(item), JSON.stringify(text));
    }
    if (typeof blob === 'string' && blob !== '') {
      const { block, open } = reasoningBlock(item);
      const sealed = { kind: 'encrypted', blob, id: typeof id === 'string' ? id : null } as const;
      if (open) emit({ type: 'seal', block, sealed });
    }
    const block = item.blocks.get(0);
    if (block) close(block);
  }

  /** Null while its name is not known. */
  function callBlock(item: OutputItem, call: JsonObject | null, form: CallForm | undefined): Block | null {
    const known = item.blocks.get(0);
    if (known) return known;
    const { call_id: callId, name = form === 'local-shell' ? 'local_shell' : undefined, namespace } = call ?? {};
    if (!form || typeof name !== 'string' || name === '') return null;
    const opened = add(item, 0);
    emit({
      type: 'block-start',
      block: opened.block,
      kind: 'tool-call',
      callId: typeof callId === 'string' && callId !== '' ? callId : mintCallId(callCount),
      name,
      namespace: typeof namespace === 'string' ? namespace : null,
      form,
    });
    callCount += 1;
    for (const literal of item.held) say(opened, literal);
    item.held = [];
    return opened;
  }

  function callInput(index: number, input: unknown) {
    const item = itemAt(index);
    const block = item.blocks.get(0);
    if (block && !block.said && typeof input === 'string') say(block, JSON.stringify(input));
    item.isDone = typeof input === 'string';
  }

  function callDone(index: number, call: JsonObject, form: CallForm) {
    const block = callBlock(itemAt(index), call, form);
    if (!block) return;
    callInput(index, form === 'local-shell' ? JSON.stringify(call['action']) : (call['arguments'] ?? call['input']));
    close(block);
  }

  function itemAdded(index: number, item: JsonObject) {
    const known = itemAt(index);
    const { type, phase } = item;
    known.type = type;
    if (typeof phase === 'string') known.phase = phase;
    // A shell call is only told whole: its action is no text that grows.
    if (type === 'function_call' || type === 'custom_tool_call') callBlock(known, item, callForms[type]);
  }

  function itemDone(index: number, item: JsonObject) {
    const known = itemAt(index);
    const { type, phase, content } = item;
    known.type = type;
    known.isDone = true;
    const form = typeof type === 'string' ? ownEntry(callForms, type) : undefined;
    if (typeof phase === 'string') known.phase = phase;
    if (form) callDone(index, item, form);
    else if (type === 'reasoning') reasoningDone(known, item);
    else if (type === 'message' && Array.isArray(content))
      for (const [key, part] of (content as readonly unknown[]).entries()) contentDone(index, key, objectOf(part));
    for (const block of known.blocks.values()) close(block);
  }

  return {
    itemAdded,
    itemDone,
    contentText,
    contentDone,
    annotation,
    logprobs,
    reasoningDelta,
    callInput,
    contentDelta(index: number, key: number, kind: 'text' | 'refusal', literal: string) {
      const item = itemAt(index);
      const block = item.blocks.get(key) ?? (literal === '""' ? null : contentBlock(item, key, kind));
      if (block) say(block, literal);
    },
    callDelta(index: number, literal: string) {
      const item = itemAt(index);
      const block = item.blocks.get(0);
      if (block) say(block, literal);
      else item.held.push(literal);
    },
    /** A summary part's or a thought's text where no delta said it. */
    reasoningText(index: number, part: number, kind: 'summary' | 'thought', text: unknown) {
      const item = itemAt(index);
      const wasSaid = item.blocks.get(0)?.said === true && part <= item.partIndex;
      if (!wasSaid && typeof text === 'string') reasoningDelta(index, part, kind, JSON.stringify(text));
    },
    hasCalls: () => callCount > 0,
    hasRefusal: () => refused,
    /**
     * The stream is over; what it did not tell of its items is read from the last event, which repeats them. What is wrong
     * with a call that nobody can make; a call that the limit cut is as unfinished as the answer says.
     */
    close(output: unknown, incomplete: boolean): string | null {
      const whole: readonly unknown[] = Array.isArray(output) ? output : [];
      if ([...items].every(([index, { type }]) => type === null || type === objectOf(whole[index])['type']))
        for (const [index, item] of whole.entries())
          if (isObject(item) && items.get(index)?.isDone !== true) itemDone(index, item);
      for (const item of items.values()) {
        const isCall = typeof item.type === 'string' && ownEntry(callForms, item.type) !== undefined;
        if ((isCall || item.held.length > 0) && item.blocks.size === 0)
          return 'The upstream called a tool without a name.';
        if (isCall && !item.isDone && !incomplete) return 'The answer ended inside a tool call.';
        for (const block of item.blocks.values()) close(block);
      }
      return null;
    },
  };
}
