/** JSON string literals inside a text, found and judged without parsing what stands around them. */

const backslash = 0x5c;

/** The index of the quote that closes the string opened at `at`; -1 if none does. */
export function closingQuote(text: string, at: number): number {
  let close = text.indexOf('"', at + 1);
  while (close > 0 && text.charCodeAt(close - 1) === backslash) {
    let slashes = 1;
    while (text.charCodeAt(close - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return close;
    close = text.indexOf('"', close + 1);
  }
  return close;
}

/** A literal that holds neither escapes nor what must be escaped is valid as it stands. */
const plainLiteral = /^"[^"\\\u0000-\u001f]*"$/;

/** Whether `text`, which begins and ends in a quote, is one JSON string: then it may be passed on as it is. */
export function isLiteral(text: string): boolean {
  if (plainLiteral.test(text)) return true;
  try {
    return typeof JSON.parse(text) === 'string';
  } catch {
    return false;
  }
}
