/** The line to the token worker: off the thread that carries the streams, started when needed, stopped when idle. */
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../base/clock.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { TokenAnswer, TokenJob, TokenResult, TokenTask } from './worker-messages.ts';

export interface WorkerLine {
  /** Rejects with `internal_error` where the worker fails, with `draining` after `close()`. Answers come in order. */
  ask(task: TokenTask): Promise<TokenResult>;
  /** How many answers are owed. */
  readonly waiting: number;
  /** Stops the worker; what is still being worked on fails with `draining`. */
  close(): Promise<void>;
}

export interface WorkerLineOptions {
  readonly clock: Clock;
  /** How long the worker, with some 40 MB of tables, is kept after its last answer. Default: 5 minutes. */
  readonly idleMs?: number;
  /** Starts the worker; tests watch through it. Default: a worker thread of `token-worker`. */
  readonly startWorker?: () => Worker;
}

interface Waiter {
  readonly resolve: (result: TokenResult) => void;
  readonly reject: (error: ProxyError) => void;
}

export function createWorkerLine(options: WorkerLineOptions): WorkerLine {
  const { clock, idleMs = 5 * 60 * 1000, startWorker = startTokenWorker } = options;
  const waiting = new Map<number, Waiter>();
  let worker: Worker | undefined;
  let idle: Timer | undefined;
  let lastId = 0;
  let closed = false;

  function start(): Worker {
    const started = startWorker();
    started.on('message', (answer: TokenAnswer) => {
      if (worker === started) settle(answer);
    });
    const fail = (cause?: unknown) => {
      if (worker === started) void stop(new ProxyError('internal_error', 'The token worker failed.', { cause }));
    };
    started.on('error', fail);
    // One that ends without an error answers nobody either.
    started.on('exit', () => fail());
    return started;
  }

  function settle(answer: TokenAnswer): void {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) {
      // Only a job under way may keep the process alive.
      worker?.unref();
      idle = clock.after(idleMs, () => void stop());
    }
    waiter?.resolve(answer);
  }

  /** Fails what is waiting with `error`; the next job starts a fresh worker. */
  async function stop(error = new ProxyError('draining', 'The proxy is shutting down.')): Promise<void> {
    const stopped = worker;
    worker = undefined;
    idle?.cancel();
    for (const waiter of waiting.values()) waiter.reject(error);
    waiting.clear();
    await stopped?.terminate();
  }

  return {
    async ask(task) {
      if (closed) throw new ProxyError('draining', 'The proxy is shutting down.');
      idle?.cancel();
      worker ??= start();
      worker.ref();
      const job: TokenJob = { ...task, id: ++lastId };
      const result = new Promise<TokenResult>((resolve, reject) => waiting.set(job.id, { resolve, reject }));
      worker.postMessage(job, 'utf8' in task ? [task.utf8.buffer as ArrayBuffer] : []);
      return result;
    },
    get waiting() {
      return waiting.size;
    },
    close() {
      closed = true;
      return stop();
    },
  };
}

/** `.ts` in a checkout, `.js` in the built package: TypeScript rewrites imports, not URLs. */
function startTokenWorker(): Worker {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./token-worker.${ending}`, import.meta.url), { execArgv: [] });
}
