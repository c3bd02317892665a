/** Takes the text out of `{"input":"…"}` while it is still being written: how a custom tool's call comes back. */
import { parseLatin1Json } from '../framing/latin1-json.ts';

export interface InputUnwrapper {
  /** The next piece of the call's JSON text, a view; the text it adds to the input. */
  push(json: string): string;
  /** What is left when the call ends. */
  end(): string;
}

/** `{`, then the key: the one form that models write. */
const opening = /^\s*\{\s*"input"\s*:\s*"/;
/** Everything that may still become it. */
const mayOpen = /^\s*(?:\{\s*(?:"(?:i(?:n(?:p(?:u(?:t(?:"\s*(?::\s*)?)?)?)?)?)?)?)?)?$/;

/**
 * A model that answers otherwise is not corrected: text that is no such object is the input as it stands, and an object that
 * holds `input` among other members is read when it is whole.
 */
export function createInputUnwrapper(): InputUnwrapper {
  let state: 'before' | 'within' | 'behind' | 'other' = 'before';
  /** JSON text that is not used yet. */
  let kept = '';

  function within(json: string): string {
    kept += json;
    const close = closingQuote(kept);
    const end = close ?? safeEnd(kept);
    const text = unescaped(kept.slice(0, end));
    kept = kept.slice(end);
    if (close !== null) state = 'behind';
    return text;
  }

  return {
    push(json) {
      switch (state) {
        case 'within':
          return within(json);
        case 'behind':
          return '';
        case 'other':
          kept += json;
          return '';
        case 'before': {
          kept += json;
          const opened = opening.exec(kept);
          if (opened) {
            const rest = kept.slice(opened[0].length);
            kept = '';
            state = 'within';
            return within(rest);
          }
          if (!mayOpen.test(kept)) state = 'other';
          return '';
        }
      }
    },
    end() {
      if (state === 'within' || state === 'behind') return '';
      const whole = parseLatin1Json(kept);
      if (typeof whole !== 'object' || whole === null || !('input' in whole)) return kept;
      return typeof whole.input === 'string' ? whole.input : JSON.stringify(whole.input);
    },
  };
}

/** Where the string ends whose inside `text` begins; null if it does not yet. */
function closingQuote(text: string): number | null {
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    if (backslashesBefore(text, at) % 2 === 0) return at;
  }
  return null;
}

function backslashesBefore(text: string, at: number): number {
  let count = 0;
  while (text[at - 1 - count] === '\\') count += 1;
  return count;
}

/** How much of the inside of a string can be read by itself: up to an escape, or a pair of them, that is not whole. */
function safeEnd(text: string): number {
  let at = text.indexOf('\\');
  while (at >= 0) {
    const length = escapeLength(text, at);
    if (length === 0) return at;
    at = text.indexOf('\\', at + length);
  }
  return text.length;
}

const highHalf = /^[dD][89abAB]/;

/** The length of the escape at `at`, with its other half where it is one of a pair; 0 while it is not whole. */
function escapeLength(text: string, at: number): number {
  if (text[at + 1] !== 'u') return at + 1 < text.length ? 2 : 0;
  if (text.length < at + 6) return 0;
  if (!highHalf.test(text.slice(at + 2, at + 4))) return 6;
  const next = text.slice(at + 6, at + 8);
  if (next === '' || next === '\\') return 0;
  if (next !== '\\u') return 6;
  return text.length < at + 12 ? 0 : 12;
}

/** Line ends and tabs that a model wrote unescaped are taken for what they are. */
function unescaped(inside: string): string {
  const text = parseLatin1Json(`"${inside}"`) ?? parseLatin1Json(`"${inside.replaceAll(controls, escaped)}"`);
  return typeof text === 'string' ? text : inside;
}

const controls = /[\u0000-\u001F]/g;

function escaped(control: string): string {
  return JSON.stringify(control).slice(1, -1);
}
