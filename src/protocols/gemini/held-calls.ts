/** Calls of an answer, which Gemini tells whole: held until what seals them is known, too. */
import { isObject } from '../../canonical/json-value.ts';
import type { Sealed } from '../../canonical/conversation.ts';
import type { BlockStart } from '../../canonical/stream-part.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';

type CallStart = Extract<BlockStart, { readonly kind: 'tool-call' }>;

export interface HeldCall {
  /** The object of `functionCall`, as JSON. */
  readonly json: string;
  readonly sealed: Sealed | null;
}

export interface HeldCalls {
  open(start: CallStart): void;
  /** Whether it is a call's. */
  add(block: number, literal: string): boolean;
  seal(block: number, sealed: Sealed): boolean;
  close(block: number): void;
  /** The calls that are whole and that no open one stands before. */
  take(): readonly HeldCall[];
  /** How many are held. */
  readonly count: number;
  /** The rest, as the answer ends. Those whose arguments are no object are left out, and counted. */
  end(): { readonly calls: readonly HeldCall[]; readonly broken: number };
}

interface Draft {
  readonly start: CallStart;
  /** The arguments as the body of one literal. */
  body: string;
  sealed: Sealed | null;
  /** Null while it is open, undefined where its arguments are no object. */
  json: string | null | undefined;
}

export function createHeldCalls(): HeldCalls {
  /** In the order in which they opened. */
  const drafts = new Map<number, Draft>();
  let broken = 0;

  function close(draft: Draft) {
    draft.json ??= callJson(draft.start, draft.body);
  }

  function takeAll(hasEnded: boolean): readonly HeldCall[] {
    const calls: HeldCall[] = [];
    for (const [block, draft] of drafts) {
      if (draft.json === null && !hasEnded) break;
      close(draft);
      drafts.delete(block);
      if (draft.json === undefined || draft.json === null) broken += 1;
      else calls.push({ json: draft.json, sealed: draft.sealed });
    }
    return calls;
  }

  return {
    open: (start) => void drafts.set(start.block, { start, body: '', sealed: null, json: null }),
    add(block, literal) {
      const draft = drafts.get(block);
      if (draft) draft.body += literal.slice(1, -1);
      return draft !== undefined;
    },
    seal(block, sealed) {
      const draft = drafts.get(block);
      if (draft) draft.sealed = sealed;
      return draft !== undefined;
    },
    close(block) {
      const draft = drafts.get(block);
      if (draft) close(draft);
    },
    get count() {
      return drafts.size;
    },
    take: () => takeAll(false),
    end: () => ({ calls: takeAll(true), broken }),
  };
}

/** Undefined where the arguments are no object. They are written as the model wrote them, digit by digit. */
function callJson({ callId, name }: CallStart, body: string): string | undefined {
  const text = String(parseLatin1Json(`"${body}"`)).trim();
  if (text !== '' && !isObject(parseLatin1Json(text))) return undefined;
  const args = text === '' ? '{}' : text.replaceAll(/[\r\n]/g, ' ');
  return `{"id":${JSON.stringify(callId)},"name":${JSON.stringify(name)},"args":${args}}`;
}
