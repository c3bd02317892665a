/** Tool calls of a Chat Completions stream as blocks: opened by their name, ended by what follows them. */
import type { Sealed } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { thoughtOf } from './decode-messages.ts';
import { createCallTracker } from './track-calls.ts';

export interface CallBlocks {
  /**
   * One call of a delta. What it opens takes the number that `nextBlock` gives. `literalOf` finds the JSON literal that a
   * text arrived in: half of a surrogate pair lives in no other form.
   */
  read(entry: JsonObject, literalOf: (text: string) => string): void;
  /** More of the arguments of the call that was read last. */
  extend(literal: string): void;
  /** Something else begins: calls whose arguments are complete end here. */
  endWhole(): void;
  endAll(): void;
  /** A call without a name, which nobody can make. */
  hasNameless(): boolean;
  /** A model that writes blanks for ever; it bills for them. */
  readonly ranAway: boolean;
  readonly count: number;
}

export interface CallBlocksOptions {
  readonly emit: (part: StreamPart) => void;
  readonly nextBlock: () => number;
  readonly mintCallId: (index: number) => string;
}

interface CallBlock {
  readonly block: number;
  /** Its arguments so far: the bodies of their literals, which together are the body of one. */
  body: string;
  open: boolean;
  isSealed: boolean;
}

/** Indented code has long runs of blanks too: 20 broke some, 500 none. */
const maxBlanks = 500;
const blanksAlone = /^(?: |\\[nrt])*$/;
const manyBlanks = /(?: |\\[nrt]){501}/;
const oneBlank = / |\\[nrt]/g;

export function createCallBlocks({ emit, nextBlock, mintCallId }: CallBlocksOptions): CallBlocks {
  const blocks = new Map<number, CallBlock>();
  let last: CallBlock | undefined;
  /** Calls whose name has not come. */
  const nameless = new Set<number>();
  let blanks = 0;
  let ranAway = false;
  const tracker = createCallTracker({
    mintId: mintCallId,
    isWhole: (index) => {
      const call = blocks.get(index);
      return call !== undefined && isWhole(call);
    },
  });

  function endWhole() {
    for (const call of blocks.values()) if (call.open && isWhole(call)) end(call);
  }

  function end(call: CallBlock) {
    if (!call.open) return;
    call.open = false;
    emit({ type: 'block-end', block: call.block });
  }

  function addTo(call: CallBlock, literal: string) {
    if (literal === '""' || !call.open) return;
    const body = literal.slice(1, -1);
    call.body += body;
    watchBlanks(body);
    emit({ type: 'delta', block: call.block, literal });
  }

  function watchBlanks(body: string) {
    if (blanksAlone.test(body)) blanks += body.match(oneBlank)?.length ?? 0;
    else blanks = body.length > maxBlanks && manyBlanks.test(body) ? maxBlanks + 1 : 0;
    if (blanks > maxBlanks) ranAway = true;
  }

  function seal(call: CallBlock, sealed: Sealed | null) {
    if (!sealed || call.isSealed || !call.open) return;
    call.isSealed = true;
    emit({ type: 'seal', block: call.block, sealed });
  }

  return {
    read(entry, literalOf) {
      const { call, state, name, pieces } = tracker.step(entry);
      if (state === 'held') {
        nameless.add(call.index);
        return;
      }
      let known = blocks.get(call.index);
      if (!known) {
        endWhole();
        known = { block: nextBlock(), body: '', open: true, isSealed: false };
        blocks.set(call.index, known);
        blanks = 0;
        nameless.delete(call.index);
        emit({
          type: 'block-start',
          block: known.block,
          kind: 'tool-call',
          callId: call.id,
          name,
          namespace: null,
          form: 'function',
        });
      }
      last = known;
      addTo(known, literalOf(pieces));
      seal(known, thoughtOf(entry));
    },
    extend(literal) {
      if (last) addTo(last, literal);
    },
    endWhole,
    endAll() {
      for (const call of blocks.values()) end(call);
    },
    hasNameless: () => nameless.size > 0,
    get ranAway() {
      return ranAway;
    },
    get count() {
      return tracker.count;
    },
  };
}

/** Only an object is complete in itself: digits may go on. */
function isWhole({ body }: CallBlock): boolean {
  return body.trimEnd().endsWith('}') && parseLatin1Json(String(parseLatin1Json(`"${body}"`))) !== undefined;
}
