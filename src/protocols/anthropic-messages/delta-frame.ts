/** Reads the events that only go on with a block, without parsing them: nearly all of a stream is such events. */

/** What a delta event says. Valid until the next `read`. */
export interface DeltaFrame {
  index: number;
  kind: 'text' | 'thinking' | 'input';
  /** The delta as the JSON literal it arrived in. */
  literal: string;
}

/** As every known backend writes it; whatever looks otherwise is parsed. */
const shape =
  /^\{ ?"type": ?"content_block_delta", ?"index": ?(\d{1,6}), ?"delta": ?\{ ?"type": ?"(text_delta|thinking_delta|input_json_delta)", ?"(text|thinking|partial_json)": ?("(?:[^"\\\u0000-\u001f]|\\.)*") ?\} ?\}$/;

const kindOf: Readonly<Record<string, DeltaFrame['kind']>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  input_json_delta: 'input',
};

/** `\x` and half of a `\u` are no JSON, and an encoder passes literals on as they are. */
const badEscape = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/;

export function createDeltaReader(): { readonly frame: Readonly<DeltaFrame>; read(data: string): boolean } {
  const frame: DeltaFrame = { index: 0, kind: 'text', literal: '""' };
  return {
    frame,
    read(data) {
      const found = shape.exec(data);
      if (!found) return false;
      const [, index, type = '', , literal = ''] = found;
      if (literal.includes('\\') && hasBadEscape(literal)) return false;
      frame.index = Number(index);
      frame.kind = kindOf[type] ?? 'text';
      frame.literal = literal;
      return true;
    },
  };
}

function hasBadEscape(literal: string): boolean {
  return badEscape.test(literal.replaceAll('\\\\', ''));
}
