/** JSON parsed from the latin1 view of its UTF-8: every string of the result is such a view as well. */
import { closingQuote } from './json-literal.ts';

/**
 * A run of escapes that stand for more than ASCII, with the backslashes before it from the first on: an even number of
 * them are backslashes themselves. The look behind keeps a long run of backslashes linear; the run is bounded because the
 * engine's stack is, and a pair of surrogates stays in one.
 */
const runs =
  /(?<!\\)(\\+)(u(?!00[0-7])[0-9a-fA-F]{4})((?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u(?!00[0-7])[0-9a-fA-F]{4}){0,500})/g;

const beyondAscii = /\\u(?!00[0-7])/;

/** Escapes that stand for ASCII mean the same in a view, so most documents need no look at each. */
function escapesBeyondAscii(text: string): boolean {
  // Looked for first without the expression: measured, a fifth of its time where there is none.
  return text.includes(String.raw`\u`) && beyondAscii.test(text);
}

/**
 * The parsed document, or undefined where the text is not JSON. Python and Go escape what is not ASCII: `\u00e9` would
 * become a character that a view takes for a byte, and `\u4e2d` one that it cannot hold. Both become the bytes that
 * the same text has in UTF-8; half of a surrogate pair has none, and becomes U+FFFD.
 */
export function parseLatin1Json(text: string): unknown {
  try {
    return JSON.parse(escapesBeyondAscii(text) ? text.replaceAll(runs, asBytes) : text) as unknown;
  } catch {
    return undefined;
  }
}

function asBytes(_run: string, slashes: string, first: string, rest: string): string {
  return slashes.length % 2 === 0
    ? slashes + first + unescaped(rest)
    : slashes.slice(1) + unescaped(`\\${first}${rest}`);
}

function unescaped(escapes: string): string {
  return Buffer.from(JSON.parse(`"${escapes}"`) as string).toString('latin1');
}

const quote = 0x22;
/** A double holds every integer of fewer digits. */
const longDigits = 16;

/** Whether the JSON `text` may hold an integer that a double cannot. Strings are passed over, which is nearly all of a text. */
export function holdsLongInteger(text: string): boolean {
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) {
      digits += 1;
      if (digits === longDigits) return true;
      continue;
    }
    digits = 0;
    if (code !== quote) continue;
    at = closingQuote(text, at);
    if (at < 0) return false;
  }
  return false;
}

/**
 * As `parseLatin1Json`, but integers that a double cannot hold keep their digits: they become raw JSON, which
 * `JSON.stringify` writes as it stood, and nothing else can read. For what is written again: tool arguments, schemas.
 */
export function parseExactLatin1Json(text: string): unknown {
  if (!holdsLongInteger(text)) return parseLatin1Json(text);
  return parseExactJson(escapesBeyondAscii(text) ? text.replaceAll(runs, asBytes) : text);
}

/** The same of a text that is no view. */
export function parseExactJson(text: string): unknown {
  try {
    return (holdsLongInteger(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)) as unknown;
  } catch {
    return undefined;
  }
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? rawJson(context.source) : value;
}

/** Of ECMAScript 2025's JSON, which the compiler's library does not list yet. */
const rawJson = (JSON as unknown as { readonly rawJSON: (this: void, source: string) => unknown }).rawJSON;
