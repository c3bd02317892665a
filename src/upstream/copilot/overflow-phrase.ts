/** A prompt that is too long, in the phrase on which clients compact: Anthropic's, in front of the upstream's own words. */

/** How each vendor says the two counts. */
const counted: readonly RegExp[] = [
  /token count of (?<tokens>\d+) exceeds the limit of (?<most>\d+)/i,
  /maximum context length is (?<most>\d+) tokens.{0,80}?(?:resulted in|requested) (?<tokens>\d+)/i,
  /token count \((?<tokens>\d+)\) exceeds the maximum number of tokens allowed \((?<most>\d+)\)/i,
];

export function withOverflowPhrase(words: string): string {
  if (/prompt is too long/i.test(words)) return words;
  for (const pattern of counted) {
    const { tokens, most } = pattern.exec(words)?.groups ?? {};
    if (tokens !== undefined && most !== undefined)
      return `prompt is too long: ${tokens} tokens > ${most} maximum. ${words}`;
  }
  return `prompt is too long: ${words}`;
}
