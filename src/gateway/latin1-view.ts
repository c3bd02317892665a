/** Text that was read as latin1 for speed, as the UTF-8 it is. */

/** A value parsed from a latin1 view, with its strings decoded. For small values: errors, names. */
export function utf8Of(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(utf8Text(text)) as unknown);
}

/** A string of a latin1 view, decoded. */
export function utf8Text(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
