/** The composition root: knows every room, decides nothing. */
import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from './base/clock.ts';
import type { ExchangeRecord } from './canonical/exchange-record.ts';
import type { Model } from './canonical/model.ts';
import type { Config } from './config/config.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { createKeyCheck } from './http/caller-auth.ts';
import { createListener, type Listener } from './http/create-listener.ts';
import { createHttpServer } from './http/listen.ts';
import { createEventBus, type EventBus } from './observability/event-bus.ts';
import { createExchangeRecorder } from './observability/exchange-recorder.ts';
import type { Logger } from './observability/logger.ts';
import { createRedactor, type Redactor } from './observability/redact.ts';
import type { Store } from './store/open-store.ts';
import { createTokenDecoder } from './tokens/token-decoder.ts';
import { createCopilotUpstream } from './upstream/copilot/copilot-upstream.ts';
import type { UpstreamStatus } from './upstream/upstream.ts';

export interface ProxyOptions {
  readonly config: Config;
  /** The key that callers present. */
  readonly apiKey: string;
  readonly githubToken: string | null;
  readonly store: Store;
  readonly log: Logger;
  /** The log's own, which knows key and token already: it learns the Copilot tokens here. */
  readonly redactor?: Redactor;
  readonly version: string;
  /** HTTP_PROXY and its kin, for the way to GitHub. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

export interface ProxyStatus {
  /** The origin that callers use; null before `listen`. */
  readonly url: string | null;
  /** Wall time in ms since the epoch. */
  readonly startedAt: number;
  readonly draining: boolean;
  readonly openExchanges: number;
  readonly counters: { readonly exchanges: number; readonly failed: number; readonly canceled: number };
  readonly upstream: UpstreamStatus;
}

export interface Proxy {
  /** A `node:http` request listener, to mount where `listen` is not wanted. */
  readonly listener: Listener;
  readonly events: EventBus;
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  status(): ProxyStatus;
  models(): Promise<readonly Model[]>;
  /** Takes no new requests, waits for the running ones up to `limits.drainMs`, ends those that are left, closes. */
  close(): Promise<void>;
  /** Ends the running ones at once and closes. */
  closeNow(): Promise<void>;
}

/** How long the last bytes may be on their way to their clients once the time for draining is over. */
const lastWordsMs = 1_000;

/** The id under which the default key appears in events and records. */
const defaultKeyId = 'default';

export function createProxy(options: ProxyOptions): Proxy {
  const { config, store, log, clock = systemClock } = options;
  const startedAt = clock.now();
  const counters = { exchanges: 0, failed: 0, canceled: 0 };
  let url: string | null = null;
  let draining = false;

  /** An answer's last bytes are written at the end of the turn: log and ledger wait for the next, and cost it nothing. */
  const ended: ExchangeRecord[] = [];
  function keepRecords() {
    for (const record of ended.splice(0)) {
      store.exchanges.record(record);
      log.exchange(record);
    }
  }

  const redactor =
    options.redactor ?? createRedactor([options.apiKey, options.githubToken].filter((secret) => secret !== null));
  const events = createEventBus(
    (thrown) => log.error('a listener of exchange events failed', { error: String(thrown) }),
    (text) => redactor.redact(text),
  );
  events.subscribe(
    createExchangeRecorder((record) => {
      counters.exchanges += 1;
      if (record.outcome !== 'finished') counters[record.outcome] += 1;
      if (ended.push(record) === 1) setImmediate(keepRecords);
    }),
  );

  const upstream = createCopilotUpstream({
    config: config.upstream,
    identity: config.identity,
    limits: config.limits,
    githubToken: options.githubToken,
    clock,
    newId: randomUUID,
    random: Math.random,
    memory: store.facts,
    notice: (level, message, fields) => log[level](message, fields),
    secret: (value) => redactor.add(value),
    ...(options.proxyEnv ? { proxyEnv: options.proxyEnv } : {}),
  });

  /** What GitHub says of a refused login may quote it, and `/readyz` is answered without a key. */
  function upstreamStatus(): UpstreamStatus {
    const status = upstream.status();
    const { problem } = status;
    return problem === null
      ? status
      : { ...status, problem: { ...problem, message: redactor.redact(problem.message) } };
  }

  const tokens = createTokenDecoder({ clock });
  const gateway = createGateway({
    upstream,
    limits: config.limits,
    disabledRules: config.upstream.disabledRules,
    events,
    clock,
    decodeTokens: (tokenizer, list) => tokens.decode(tokenizer, list),
  });

  const listener = createListener({
    limits: config.limits,
    clock,
    newId: () => `cf-${randomUUID()}`,
    gateway,
    models: () => upstream.models(),
    keys: createKeyCheck([{ id: defaultKeyId, key: options.apiKey }]),
    allowedHosts: () => [],
    ready() {
      const { ready, problem } = upstreamStatus();
      return ready ? { ready } : { ready, reason: problem?.message ?? 'The upstream is not reachable yet.' };
    },
    draining: () => draining,
    own: {
      status: () => ({ startedAt, draining, openExchanges: gateway.open, counters, upstream: upstreamStatus() }),
      async exchange(id, keyId) {
        const record = await store.exchanges.find(id);
        return record?.keyId === keyId ? record : undefined;
      },
    },
  });
  const server = createHttpServer(listener, { limits: config.limits, clock });

  async function closeRooms() {
    keepRecords();
    await tokens.close();
    await upstream.close();
    keepRecords();
  }

  let closing: Promise<void> | undefined;

  async function drain() {
    draining = true;
    let timer = clock.after(config.limits.drainMs, () => {
      gateway.endAll();
      // A client that does not read never gets the last words, and must not keep the program from ending.
      timer = clock.after(lastWordsMs, () => server.destroy());
    });
    await server.close();
    timer.cancel();
    await closeRooms();
  }

  return {
    listener,
    events,
    async listen() {
      const { host, port: wanted } = config.server;
      const { port } = await server.listen({ host, port: wanted });
      url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      // The first caller should not wait for sign-in and catalogue; a failure is said by `status` and by their own calls.
      upstream.models().catch(() => undefined);
      return { url, port };
    },
    status: () => ({
      url,
      startedAt,
      draining,
      openExchanges: gateway.open,
      counters: { ...counters },
      upstream: upstreamStatus(),
    }),
    models: () => upstream.models(),
    close: () => (closing ??= drain()),
    async closeNow() {
      draining = true;
      gateway.endAll();
      server.destroy();
      await (closing ?? closeRooms());
    },
  };
}
