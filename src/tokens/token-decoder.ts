/** Turns token arrays into text, off the thread that carries the streams: Copilot's embeddings take text only. */
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../base/clock.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { DecodeAnswer, DecodeJob } from './decode-messages.ts';
import type { TokenizerName } from './rank-table.ts';

export interface TokenDecoder {
  /**
   * The text that `tokens` stand for; special tokens become their own text (`<|endoftext|>`).
   * Rejects with `invalid_request` for an id the tokenizer does not have and for bytes that are not UTF-8,
   * with `request_too_large` above 32 MiB of text, with `internal_error` if the rank file cannot be read,
   * with `draining` after `close()`.
   */
  decode(tokenizer: TokenizerName, tokens: readonly number[]): Promise<string>;
  /** Stops the worker; what is still being decoded fails with `draining`. */
  close(): Promise<void>;
}

export interface TokenDecoderOptions {
  readonly clock: Clock;
  /** How long the worker, with some 40 MB of tables, is kept after its last answer. Default: 5 minutes. */
  readonly idleMs?: number;
  /** Starts the worker; tests watch through it. Default: a worker thread of `decode-worker`. */
  readonly startWorker?: () => Worker;
}

interface Waiter {
  readonly resolve: (text: string) => void;
  readonly reject: (error: ProxyError) => void;
}

export function createTokenDecoder(options: TokenDecoderOptions): TokenDecoder {
  const { clock, idleMs = 5 * 60 * 1000, startWorker = startDecodeWorker } = options;
  const waiting = new Map<number, Waiter>();
  let worker: Worker | undefined;
  let idle: Timer | undefined;
  let lastId = 0;
  let closed = false;

  function start(): Worker {
    const started = startWorker();
    started.on('message', (answer: DecodeAnswer) => {
      if (worker === started) settle(answer);
    });
    started.on('error', (cause) => {
      if (worker === started) void stop(new ProxyError('internal_error', 'The token decoder failed.', { cause }));
    });
    return started;
  }

  function settle(answer: DecodeAnswer): void {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) {
      // Only a decode under way may keep the process alive.
      worker?.unref();
      idle = clock.after(idleMs, () => void stop());
    }
    if ('text' in answer) waiter?.resolve(answer.text);
    else if ('problem' in answer) {
      waiter?.reject(new ProxyError(answer.problem.code, answer.problem.message, { param: 'input' }));
    } else {
      const cause = new Error(answer.fault);
      waiter?.reject(new ProxyError('internal_error', 'The token tables of this installation are broken.', { cause }));
    }
  }

  /** Fails what is waiting with `error`; the next decode starts a fresh worker. */
  async function stop(error = new ProxyError('draining', 'The proxy is shutting down.')): Promise<void> {
    const stopped = worker;
    worker = undefined;
    idle?.cancel();
    for (const waiter of waiting.values()) waiter.reject(error);
    waiting.clear();
    await stopped?.terminate();
  }

  return {
    async decode(tokenizer, tokens) {
      if (closed) throw new ProxyError('draining', 'The proxy is shutting down.');
      idle?.cancel();
      worker ??= start();
      worker.ref();
      const job: DecodeJob = { id: ++lastId, tokenizer, tokens };
      const text = new Promise<string>((resolve, reject) => waiting.set(job.id, { resolve, reject }));
      worker.postMessage(job);
      return text;
    },
    close() {
      closed = true;
      return stop();
    },
  };
}

/** `.ts` in a checkout, `.js` in the built package: TypeScript rewrites imports, not URLs. */
function startDecodeWorker(): Worker {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./decode-worker.${ending}`, import.meta.url), { execArgv: [] });
}
