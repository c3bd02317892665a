/** The story of one call to the Copilot API: bearer, host, one try after another by the closed list, one ending. */
import { backoffMs } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/clock.ts';
import { toProxyError } from '../../errors/proxy-error.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import type { Initiator, UpstreamReceiver } from '../upstream.ts';
import { createAnswer } from './answer.ts';
import type { Refusal } from './answer.ts';
import type { ApiVersions } from './api-versions.ts';
import type { Bearer, BearerSource } from './bearer-source.ts';
import { connectionError, isConnectTimeout } from './connection-error.ts';
import type { OriginPool, Pools } from './dispatcher.ts';
import type { Target } from './endpoints.ts';
import { isAbuseBlock, isModelRefusal, parseUpstreamError } from './errors.ts';
import type { HostDiscovery } from './host-discovery.ts';
import { callHeaders } from './identity-headers.ts';
import type { FlatHeaders } from './identity-headers.ts';
import type { ReachWatch } from './reach-watch.ts';
import type { RetryBudget } from './retry-budget.ts';
import { retryOf } from './retry.ts';
import type { FailedTry, RetryStep } from './retry.ts';
import { startTransport } from './transport.ts';
import type { RunningTransport, TransportFailure } from './transport.ts';

/** What all calls share. */
export interface CallDeps {
  readonly bearers: BearerSource;
  readonly hosts: HostDiscovery;
  readonly versions: ApiVersions;
  readonly pools: Pools;
  readonly targetOf: (base: string) => Target;
  readonly retryBudget: RetryBudget;
  readonly reach: ReachWatch;
  readonly constantHeaders: (bearer: Bearer, apiVersion: string) => FlatHeaders;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onAccepted: () => void;
  /** Why nothing may go up now, also in the middle of a call: GitHub blocked the account. */
  readonly refusal: () => ProxyError | null;
  /** A 401 that a new bearer did not mend. */
  readonly onLoginRefused: (error: ProxyError) => void;
  /** GitHub blocked the account for how it is used. */
  readonly onAbuse: (error: ProxyError) => void;
  /** A 403 that speaks of the account, and that a new bearer did not mend. */
  readonly onForbidden: (error: ProxyError) => void;
  readonly notice: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
}

export interface CallRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: Uint8Array | null;
  readonly stream: boolean;
  readonly initiator: Initiator | null;
  readonly hasImages: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly exchangeId: string;
  readonly headMs: number;
  readonly maxDecodedBytes: number | null;
  readonly onRateLimit?: ((retryAfterMs: number) => void) | undefined;
}

export interface RunningCall {
  /** Ends the call at once: the receiver gets `error`, and nothing after it. */
  end(error: ProxyError): void;
}

/** `onOver` is called once, before the last word to the receiver. Never throws. */
export function startCall(
  deps: CallDeps,
  asked: CallRequest,
  receiver: UpstreamReceiver,
  onOver: () => void,
): RunningCall {
  let request = asked;
  const taken = new Set<RetryStep>();
  let over = false;
  let accepted = false;
  let transport: RunningTransport | undefined;
  let answer: { destroy(): void } | undefined;

  function finish(): boolean {
    if (over) return false;
    over = true;
    onOver();
    return true;
  }

  function fail(error: ProxyError): void {
    if (!finish()) return;
    answer?.destroy();
    transport?.abort();
    receiver.onFailure(error);
  }

  /** Nothing is awaited where bearer and host are at hand: the path of almost every call. */
  function begin(): void {
    const refused = deps.refusal();
    if (refused !== null) return fail(refused);
    const bearer = deps.bearers.peek();
    const base = bearer === null ? null : deps.hosts.peek(bearer);
    if (bearer !== null && base !== null) return attempt(bearer, base);
    obtain().then(
      ({ bearer: obtained, base: found }) => attempt(obtained, found),
      (thrown: unknown) => fail(toProxyError(thrown)),
    );
  }

  async function obtain(): Promise<{ bearer: Bearer; base: string }> {
    const bearer = await deps.bearers.get();
    return { bearer, base: await deps.hosts.get(bearer) };
  }

  /** Whatever goes wrong here becomes this call's failure: `send` never throws. */
  function attempt(bearer: Bearer, base: string): void {
    if (over) return;
    const refused = deps.refusal();
    if (refused !== null) return fail(refused);
    try {
      tryOnce(bearer, base);
    } catch (thrown) {
      fail(toProxyError(thrown));
    }
  }

  function tryOnce(bearer: Bearer, base: string): void {
    const apiVersion = deps.versions.current();
    const { origin, host, prefix } = deps.targetOf(base);
    const headers = callHeaders(deps.constantHeaders(bearer, apiVersion), {
      ...request,
      extra: request.headers,
      hasBody: request.body !== null,
    });
    const outOfReach = deps.reach.refusal(origin, host);
    if (outOfReach !== null) return fail(outOfReach);
    const pool = deps.pools.of(origin);

    function afterFailure(failed: FailedTry, error: ProxyError): void {
      if (failed.kind === 'connection' && isConnectTimeout(failed.failure)) deps.reach.lost(origin);
      // The idle connections beside a silent one are as dead as it is, if it was the network.
      if (failed.kind === 'connection' && failed.failure.timedOut) deps.pools.renew(origin, pool);
      const step = accepted ? null : retryOf(failed, taken);
      if (step !== null && take(step, { bearer, apiVersion, pool, origin }, error)) return;
      if (failed.kind === 'refusal' && failed.status === 401) deps.onLoginRefused(error);
      // Whatever a new bearer could mend was tried by now.
      if (failed.kind === 'refusal' && failed.status === 403 && !isModelRefusal(failed.bodyText)) {
        if (error.code === 'upstream_forbidden') deps.onForbidden(error);
      }
      fail(error);
    }

    const current = createAnswer({
      receiver,
      clock: deps.clock,
      maxDecodedBytes: request.maxDecodedBytes,
      onAccepted() {
        accepted = true;
        // Nothing is tried again from here on, and the answer may take minutes.
        request = { ...request, body: null };
        deps.onAccepted();
        deps.versions.worked(apiVersion);
      },
      onRefusal(refusal) {
        transport?.abort();
        const error = refusalError(refusal, deps.clock);
        if (isAbuseBlock(refusal.status, refusal.bodyText)) deps.onAbuse(error);
        afterFailure({ kind: 'refusal', ...refusal, retryAfterMs: error.retryAfterMs }, error);
      },
      onBroken(failure) {
        afterFailure({ kind: 'connection', failure }, brokenError(failure, host));
      },
      onUnusable: fail,
      onEnd() {
        if (finish()) receiver.onEnd();
      },
    });
    answer = current;
    const started = startTransport(
      pool,
      {
        origin,
        path: prefix + request.path,
        method: request.method,
        headers,
        body: request.body,
        headMs: request.headMs,
        onSent: () => deps.reach.reached(origin),
      },
      current,
      deps.clock,
    );
    // Where the sink was told of a failure already, the next try may be under way by now.
    if (over || answer !== current) started.abort();
    else transport = started;
  }

  /** Does what `step` asks for and tries again; false where that is not possible. */
  function take(step: RetryStep, tried: Tried, error: ProxyError): boolean {
    taken.add(step);
    switch (step) {
      case 'again':
        break;
      case 'fresh-connection':
        deps.pools.renew(tried.origin, tried.pool);
        break;
      case 'renew-bearer':
        deps.bearers.invalidate(tried.bearer);
        break;
      case 'rediscover':
        deps.notice('info', 'the seat is served by another host; asking GitHub again', { host: tried.origin });
        deps.bearers.invalidate(tried.bearer);
        deps.hosts.invalidate();
        deps.pools.renew(tried.origin, tried.pool);
        break;
      case 'older-version':
        if (!deps.versions.stepDown(tried.apiVersion)) return false;
        deps.notice('info', 'GitHub refused an API version; trying an older one', { refused: tried.apiVersion });
        break;
      case 'wait':
        if (!deps.retryBudget.spend()) return false;
        if (error.code === 'rate_limited') request.onRateLimit?.(error.retryAfterMs ?? 0);
        waitThenBegin(error.retryAfterMs ?? 0);
        return true;
    }
    begin();
    return true;
  }

  function waitThenBegin(waitMs: number): void {
    const jitterMs = backoffMs(0, { firstMs: 100, longestMs: 100, random: deps.random });
    sleep(deps.clock, waitMs + jitterMs).then(
      () => (over ? undefined : begin()),
      (thrown: unknown) => fail(toProxyError(thrown)),
    );
  }

  deps.retryBudget.earn();
  begin();
  return { end: fail };
}

/** What one try used. */
interface Tried {
  readonly bearer: Bearer;
  readonly apiVersion: string;
  readonly pool: OriginPool;
  readonly origin: string;
}

function refusalError({ status, headers, bodyText }: Refusal, clock: Clock): ProxyError {
  // A wait may be a date, which counts from the answer's own; where it has none our clock must do.
  const date = headers['date'] ?? new Date(clock.now()).toUTCString();
  return parseUpstreamError(status, { ...headers, date }, bodyText);
}

function brokenError(failure: TransportFailure, host: string): ProxyError {
  return connectionError(failure, host);
}
