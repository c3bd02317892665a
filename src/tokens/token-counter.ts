/** Counts the tokens of texts in the worker, and estimates by bytes what would take it too long. Always has an answer. */
import type { Clock } from '../base/clock.ts';
import type { TokenizerName } from './rank-table.ts';
import type { WorkerLine } from './worker-line.ts';

export interface TokenCounter {
  /** The tokens of `text`, a latin1 view of UTF-8. Never rejects, and 0 only for no text. */
  count(tokenizer: TokenizerName, text: string): Promise<number>;
  /** Whether there is room for a count that nobody waits for. */
  readonly hasRoom: boolean;
}

export interface TokenCounterOptions {
  readonly line: Pick<WorkerLine, 'ask' | 'waiting'>;
  readonly clock: Pick<Clock, 'after'>;
}

/** A longer text is counted in samples. */
const maxCountedBytes = 1024 * 1024;
const samples = 32;
const sampleBytes = 16 * 1024;
/** Beyond it a further count is an estimate at once. */
const maxWaiting = 64;
/** A count that is not there by then is an estimate; the worker's answer is then heard by nobody. */
const maxWaitMs = 5_000;
/** Of English and code, where nothing is known of the text itself. */
const bytesPerToken = 4;

export function createTokenCounter({ line, clock }: TokenCounterOptions): TokenCounter {
  let waitingBytes = 0;

  /** Null where the worker has no answer in time. */
  function ask(tokenizer: TokenizerName, text: string): Promise<number | null> {
    if (line.waiting >= maxWaiting) return Promise.resolve(null);
    return new Promise((resolve) => {
      const late = clock.after(maxWaitMs, () => resolve(null));
      // An array of its own: what is handed over must not be part of a pool.
      const utf8 = new Uint8Array(text.length);
      Buffer.from(utf8.buffer).write(text, 'latin1');
      waitingBytes += text.length;
      const settle = (count: number | null) => {
        waitingBytes -= text.length;
        late.cancel();
        resolve(count);
      };
      line.ask({ tokenizer, utf8 }).then(
        (answer) => settle('count' in answer ? answer.count : null),
        () => settle(null),
      );
    });
  }

  return {
    async count(tokenizer, text) {
      if (text === '') return 0;
      const asked = text.length > maxCountedBytes ? sampleOf(text) : text;
      const counted = await ask(tokenizer, asked);
      return Math.max(
        1,
        Math.round(counted === null ? text.length / bytesPerToken : (counted * text.length) / asked.length),
      );
    },
    get hasRoom() {
      return line.waiting < maxWaiting / 2 && waitingBytes < maxCountedBytes;
    },
  };
}

/** From all over the text: a conversation begins with prose and goes on with code. */
function sampleOf(text: string): string {
  const stride = (text.length - sampleBytes) / (samples - 1);
  return Array.from({ length: samples }, (_, index) => {
    const start = Math.floor(index * stride);
    return text.slice(start, start + sampleBytes);
  }).join('');
}
