/** The HTTP door on a port of its own, with a gateway behind it that only remembers what reached it. */
import { systemClock } from '../../src/base/clock.ts';
import type { Model } from '../../src/canonical/model.ts';
import { defaultConfig, type LimitsConfig } from '../../src/config/config.ts';
import type { GatewayRequest } from '../../src/gateway/gateway.ts';
import { createListener, type HttpDoorOptions } from '../../src/http/create-listener.ts';
import { createKeyRegistry } from '../../src/http/key-registry.ts';
import { createHttpServer, type HttpServer, type TlsFiles } from '../../src/http/listen.ts';
import { createSpendQueries } from '../../src/store/spend-queries.ts';

export const doorKey = 'sk-crossfeed-0123456789abcdef';

/** What was spent through a door that has no proxy behind it. */
export const noLedger = createSpendQueries({ opened: undefined, flush: () => undefined, report: () => undefined });

export interface Door extends HttpServer {
  readonly port: number;
  readonly url: string;
  /** What reached the gateway, oldest first. */
  readonly calls: GatewayRequest[];
  /** Set to true, new requests are refused as in a drain. */
  draining: boolean;
  /** Resolves when no connection is left; rejects after 2 s. */
  untilEmpty(): Promise<void>;
}

export interface DoorOptions extends Partial<Omit<HttpDoorOptions, 'limits'>> {
  readonly limits?: Partial<LimitsConfig>;
  readonly models?: () => Promise<readonly Model[]>;
  /** Serves HTTPS. */
  readonly tls?: TlsFiles;
  /** Makes another door of the first one's options, as the proxy does for Ollama's port. */
  readonly become?: (first: HttpDoorOptions) => HttpDoorOptions;
}

export async function startDoor(options: DoorOptions = {}): Promise<Door> {
  const limits = { ...defaultConfig.limits, ...options.limits };
  const calls: GatewayRequest[] = [];
  let minted = 0;
  let draining = false;
  const first: HttpDoorOptions = {
    clock: systemClock,
    newId: () => `x-${(minted += 1)}`,
    gateway: {
      open: 0,
      endAll: () => {},
      preview: () => Promise.reject(new Error('The door has nothing to look at.')),
      estimate: () => Promise.reject(new Error('nothing is estimated here')),
      nextCall: () => undefined,
      progress: () => undefined,
      stop: () => false,
      answer(request, response) {
        calls.push(request);
        response.writeHead(200, { 'content-type': 'application/json', 'x-crossfeed-exchange': request.exchangeId });
        response.end('{"reached":true}');
      },
    },
    models: () => Promise.resolve([]),
    keys: createKeyRegistry({ defaultKey: { key: doorKey, accountName: 'octo' }, clock: systemClock }),
    guard: { hosts: ['allowed.example'], callersHosts: [], literals: 'none', peers: null },
    trustedProxies: null,
    ready: () => ({ ready: true }),
    draining: () => draining,
    own: {
      status: () => ({ ok: true }),
      exchange: () => Promise.resolve(undefined),
      ledger: noLedger,
      standing: () => ({}),
    },
    ...options,
    limits,
  };
  const listener = createListener(options.become?.(first) ?? first);
  const http = createHttpServer(listener, { limits, clock: systemClock, ...(options.tls && { tls: options.tls }) });
  const { port } = await http.listen({ host: '127.0.0.1', port: 0 });

  function connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      http.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  return {
    ...http,
    port,
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    calls,
    get draining() {
      return draining;
    },
    set draining(value) {
      draining = value;
    },
    async untilEmpty() {
      for (let tries = 0; tries < 200; tries += 1) {
        if ((await connections()) === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`${await connections()} connections are left`);
    },
  };
}
