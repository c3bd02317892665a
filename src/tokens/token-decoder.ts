/** Turns token arrays into text: Copilot's embeddings take text only. */
import { ProxyError } from '../errors/proxy-error.ts';
import type { TokenizerName } from './rank-table.ts';
import type { WorkerLine } from './worker-line.ts';

export interface TokenDecoder {
  /**
   * The text that `tokens` stand for; special tokens become their own text (`<|endoftext|>`).
   * Rejects with `invalid_request` for an id the tokenizer does not have and for bytes that are not UTF-8,
   * with `request_too_large` above 32 MiB of text, with `internal_error` if the rank file cannot be read,
   * with `draining` after the line was closed.
   */
  decode(tokenizer: TokenizerName, tokens: readonly number[]): Promise<string>;
}

export function createTokenDecoder(line: Pick<WorkerLine, 'ask'>): TokenDecoder {
  return {
    async decode(tokenizer, tokens) {
      const answer = await line.ask({ tokenizer, tokens });
      if ('text' in answer) return answer.text;
      if ('problem' in answer) throw new ProxyError(answer.problem.code, answer.problem.message, { param: 'input' });
      const cause = new Error('fault' in answer ? answer.fault : 'a count, where a text was asked for');
      throw new ProxyError('internal_error', 'The token tables of this installation are broken.', { cause });
    },
  };
}
