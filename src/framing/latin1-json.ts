/** JSON parsed from the latin1 view of its UTF-8: every string of the result is such a view as well. */

/** Every escape in its place, so that a backslash that is itself escaped begins none; a pair of surrogates is one. */
const escapes = /\\(?:u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?|[^u])/g;

/** Escapes that stand for ASCII mean the same in a view, so most documents need no look at each. */
const beyondAscii = /\\u(?!00[0-7])/;

/**
 * The parsed document, or undefined where the text is not JSON. Python and Go escape what is not ASCII: `\u00e9` would
 * become a character that a view takes for a byte, and `\u4e2d` one that it cannot hold. Both become the bytes that
 * the same text has in UTF-8; half of a surrogate pair has none, and becomes U+FFFD.
 */
export function parseLatin1Json(text: string): unknown {
  try {
    return JSON.parse(beyondAscii.test(text) ? text.replaceAll(escapes, bytesOf) : text) as unknown;
  } catch {
    return undefined;
  }
}

function bytesOf(escape: string, first: string | undefined, second: string | undefined): string {
  if (first === undefined) return escape;
  const unit = Number.parseInt(first, 16);
  if (unit < 0x80) return second === undefined ? escape : `\\u${first}${latin1Of(Number.parseInt(second, 16))}`;
  if (second === undefined) return latin1Of(unit);
  const low = Number.parseInt(second, 16);
  if (unit < 0xd800 || unit > 0xdbff) return latin1Of(unit) + latin1Of(low);
  return latin1Of(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
}

/** The UTF-8 of a code point, one character a byte. */
function latin1Of(point: number): string {
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
  if (point >= 0x10000) {
    return String.fromCharCode(
      0xf0 | (point >> 18),
      0x80 | ((point >> 12) & 0x3f),
      0x80 | ((point >> 6) & 0x3f),
      0x80 | (point & 0x3f),
    );
  }
  const whole = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
  return String.fromCharCode(0xe0 | (whole >> 12), 0x80 | ((whole >> 6) & 0x3f), 0x80 | (whole & 0x3f));
}
