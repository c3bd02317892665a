/** Puts the text of a reasoning block into its signature: clients of OpenAI's protocols keep one opaque string and may forget the text. */
import { parseLatin1Json } from '../framing/latin1-json.ts';
import type { EmitPart } from './part-stage.ts';

export function sealTexts(emit: EmitPart): EmitPart {
  const texts = new Map<number, string>();
  return (part) => {
    switch (part.type) {
      case 'block-start':
        if (part.kind === 'reasoning') texts.set(part.block, '');
        return emit(part);
      case 'delta': {
        const before = texts.get(part.block);
        if (before !== undefined) texts.set(part.block, before + String(parseLatin1Json(part.literal)));
        return emit(part);
      }
      case 'seal': {
        const text = texts.get(part.block);
        // Only a signature is made over what was shown; all other seals hold their own.
        if (part.sealed.kind !== 'signature' || text === undefined) return emit(part);
        return emit({ ...part, sealed: { ...part.sealed, text } });
      }
      default:
        return emit(part);
    }
  };
}
