/** One HTTP exchange over a pool: head time-out, abort, and what a failure says about the work already done. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../base/clock.ts';
import type { Flow } from '../upstream.ts';
import type { OriginPool } from './dispatcher.ts';
import type { TrackedHandler } from './tracked-client.ts';

export interface TransportRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: string[];
  readonly body: Uint8Array | null;
  /** The longest wait for the answer's head, from now on. */
  readonly headMs: number;
  /** A connection is there, and takes the request. */
  readonly onSent?: () => void;
}

/**
 * How far a failed exchange had come. `unsent`: no byte of the request went out. `sent`: perhaps the server works on
 * it. `answered`: the head had arrived.
 */
export interface TransportFailure {
  readonly phase: 'unsent' | 'sent' | 'answered';
  /** The connection had carried another exchange before, and said nothing in this one. */
  readonly reused: boolean;
  readonly timedOut: boolean;
  readonly cause: Error;
}

/** Order: `onHead`, `onData`s, then one of `onEnd` and `onFailure`; or `onFailure` alone. Nothing after `abort`. */
export interface TransportSink {
  /** The final head; 1xx never arrive. */
  onHead(status: number, headers: IncomingHttpHeaders, flow: Flow): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFailure(failure: TransportFailure): void;
}

export interface RunningTransport {
  /** Ends the exchange at once; the sink hears nothing more. */
  abort(): void;
}

export function startTransport(
  pool: OriginPool,
  request: TransportRequest,
  sink: TransportSink,
  clock: Clock,
): RunningTransport {
  // Not `request` itself in what lives as long as the answer: it has the body.
  const { headMs, onSent } = request;
  let controller: Dispatcher.DispatchController | undefined;
  let phase: TransportFailure['phase'] = 'unsent';
  let reused = false;
  let answering = false;
  let over = false;

  const headTimer = clock.after(headMs, () => {
    fail(new Error(`no response head within ${headMs} ms`), true);
    controller?.abort(givenUp());
  });

  function finish(): void {
    over = true;
    headTimer.cancel();
  }

  function fail(cause: Error, timedOut = false): void {
    if (over) return;
    finish();
    sink.onFailure({ phase, reused: reused && !answering, timedOut, cause });
  }

  const handler: TrackedHandler = {
    connection: undefined,
    // Also called again where undici itself moves an untouched HTTP/2 stream to another session.
    onRequestStart(started) {
      controller = started;
      if (over) return started.abort(givenUp());
      const { connection } = handler;
      if (connection !== undefined) {
        reused = connection.requests > 0 && !connection.shared;
        connection.requests += 1;
        connection.headDue = true;
      }
      phase = 'sent';
      onSent?.();
    },
    onResponseStarted() {
      answering = true;
    },
    onResponseStart(_started, status, headers) {
      if (over || status < 200) return;
      phase = 'answered';
      if (handler.connection !== undefined) handler.connection.headDue = false;
      headTimer.cancel();
      sink.onHead(status, headers, {
        pause: () => controller?.pause(),
        resume: () => controller?.resume(),
      });
    },
    onResponseData(_started, chunk) {
      if (!over) sink.onData(chunk);
    },
    onResponseEnd() {
      if (over) return;
      finish();
      sink.onEnd();
    },
    onResponseError(_started, error) {
      fail(error);
    },
  };

  try {
    const { origin, path, method, headers, body } = request;
    pool.dispatch({ origin, path, method, headers, body }, handler);
  } catch (thrown) {
    fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
  }

  return {
    abort() {
      if (over) return;
      finish();
      controller?.abort(givenUp());
    },
  };
}

function givenUp(): Error {
  return new Error('the call was given up');
}
