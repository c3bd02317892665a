/** Reads the events that only go on with a block, without parsing them: nearly all of a stream is such events. */
import { ownEntry } from '../../canonical/json-value.ts';
import { closingQuote, isLiteral } from '../../framing/json-literal.ts';

/** What a delta event says. Valid until the next `read`. */
export interface DeltaFrame {
  index: number;
  kind: 'text' | 'thinking' | 'input';
  /** The delta as the JSON literal it arrived in. */
  literal: string;
}

/** Up to the literal, as every known backend writes it; whatever looks otherwise is parsed. */
const beginning =
  /^\{ ?"type": ?"content_block_delta", ?"index": ?(\d{1,6}), ?"delta": ?\{ ?"type": ?"(text_delta|thinking_delta|input_json_delta)", ?"(?:text|thinking|partial_json)": ?"/;
const ending = /^ ?\} ?\}$/;

const kindOf: Readonly<Record<string, DeltaFrame['kind']>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  input_json_delta: 'input',
};

/**
 * The events of one block differ in their literal alone, so what stands around it is read once and then compared. Measured:
 * half of what reading each costs.
 */
export function createDeltaReader(): { readonly frame: Readonly<DeltaFrame>; read(data: string): boolean } {
  const frame: DeltaFrame = { index: 0, kind: 'text', literal: '""' };
  /** Around the literal, quotes included. Empty: nothing was read yet. */
  let head = '';
  let tail = '';

  function isLikeBefore(data: string): boolean {
    return head !== '' && data.slice(0, head.length) === head && data.slice(-tail.length) === tail;
  }

  function learn(data: string): boolean {
    const begun = beginning.exec(data);
    if (!begun) return false;
    const [found, index, type = ''] = begun;
    const close = closingQuote(data, found.length - 1);
    if (close < 0 || !ending.test(data.slice(close + 1))) return false;
    head = found;
    tail = data.slice(close);
    frame.index = Number(index);
    frame.kind = ownEntry(kindOf, type) ?? 'text';
    return true;
  }

  return {
    frame,
    read(data) {
      if (!isLikeBefore(data) && !learn(data)) return false;
      const literal = data.slice(head.length - 1, data.length - tail.length + 1);
      if (!isLiteral(literal)) return false;
      frame.literal = literal;
      return true;
    },
  };
}
