/** A tokenizer's vocabulary as tiktoken publishes it (`<base64> <rank>` a line), and token ids back to bytes. */

/** The tokenizers that the catalogue's embedding models name. text-embedding-3 uses `cl100k_base` (`decisions.md` 44). */
export type TokenizerName = 'cl100k_base' | 'o200k_base';

/** Not in the rank files. Source: tiktoken, `openai_public.py`. */
export const specialTokens: Readonly<Record<TokenizerName, Readonly<Record<number, string>>>> = {
  cl100k_base: {
    100257: '<|endoftext|>',
    100258: '<|fim_prefix|>',
    100259: '<|fim_middle|>',
    100260: '<|fim_suffix|>',
    100276: '<|endofprompt|>',
  },
  o200k_base: { 199999: '<|endoftext|>', 200018: '<|endofprompt|>' },
};

/** Why tokens are no text. `message` is for the caller. */
export interface DecodeProblem {
  readonly code: 'invalid_request' | 'request_too_large';
  readonly message: string;
}

export type DecodeResult = { readonly text: string } | { readonly problem: DecodeProblem };

/** A body of 32 MB can name tokens of 128 bytes each, two bytes a token: the text needs a bound of its own. */
const maxTextBytes = 32 * 1024 * 1024;

export interface RankTable {
  decode(tokens: readonly number[]): DecodeResult;
}

/** Throws a `TypeError` naming the line if `file` is not a rank file: a broken install must not decode quietly. */
export function parseRankTable(file: string, tokenizer: TokenizerName): RankTable {
  const pieces: (Buffer | undefined)[] = [];
  for (const [index, line] of file.split('\n').entries()) {
    if (line === '') continue;
    const [base64 = '', rank = ''] = line.split(' ');
    if (!/^\d{1,7}$/.test(rank) || base64 === '') throw new TypeError(`line ${index + 1} is not "<base64> <rank>"`);
    pieces[Number(rank)] = Buffer.from(base64, 'base64');
  }
  for (const [id, text] of Object.entries(specialTokens[tokenizer])) pieces[Number(id)] = Buffer.from(text);

  return {
    decode(tokens) {
      const parts: Buffer[] = [];
      let bytes = 0;
      for (const [index, token] of tokens.entries()) {
        const piece = pieces[token];
        if (piece === undefined) {
          return invalid(`input[${index}]: ${JSON.stringify(token)} is not a token of ${tokenizer}`);
        }
        bytes += piece.length;
        if (bytes > maxTextBytes) {
          return { problem: { code: 'request_too_large', message: 'The tokens stand for more than 32 MiB of text.' } };
        }
        parts.push(piece);
      }
      try {
        return { text: utf8.decode(Buffer.concat(parts, bytes)) };
      } catch {
        return invalid('The tokens do not stand for whole characters: their bytes are not UTF-8.');
      }
    },
  };
}

/** A BOM stays: what the caller embedded is what the model gets. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function invalid(message: string): DecodeResult {
  return { problem: { code: 'invalid_request', message } };
}
