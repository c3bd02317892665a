/** Our items as messages of Chat Completions. */
import type { MessageItem, Item, ReasoningItem, ToolCallItem, ToolResultItem } from '../../canonical/conversation.ts';
import { fitCallId } from '../../canonical/fit-id.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { contentOf, encodeTextParts, encodeUserParts, textPart } from './encode-content.ts';

/** A message, and whether the caller wants the prompt cached up to it. */
export interface Encoded {
  readonly message: JsonObject;
  readonly isMarked: boolean;
}

/** The longest id of a call that Chat takes. */
const maxCallIdLength = 40;
/** Chat has no word for a failed call, so its text says it, always in the same way. */
const errorMark = '[error]';

export function encodeMessages(items: readonly Item[], report: Report): readonly Encoded[] {
  const encoded: Encoded[] = [];
  let turn = createTurn(report);
  /** What results hold that a tool message cannot, until the last result of the turn stands. */
  let shown: JsonObject[] = [];

  function closeTurn() {
    encoded.push(...turn.messages());
    turn = createTurn(report);
  }

  function showParts() {
    if (shown.length > 0) encoded.push({ message: { role: 'user', content: shown }, isMarked: false });
    shown = [];
  }

  for (const [index, item] of items.entries()) {
    const path = `items.${index}`;
    if (!isModels(item)) closeTurn();
    if (item.kind !== 'tool-result') showParts();
    switch (item.kind) {
      case 'message':
        if (item.role === 'assistant') turn.say(item, path);
        else encoded.push(...encodeSpoken(item, path, report));
        break;
      case 'reasoning':
        turn.think(item, path);
        break;
      case 'tool-call':
        turn.call(item);
        break;
      case 'tool-result':
        encoded.push({ message: encodeResult(item, path, report), isMarked: isResultMarked(item) });
        shown.push(...beyondText(item, path, report));
        break;
      case 'foreign':
        report({ rule: 'not-carried', path, reason: `Chat has no word for ${item.type}.` });
    }
  }
  closeTurn();
  showParts();
  return encoded;
}

function isModels(item: Item): boolean {
  return (
    item.kind === 'reasoning' || item.kind === 'tool-call' || (item.kind === 'message' && item.role === 'assistant')
  );
}

function encodeSpoken({ role, parts, name }: MessageItem, path: string, report: Report): readonly Encoded[] {
  const encode = role === 'user' ? encodeUserParts : encodeTextParts;
  const content = encode(parts, `${path}.parts`, report);
  // A turn of nothing is refused, and says nothing.
  if (content.length === 0) return [];
  const message = { role, content: contentOf(content), ...(name === undefined ? {} : { name }) };
  return [{ message, isMarked: parts.some((part) => 'cache' in part) }];
}

function encodeResult({ callId, parts, isError }: ToolResultItem, path: string, report: Report): JsonObject {
  const texts = parts.flatMap((part) => (part.kind === 'text' || part.kind === 'refusal' ? textPart(part.text) : []));
  if (isError === true)
    report({
      rule: 'approximated',
      path: `${path}.isError`,
      reason: 'That the call failed is said at the head of its result.',
    });
  const content = contentOf(isError === true ? withErrorMark(texts) : texts);
  return { role: 'tool', tool_call_id: fitCallId(callId, maxCallIdLength), content };
}

function withErrorMark([first, ...others]: readonly JsonObject[]): readonly JsonObject[] {
  const text = first === undefined ? errorMark : `${errorMark} ${String(first['text'])}`;
  return [{ type: 'text', text }, ...others];
}

/** Images and documents of a result, under a head that says whose they are. */
function beyondText({ callId, parts }: ToolResultItem, path: string, report: Report): readonly JsonObject[] {
  const moved = parts.flatMap((part, index) => {
    if (part.kind === 'text' || part.kind === 'refusal') return [];
    return encodeUserParts([part], `${path}.parts.${index}`, report);
  });
  if (moved.length === 0) return [];
  const reason = 'A tool message of Chat holds text alone: the rest follows in a user message behind all results.';
  report({ rule: 'moved', path, reason });
  return [...textPart(`[content of tool result ${fitCallId(callId, maxCallIdLength)}]`), ...moved];
}

function isResultMarked({ cache, parts }: ToolResultItem): boolean {
  return cache !== undefined || parts.some((part) => 'cache' in part);
}

/** A message of the model that is being put together. */
interface Draft {
  reasoning: string;
  opaque: string | null;
  readonly content: JsonObject[];
  readonly refusals: string[];
  readonly calls: JsonObject[];
  name: string | undefined;
  isMarked: boolean;
}

/**
 * One run of what the model said. A message of Chat is reasoning, then text, then calls: what would go backwards in that
 * order begins another message, unless calls are open, whose results must come next.
 */
function createTurn(report: Report) {
  const drafts: Draft[] = [];

  function draftFor(isAhead: (draft: Draft) => boolean, path: string): Draft {
    const last = drafts.at(-1);
    if (last && !isAhead(last)) return last;
    if (last && last.calls.length > 0) {
      const reason = 'A message of Chat has its text before its calls: what was said after one stands before it.';
      report({ rule: 'moved', path, reason });
      return last;
    }
    const draft: Draft = {
      reasoning: '',
      opaque: null,
      content: [],
      refusals: [],
      calls: [],
      name: undefined,
      isMarked: false,
    };
    drafts.push(draft);
    return draft;
  }

  const hasSpoken = ({ content, refusals, calls }: Draft) => content.length + refusals.length + calls.length > 0;

  return {
    think({ text, sealed }: ReasoningItem, path: string) {
      if (text === '' && sealed === null) return;
      if (sealed?.kind !== 'opaque') {
        const reason = 'Reasoning without its seal means nothing to a model.';
        return report({ rule: 'not-carried', path, reason });
      }
      // A seal is of the message as a whole: beside calls it has no place of its own, and often comes behind them.
      const isBehind = (last: Draft) => last.opaque !== null || (hasSpoken(last) && last.calls.length === 0);
      const draft = draftFor(isBehind, path);
      if (draft.opaque !== null)
        report({ rule: 'not-carried', path, reason: 'A message of Chat holds one seal: the last one stays.' });
      draft.reasoning += text;
      draft.opaque = sealed.blob;
    },
    say({ parts, name }: MessageItem, path: string) {
      const spoken = parts.filter((part) => part.kind !== 'refusal');
      const content = encodeTextParts(spoken, `${path}.parts`, report);
      const refusals = parts.flatMap((part) => (part.kind === 'refusal' ? [part.text] : []));
      if (parts.some((part) => part.kind === 'text' && part.annotations?.length))
        report({ rule: 'not-carried', path, reason: 'Chat takes no citations back.' });
      if (content.length + refusals.length === 0) return;
      const draft = draftFor(hasSpoken, path);
      draft.content.push(...content);
      draft.refusals.push(...refusals);
      draft.name ??= name;
      draft.isMarked ||= parts.some((part) => 'cache' in part);
    },
    call(item: ToolCallItem) {
      const draft = draftFor(() => false, '');
      draft.calls.push(encodeCall(item));
      draft.isMarked ||= item.cache !== undefined;
    },
    messages: () => drafts.map((draft) => ({ message: messageOf(draft), isMarked: draft.isMarked })),
  };
}

function encodeCall({ callId, name, input, sealed }: ToolCallItem): JsonObject {
  const thought = sealed?.kind === 'thought' ? { thought_signature: sealed.blob } : {};
  return {
    id: fitCallId(callId, maxCallIdLength),
    type: 'function',
    function: { name, arguments: input === '' ? '{}' : input, ...thought },
  };
}

function messageOf({ reasoning, opaque, content, refusals, calls, name }: Draft): JsonObject {
  return {
    role: 'assistant',
    content: content.length === 0 ? null : contentOf(content),
    ...(name === undefined ? {} : { name }),
    ...(refusals.length === 0 ? {} : { refusal: refusals.join('') }),
    ...(reasoning === '' ? {} : { reasoning_text: reasoning }),
    ...(opaque === null ? {} : { reasoning_opaque: opaque }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}
