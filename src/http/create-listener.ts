/** The data port's one listener: guard, key, route, body, and then the gateway; in this order and no other. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Caller } from '../canonical/caller.ts';
import type { LimitsConfig } from '../config/config.ts';
import { ProxyError, toProxyError } from '../errors/proxy-error.ts';
import type { Gateway, InferenceRoute } from '../gateway/gateway.ts';
import { createAddressSet, type AddressSet } from './address-set.ts';
import type { App, AppOptions, AppRequest } from './app.ts';
import { identifyCaller, presentedKeys } from './caller-auth.ts';
import { dryAnswers, type DryAnswer } from './dry-answers.ts';
import { answerDry } from './dry-request.ts';
import { replyError, sendReply } from './error-reply.ts';
import { viewClient } from './forwarded.ts';
import type { KeyRegistry } from './key-registry.ts';
import { refusal, type GuardRules } from './origin-guard.ts';
import { bodyType, readBody } from './read-body.ts';
import { requestFault } from './request-faults.ts';
import { altFault } from './gemini-routes.ts';
import { parseTarget, type RequestTarget } from './request-target.ts';
import { accessOf, findInference, isBelow, shapeOf, showPaths, takesQueryKey } from './routes.ts';
import { unknownUrl } from './unknown-url.ts';
import type { WebSocketDoor } from './web-socket-door.ts';
import { createWrongKeyLimiter } from './wrong-key-limiter.ts';

export interface HttpDoorOptions extends AppOptions {
  readonly limits: LimitsConfig;
  readonly clock: Clock;
  /** Mints an exchange's id. */
  readonly newId: () => string;
  readonly gateway: Gateway;
  readonly keys: KeyRegistry;
  readonly guard: GuardRules;
  /** Reverse proxies whose X-Forwarded-* headers are believed; null for none. */
  readonly trustedProxies: AddressSet | null;
  /** Takes upgrades of `/v1/responses`; without one all are told to use HTTP. */
  readonly webSocket?: WebSocketDoor;
  /** Takes everything below `/ui`. */
  readonly dashboard?: DashboardDoor;
}

/** `isUpgrade`: the connection speaks no HTTP after this request, and may be taken over. */
export type Listener = (request: IncomingMessage, response: ServerResponse, isUpgrade?: boolean) => void;

/** The door of the owner's own page: the guard has let its requests pass, and no key opens it. */
export type DashboardDoor = (
  request: IncomingMessage,
  response: ServerResponse,
  place: {
    readonly path: string;
    readonly query: string;
    /** As the browser sees it. */
    readonly origin: string;
    readonly isHttps: boolean;
    readonly isLocal: boolean;
  },
) => void;

const thisMachine = createAddressSet(['127.0.0.0/8', '::1']);

/** The listener of `listen.ts`; any `node:http` server will do, but then its limits are that server's. */
export function createListener(options: HttpDoorOptions): Listener {
  const { limits, clock, gateway, newId } = options;
  const wrongKeys = createWrongKeyLimiter(clock);
  let app: Promise<App> | undefined;

  function listener(request: IncomingMessage, response: ServerResponse, isUpgrade = false): void {
    const fault = requestFault(request, limits.maxHeaders);
    if (fault) {
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      sendReply(request, response, { status: fault.status, headers, body: `${fault.reason}\n`, close: true }, clock);
      return;
    }
    const { headers, socket } = request;
    const client = viewClient(request, options.trustedProxies);
    const target = parseTarget(request.url ?? '/', client.scheme);
    const { path } = target;
    const { localAddress = '', localPort = 0, remoteAddress: peer = '' } = socket;
    const { host, scheme } = client;
    const refused = refusal(
      { headers, host, scheme, authority: target.authority, localAddress, localPort, peer },
      options.guard,
    );
    if (refused !== undefined) return fail(request, response, path, new ProxyError('host_not_allowed', refused));
    if (!target.canonical) return fail(request, response, path, unknownUrl(request.method, path));

    if (options.dashboard && isBelow(path, '/ui')) {
      const origin = `${scheme}://${host}`;
      const place = {
        path,
        query: target.query,
        origin,
        isHttps: scheme === 'https',
        isLocal: thisMachine.has(client.address),
      };
      return options.dashboard(request, response, place);
    }
    const route = findInference(path, target.query);
    const asksForSocket = route?.path === '/v1/responses' && asksForWebSocket(request);
    if (asksForSocket && !(isUpgrade && options.webSocket)) {
      const error = new ProxyError('upgrade_not_supported', 'WebSocket is off here: send the request over HTTP.');
      return fail(request, response, path, error, { upgrade: 'HTTP/1.1', connection: 'upgrade, close' });
    }
    const access = route ? 'keyed' : accessOf(path);
    if (access !== 'public' && options.draining())
      return fail(request, response, path, new ProxyError('draining', 'The proxy is shutting down.'));
    if (access === 'nowhere') return fail(request, response, path, unknownUrl(request.method, path));
    if (access === 'public') return answerApp(request, response, target, undefined);

    const protocol = route?.protocol ?? shapeOf(path, headers);
    const query = takesQueryKey(path) ? target.query : '';
    const presented = presentedKeys({ headers, query, pathKey: target.pathKey, protocol });
    const identify = () => forPath(path, identifyCaller(presented, options.keys, wrongKeys, client.address));
    const caller = identify();
    if (caller instanceof ProxyError) return fail(request, response, path, caller);
    const dry = dryAnswers.get(path);
    if (asksForSocket) takeOver(request, response, path, identify);
    else if (route) receive(request, response, target, route, caller);
    else if (dry) dryRun(request, response, path, dry, caller);
    else if (showPaths.has(path) && request.method === 'POST') show(request, response, target, caller);
    else answerApp(request, response, target, caller);
  }

  function takeOver(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    identify: () => Caller | ProxyError,
  ): void {
    const fault = options.webSocket?.accept(request, response, identify);
    if (fault) fail(request, response, path, fault);
  }

  function receive(
    request: IncomingMessage,
    response: ServerResponse,
    { query }: RequestTarget,
    route: InferenceRoute,
    caller: Caller,
  ): void {
    const exchangeId = newId();
    const { protocol } = route;
    function refuse(error: ProxyError, headers?: Record<string, string>): void {
      const all = { 'x-crossfeed-exchange': exchangeId, ...headers };
      replyError(request, response, { protocol, error, exchangeId, headers: all }, clock);
    }
    if (request.method !== 'POST')
      return refuse(new ProxyError('method_not_allowed', `${route.path} takes POST only.`), { allow: 'POST' });
    const fault = altFault(route, query);
    if (fault) return refuse(fault);
    const take = (outcome: Buffer | ProxyError | null) => {
      // Not writable: the bytes behind this request were broken HTTP, and the server has said so.
      if (outcome === null || !request.socket.writable) response.destroy();
      else if (outcome instanceof ProxyError) refuse(outcome);
      else gateway.answer({ route, exchangeId, headers: request.headers, body: outcome, caller }, response);
    };
    readBody(request, response, limits.maxBodyBytes, take, bodyType(route, request.headers));
  }

  /** The one page that is asked with a body. */
  function show(request: IncomingMessage, response: ServerResponse, target: RequestTarget, caller: Caller): void {
    const take = (outcome: Buffer | ProxyError | null) => {
      if (outcome === null || !request.socket.writable) response.destroy();
      else if (outcome instanceof ProxyError) fail(request, response, target.path, outcome);
      else answerApp(request, response, target, caller, outcome);
    };
    readBody(request, response, limits.maxBodyBytes, take, bodyType({ protocol: 'ollama' }, request.headers));
  }

  function dryRun(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    dry: DryAnswer,
    caller: Caller,
  ): void {
    const exchangeId = newId();
    const shape = shapeOf(path, request.headers);
    const refuse = (error: ProxyError, headers?: Record<string, string>) =>
      replyError(request, response, { protocol: shape, error, exchangeId, ...(headers && { headers }) }, clock);
    if (request.method !== 'POST')
      return refuse(new ProxyError('method_not_allowed', `${path} takes POST only.`), { allow: 'POST' });
    readBody(request, response, limits.maxBodyBytes, (outcome) => {
      if (outcome === null || !request.socket.writable) response.destroy();
      else if (outcome instanceof ProxyError) refuse(outcome);
      else {
        answerDry({ bytes: outcome, caller, exchangeId, shape }, (asked) => dry(gateway, asked)).then(
          (reply) => sendReply(request, response, reply, clock),
          (thrown: unknown) => refuse(toProxyError(thrown)),
        );
      }
    });
  }

  function answerApp(
    request: IncomingMessage,
    response: ServerResponse,
    target: RequestTarget,
    caller: Caller | undefined,
    body?: Buffer,
  ): void {
    const { path, query } = target;
    const { method = 'GET', headers } = request;
    const asked: AppRequest = {
      method,
      path,
      query,
      headers,
      caller,
      exchangeId: newId(),
      shape: shapeOf(path, headers),
      ...(body && { body }),
    };
    // Hono costs some 20 ms to load, which a proxy that only relays need not spend.
    app ??= import('./app.ts').then(({ createApp }) => createApp(options));
    app
      .then((answer) => answer(asked))
      .then((reply) => sendReply(request, response, reply, clock))
      .catch((thrown: unknown) => fail(request, response, path, toProxyError(thrown)));
  }

  function fail(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    error: ProxyError,
    headers: Record<string, string> = {},
  ): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const protocol = shapeOf(path, request.headers);
    const exchangeId = newId();
    const all = findInference(path) ? { 'x-crossfeed-exchange': exchangeId, ...headers } : headers;
    replyError(request, response, { protocol, error, exchangeId, headers: all }, clock);
  }

  return listener;
}

/** A key for figures opens nothing else. */
function forPath(path: string, caller: Caller | ProxyError): Caller | ProxyError {
  if (caller instanceof ProxyError || caller.metricsOnly !== true || path === '/metrics') return caller;
  return new ProxyError('key_not_allowed', 'This key reads /metrics, and opens nothing else.');
}

/** Codex tries a WebSocket first, and loses 6 s to any answer but 426. */
function asksForWebSocket(request: IncomingMessage): boolean {
  return request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
}
