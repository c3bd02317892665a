/** Joins what some upstreams cut: an escaped surrogate pair whose halves came in two deltas is no character in either. */
import type { EmitPart } from './part-stage.ts';

/** The length of `\ud83d`. */
const escapeLength = 6;

export function holdSurrogates(emit: EmitPart): EmitPart {
  const held = new Map<number, string>();
  return (part) => {
    if (part.type !== 'delta') {
      if (part.type === 'block-end' && held.delete(part.block))
        emit({ type: 'delta', block: part.block, literal: String.raw`"\ufffd"` });
      return emit(part);
    }
    const before = held.get(part.block);
    if (before === undefined && !endsInHighHalf(part.literal)) return emit(part);
    let literal = before === undefined ? part.literal : `"${before}${part.literal.slice(1)}`;
    held.delete(part.block);
    if (endsInHighHalf(literal)) {
      const cut = literal.length - 1 - escapeLength;
      held.set(part.block, literal.slice(cut, -1));
      literal = `${literal.slice(0, cut)}"`;
    }
    if (literal !== '""') emit({ ...part, literal });
  };
}

const highHalf = /^u[dD][89abAB][0-9a-fA-F]{2}$/;

function endsInHighHalf(literal: string): boolean {
  const start = literal.length - 1 - escapeLength;
  if (start < 1 || literal[start] !== '\\' || !highHalf.test(literal.slice(start + 1, -1))) return false;
  let backslashes = 1;
  while (literal[start - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
