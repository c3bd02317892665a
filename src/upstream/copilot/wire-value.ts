/** Reading of texts that GitHub sends, in whatever type. */

/** A non-empty string, or undefined. Numbers become strings: Gemini's error codes are numeric. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
