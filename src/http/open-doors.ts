/** The listeners of one proxy: the data port, and those for Ollama's tools and for figures where the settings want them. */
import type { Clock } from '../base/clock.ts';
import { ConfigError } from '../config/config-error.ts';
import type { LimitsConfig, MetricsConfig, ServerConfig } from '../config/config.ts';
import type { MetricsText } from '../observability/metrics/create-metrics.ts';
import { bareHost, judgeBind, judgeOllama, shownHost } from './bind-policy.ts';
import { createListener, type HttpDoorOptions, type Listener } from './create-listener.ts';
import { createHttpServer, type TlsFiles } from './listen.ts';
import { metricsDoor, metricsHost } from './metrics-door.ts';
import { ollamaDoor, ollamaHost } from './ollama-door.ts';

export interface DoorsOptions {
  readonly door: HttpDoorOptions;
  /** As it really holds, whatever the settings say. */
  readonly bind: ServerConfig;
  readonly tls?: TlsFiles;
  readonly tlsNames: readonly string[];
  readonly limits: LimitsConfig;
  readonly metrics: MetricsConfig & { readonly text?: () => Promise<MetricsText> };
  readonly clock: Clock;
}

/** The addresses in use: null where nothing listens, or not yet. */
export interface DoorUrls {
  readonly url: string | null;
  readonly ollamaUrl: string | null;
  readonly metricsUrl: string | null;
}

export interface Doors {
  /** Of the data port. */
  readonly listener: Listener;
  readonly urls: DoorUrls;
  /** Throws `ConfigError` where the settings would let in whom they should not. */
  judge(): void;
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Takes nothing new, and resolves when all that runs is over. */
  close(): Promise<void>;
  destroy(): void;
}

/** Connections of those who gather figures. */
const gatherers = 64;

export function createDoors({ door, bind, tls, tlsNames, limits, metrics, clock }: DoorsOptions): Doors {
  const { enabled, text } = metrics;
  const first = text !== undefined && enabled ? { ...door, metrics: text } : door;
  const listener = createListener(first);
  const crowd = { open: 0 };
  const main = createHttpServer(listener, { limits, clock, crowd, ...(tls && { tls }) });
  const ollama =
    bind.ollama.port === null
      ? null
      : createHttpServer(createListener(ollamaDoor(door, bind.ollama, bind)), { limits, clock, crowd });
  const figures =
    text === undefined || metrics.port === null
      ? null
      : createHttpServer(createListener({ ...metricsDoor(door, bind), metrics: text }), {
          // Figures are wanted most when callers have taken all the others.
          limits: { ...limits, maxConnections: Math.min(gatherers, limits.maxConnections) },
          clock,
        });
  const servers = [main, ollama, figures].filter((one) => one !== null);
  let urls: DoorUrls = { url: null, ollamaUrl: null, metricsUrl: null };

  return {
    listener,
    get urls() {
      return urls;
    },
    judge() {
      if (tls === undefined && bind.tlsCert !== null)
        throw new ConfigError(['server.tlsCert is set, and no certificate was handed in.']);
      for (const verdict of [judgeBind(bind), judgeOllama(bind)])
        if (!verdict.allowed) throw new ConfigError([verdict.reason]);
      const taken = [bind.port, bind.ollama.port].filter((port) => port !== 0);
      if (metrics.port !== null && taken.includes(metrics.port))
        throw new ConfigError([
          `metrics.port ${metrics.port} is taken by another door of the proxy: choose another one.`,
        ]);
    },
    async listen() {
      const { port } = await main.listen({ host: bareHost(bind.host), port: bind.port });
      const url = `${tls === undefined ? 'http' : 'https'}://${shownHost(bind.host, tlsNames)}:${port}`;
      urls = { ...urls, url };
      if (ollama !== null) {
        const second = await ollama.listen({ host: ollamaHost, port: bind.ollama.port ?? 0 });
        urls = { ...urls, ollamaUrl: `http://${ollamaHost}:${second.port}` };
      }
      if (figures !== null) {
        const third = await figures.listen({ host: metricsHost, port: metrics.port ?? 0 });
        urls = { ...urls, metricsUrl: `http://${metricsHost}:${third.port}/metrics` };
      }
      return { url, port };
    },
    async close() {
      await Promise.all(servers.map((one) => one.close()));
    },
    destroy() {
      for (const one of servers) one.destroy();
    },
  };
}
