/** Counts the tokens of a text by a tokenizer's ranks: cut into pieces, then the lowest pair merged until none is left. */
import type { TokenizerName } from './rank-table.ts';

export interface CountTable {
  /** Special tokens count as the text they are written in. */
  count(text: string): number;
}

const ending = `(?:'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE]))`;
const upper = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const lower = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;

/** How a text is cut before anything is merged. Source: tiktoken, `openai_public.py`. */
const cuts: Readonly<Record<TokenizerName, readonly string[]>> = {
  cl100k_base: [
    ending,
    String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`,
    String.raw`\p{N}{1,3}`,
    String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*`,
    String.raw`\s*[\r\n]+`,
    String.raw`\s+(?!\S)`,
    String.raw`\s+`,
  ],
  o200k_base: [
    String.raw`[^\r\n\p{L}\p{N}]?${upper}*${lower}+${ending}?`,
    String.raw`[^\r\n\p{L}\p{N}]?${upper}+${lower}*${ending}?`,
    String.raw`\p{N}{1,3}`,
    String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`,
    String.raw`\s*[\r\n]+`,
    String.raw`\s+(?!\S)`,
    String.raw`\s+`,
  ],
};

/**
 * Merging costs the square of a piece, and no word is so long: a run of one letter, or base64, is merged in parts, which
 * adds at most a token for each cut.
 */
const maxPieceBytes = 128;
/** No expression runs over more at once; a cut costs a token at most. */
const maxRunChars = 32 * 1024;
/** Words come back: so many are remembered with their counts. */
const maxRemembered = 20_000;

/** Throws a `TypeError` if `file` is not a rank file. */
export function parseCountTable(file: string, tokenizer: TokenizerName): CountTable {
  const ranks = new Map<string, number>();
  for (const [index, line] of file.split('\n').entries()) {
    if (line === '') continue;
    const blank = line.indexOf(' ');
    const rank = Number(line.slice(blank + 1));
    if (blank <= 0 || !Number.isInteger(rank)) throw new TypeError(`line ${index + 1} is not "<base64> <rank>"`);
    ranks.set(Buffer.from(line.slice(0, blank), 'base64').toString('latin1'), rank);
  }
  const pattern = new RegExp(cuts[tokenizer].join('|'), 'gu');
  const remembered = new Map<string, number>();

  function countPiece(piece: string): number {
    const known = remembered.get(piece);
    if (known !== undefined) return known;
    const bytes = Buffer.from(piece).toString('latin1');
    let count = 0;
    for (let start = 0; start < bytes.length; start += maxPieceBytes)
      count += merged(bytes.slice(start, start + maxPieceBytes), ranks);
    if (piece.length <= 64) {
      if (remembered.size >= maxRemembered) remembered.clear();
      remembered.set(piece, count);
    }
    return count;
  }

  return {
    count(text) {
      let count = 0;
      for (let start = 0; start < text.length; start += maxRunChars) {
        for (const [piece] of text.slice(start, start + maxRunChars).matchAll(pattern)) count += countPiece(piece);
      }
      return count;
    },
  };
}

/** How many tokens are left of `bytes`, a latin1 view, when no two neighbours are a token together. */
function merged(bytes: string, ranks: ReadonlyMap<string, number>): number {
  if (bytes.length < 2 || ranks.has(bytes)) return 1;
  /** Where each part begins; the last entry is the end. */
  const starts = Array.from({ length: bytes.length + 1 }, (_, index) => index);
  const pairRank = (index: number) => ranks.get(bytes.slice(starts[index], starts[index + 2])) ?? Infinity;
  /** The rank of each part together with the next one. */
  const pairs = Array.from({ length: bytes.length - 1 }, (_, index) => pairRank(index));
  for (;;) {
    let best = -1;
    let lowest = Infinity;
    for (let index = 0; index < pairs.length; index += 1) {
      const rank = pairs[index] ?? Infinity;
      if (rank >= lowest) continue;
      lowest = rank;
      best = index;
    }
    if (best < 0) return starts.length - 1;
    starts.splice(best + 1, 1);
    pairs.splice(best, 1);
    if (best < pairs.length) pairs[best] = pairRank(best);
    if (best > 0) pairs[best - 1] = pairRank(best - 1);
  }
}
