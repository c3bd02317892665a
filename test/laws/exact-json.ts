/** JSON read with every digit of its integers, for comparison. */

/** An integer beyond a double becomes a text, so that two that differ in a digit differ. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, function keep(_key, value: unknown, context?: { readonly source?: string }) {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    return context?.source !== undefined && /^-?\d+$/.test(context.source) ? `integer ${context.source}` : value;
  });
}

/** Arguments in one spelling. No arguments are an empty object. */
export function normalArguments(text: string): string {
  return text.trim() === '' ? '{}' : JSON.stringify(parseExact(text));
}
