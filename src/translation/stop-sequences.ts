/** Stop sequences for endpoints that have none: looked for in the text of an answer, which ends where one begins. */
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { literalOf, type EmitPart } from './part-stage.ts';

/**
 * Holds back what may be the beginning of a stop sequence. Where one is found the answer ends: open blocks close, `finish`
 * says which it was, and `onCut` is told that the upstream may go. `stops` and the text are views.
 */
export function stopAtSequences(emit: EmitPart, stops: readonly string[], onCut: () => void): EmitPart {
  const sought = stops.filter((stop) => stop !== '');
  /** Open blocks; for text what is held back of it. */
  const open = new Map<number, string>();
  const texts = new Set<number>();
  const longest = Math.max(0, ...sought.map((stop) => stop.length));
  let cut = false;

  function find(text: string): { at: number; stop: string } | undefined {
    let found: { at: number; stop: string } | undefined;
    for (const stop of sought) {
      const at = text.indexOf(stop);
      if (at >= 0 && (!found || at < found.at)) found = { at, stop };
    }
    return found;
  }

  /** How many characters at the end of `text` may begin a stop sequence. */
  function beginning(text: string): number {
    for (let length = Math.min(text.length, longest - 1); length > 0; length -= 1) {
      const tail = text.slice(-length);
      if (sought.some((stop) => stop.startsWith(tail))) return length;
    }
    return 0;
  }

  function end(stop: string) {
    cut = true;
    for (const block of open.keys()) emit({ type: 'block-end', block });
    emit({ type: 'finish', reason: 'stop-sequence', stopSequence: stop, explanation: null });
    onCut();
  }

  return (part) => {
    if (cut) return;
    switch (part.type) {
      case 'block-start':
        open.set(part.block, '');
        if (part.kind === 'text') texts.add(part.block);
        return emit(part);
      case 'delta': {
        if (!texts.has(part.block)) return emit(part);
        const held = open.get(part.block) ?? '';
        const text = held + String(parseLatin1Json(part.literal));
        const found = find(text);
        if (found) {
          if (found.at > 0) emit({ ...part, literal: literalOf(text.slice(0, found.at)) });
          return end(found.stop);
        }
        const kept = beginning(text);
        open.set(part.block, kept === 0 ? '' : text.slice(-kept));
        if (kept === 0 && held === '') return emit(part);
        if (kept < text.length) emit({ ...part, literal: literalOf(text.slice(0, text.length - kept)) });
        return;
      }
      case 'block-end': {
        const held = open.get(part.block) ?? '';
        if (held !== '') emit({ type: 'delta', block: part.block, literal: literalOf(held) });
        open.delete(part.block);
        return emit(part);
      }
      default:
        return emit(part);
    }
  };
}
