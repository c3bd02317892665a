/** Short calls to GitHub itself, read whole: sign-in, token exchange, user. Redirects are never followed. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { connectionError, isSocketDeath } from './connection-error.ts';
import type { Pools } from './dispatcher.ts';
import { plainHeaders } from './response-head.ts';
import { startTransport } from './transport.ts';
import type { RunningTransport } from './transport.ts';

export interface GithubReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface GithubRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Aborts the call at once: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Rejects with a `ProxyError` where no whole answer came. */
export type GithubSend = (request: GithubRequest) => Promise<GithubReply>;

export interface GithubSendOptions {
  /** With a path, perhaps, and without a closing slash. */
  readonly baseUrl: string;
  readonly pools: Pools;
  readonly clock: Clock;
}

/** For head and body together: a hanging GitHub must not hang every caller. */
const wholeCallMs = 30_000;
const maxReplyBytes = 1024 * 1024;

export function createGithubSend(options: GithubSendOptions): GithubSend {
  const url = new URL(options.baseUrl);
  const prefix = url.pathname.replace(/\/+$/, '');
  return (request) =>
    new Promise((resolve, reject) => {
      const { signal } = request;
      if (signal?.aborted) return reject(signal.reason as Error);
      const timer = options.clock.after(wholeCallMs, () => giveUp(true, `no whole answer within ${wholeCallMs} ms`));
      let running: RunningTransport | null = null;
      signal?.addEventListener('abort', onAbort, { once: true });

      function settle(): void {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
      }

      function onAbort(): void {
        settle();
        running?.abort();
        reject(signal?.reason as Error);
      }

      function giveUp(timedOut: boolean, reason: string): void {
        settle();
        running?.abort();
        reject(connectionError({ phase: 'answered', reused: false, timedOut, cause: new Error(reason) }, url.host));
      }

      function attempt(isSecond: boolean): void {
        const pool = options.pools.of(url.origin);
        const pieces: Buffer[] = [];
        let bytes = 0;
        let status = 0;
        let headers: IncomingHttpHeaders = {};
        const { method, body } = request;
        running = startTransport(
          pool,
          {
            origin: url.origin,
            path: prefix + request.path,
            method,
            headers: Object.entries(request.headers).flat(),
            body,
            headMs: wholeCallMs,
          },
          {
            onHead(headStatus, headHeaders) {
              status = headStatus;
              headers = headHeaders;
            },
            onData(chunk) {
              bytes += chunk.length;
              if (bytes > maxReplyBytes) return giveUp(false, 'the answer is too long');
              pieces.push(chunk);
            },
            onEnd() {
              settle();
              resolve({ status, headers: plainHeaders(headers), text: Buffer.concat(pieces).toString('utf8') });
            },
            onFailure(failure) {
              if (!isSecond && failure.reused && isSocketDeath(failure)) {
                options.pools.renew(url.origin, pool);
                return attempt(true);
              }
              settle();
              reject(lostWork(connectionError(failure, url.host)));
            },
          },
          options.clock,
        );
      }

      attempt(false);
    });
}

/** A call that died half-way is no different from one that never arrived: there was no work to lose. */
function lostWork(error: ProxyError): ProxyError {
  const lost = error.code === 'empty_response' || error.code === 'upstream_truncated';
  return lost ? new ProxyError('upstream_unreachable', error.message, { cause: error.cause }) : error;
}
