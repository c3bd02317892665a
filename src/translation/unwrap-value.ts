/** Takes the value out of `{"value":…}` while it is still being written: how an answer comes back whose root is no object. */
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { literalOf, type EmitPart } from './part-stage.ts';

/** As JSON, or as the bare word that a JSON string holds. */
export type ValueForm = 'json' | 'word';

export function unwrapValues(emit: EmitPart, form: ValueForm): EmitPart {
  const texts = new Map<number, ValueReader>();
  return (part) => {
    switch (part.type) {
      case 'block-start':
        if (part.kind === 'text') texts.set(part.block, createValueReader());
        return emit(part);
      case 'delta': {
        const reader = texts.get(part.block);
        if (!reader) return emit(part);
        const text = reader.push(String(parseLatin1Json(part.literal)), form);
        return text === '' ? undefined : emit({ ...part, literal: literalOf(text) });
      }
      case 'block-end': {
        const text = texts.get(part.block)?.end(form) ?? '';
        texts.delete(part.block);
        if (text !== '') emit({ type: 'delta', block: part.block, literal: literalOf(text) });
        return emit(part);
      }
      default:
        return emit(part);
    }
  };
}

interface ValueReader {
  /** The next piece of the answer, a view; what it adds to the value. */
  push(text: string, form: ValueForm): string;
  /** What is left when the text ends. */
  end(form: ValueForm): string;
}

const opening = /^\s*\{\s*"value"\s*:\s*/;
/** Everything that may still become it. */
const mayOpen = /^\s*(?:\{\s*(?:"(?:v(?:a(?:l(?:u(?:e(?:"\s*:?)?)?)?)?)?)?)?)?$/;

/** A model that answers otherwise is not corrected: its text is the answer as it stands. */
function createValueReader(): ValueReader {
  let state: 'before' | 'within' | 'behind' | 'other' = 'before';
  /** Text that is not judged yet; of a word all of it. */
  let kept = '';
  let depth = 0;
  let inString = false;
  let isEscaped = false;

  /** How much of `text` belongs to the value. */
  function valueEnd(text: string): number {
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at];
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (letter === '\\') isEscaped = true;
        else if (letter === '"') inString = false;
      } else if (letter === '"') inString = true;
      else if (letter === '{' || letter === '[') depth += 1;
      else if ((letter === '}' || letter === ',') && depth === 0) {
        state = 'behind';
        return at;
      } else if (letter === '}' || letter === ']') depth -= 1;
    }
    return text.length;
  }

  /** White space at the end may stand before the brace that closes. */
  function within(text: string): string {
    const value = kept + text.slice(0, valueEnd(text));
    const end = inString ? value.length : value.trimEnd().length;
    kept = state === 'behind' ? '' : value.slice(end);
    return value.slice(0, end);
  }

  function read(text: string): string {
    switch (state) {
      case 'other':
        return text;
      case 'behind':
        return '';
      case 'within':
        return within(text);
      case 'before': {
        const so = kept + text;
        const opened = opening.exec(so);
        kept = '';
        if (opened) {
          state = 'within';
          return within(so.slice(opened[0].length));
        }
        if (mayOpen.test(so)) kept = so;
        else state = 'other';
        return state === 'other' ? so : '';
      }
    }
  }

  let word = '';
  return {
    push(text, form) {
      const value = read(text);
      if (form === 'json' || state === 'other') return value;
      word += value;
      return '';
    },
    end(form) {
      const rest = state === 'before' ? kept : '';
      if (form === 'json' || word === '') return rest;
      const parsed = parseLatin1Json(word);
      return typeof parsed === 'string' ? parsed : word;
    },
  };
}
