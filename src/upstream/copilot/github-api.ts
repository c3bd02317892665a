/** Short GET calls to GitHub's own API plane: token exchange and user. Redirects are never followed. */
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

/** GETs `path` with the GitHub token. Rejects with a `ProxyError` where no whole answer came. */
export type GithubGet = (path: string) => Promise<GithubReply>;

export interface GithubApiOptions {
  /** `githubApiUrl` without a closing slash. */
  readonly baseUrl: string;
  readonly githubToken: string;
  readonly userAgent: string;
  readonly pools: Pools;
  readonly clock: Clock;
}

/** For head and body together: a hanging GitHub must not hang every caller. */
const wholeCallMs = 30_000;
const maxReplyBytes = 1024 * 1024;
const githubApiVersion = '2025-04-01';

export function createGithubGet(options: GithubApiOptions): GithubGet {
  const url = new URL(options.baseUrl);
  const prefix = url.pathname.replace(/\/+$/, '');
  const requestHeaders = [
    ['authorization', `token ${options.githubToken}`],
    ['accept', 'application/json'],
    ['accept-encoding', 'identity'],
    ['user-agent', options.userAgent],
    ['x-github-api-version', githubApiVersion],
  ].flat();
  return (path) =>
    new Promise((resolve, reject) => {
      const timer = options.clock.after(wholeCallMs, () => giveUp(true, `no whole answer within ${wholeCallMs} ms`));
      let running: RunningTransport | null = null;

      function giveUp(timedOut: boolean, reason: string): void {
        timer.cancel();
        running?.abort();
        reject(connectionError({ phase: 'answered', reused: false, timedOut, cause: new Error(reason) }, url.host));
      }

      function attempt(isSecond: boolean): void {
        const pool = options.pools.of(url.origin);
        const pieces: Buffer[] = [];
        let bytes = 0;
        let status = 0;
        let headers: IncomingHttpHeaders = {};
        running = startTransport(
          pool,
          {
            origin: url.origin,
            path: prefix + path,
            method: 'GET',
            headers: requestHeaders,
            body: null,
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
              timer.cancel();
              resolve({ status, headers: plainHeaders(headers), text: Buffer.concat(pieces).toString('utf8') });
            },
            onFailure(failure) {
              if (!isSecond && failure.reused && isSocketDeath(failure)) {
                options.pools.renew(url.origin, pool);
                return attempt(true);
              }
              timer.cancel();
              reject(lostWork(connectionError(failure, url.host)));
            },
          },
          options.clock,
        );
      }

      attempt(false);
    });
}

/** A GET that died half-way is no different from one that never arrived: there was no work to lose. */
function lostWork(error: ProxyError): ProxyError {
  const lost = error.code === 'upstream_error' || error.code === 'upstream_truncated';
  return lost ? new ProxyError('upstream_unreachable', error.message, { cause: error.cause }) : error;
}
