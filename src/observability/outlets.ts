/** What outsiders may learn of finished exchanges, where the settings want it: figures for Prometheus, spans for OpenTelemetry. */
import type { Clock } from '../base/clock.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { Config } from '../config/config.ts';
import type { ExchangeListener } from './event-bus.ts';
import type { Logger } from './logger.ts';
import { createMetrics, type MetricsText } from './metrics/create-metrics.ts';
import type { FiguresNow } from './metrics/figures-now.ts';
import { createTraces } from './traces/create-traces.ts';

export interface OutletsOptions {
  readonly config: Pick<Config, 'metrics' | 'traces'>;
  readonly version: string;
  /** What goes to the collector with each batch of spans. */
  readonly traceHeaders: Readonly<Record<string, string>>;
  readonly now: () => FiguresNow;
  readonly clock: Clock;
  readonly warn: Logger['warn'];
}

export interface Outlets {
  /** Undefined where nobody gathers figures. */
  readonly text: (() => Promise<MetricsText>) | undefined;
  /** Undefined where nothing of a running exchange is needed. */
  readonly listener: ExchangeListener | undefined;
  observe(record: ExchangeRecord): void;
  close(): Promise<void>;
}

export function createOutlets({ config, version, traceHeaders, now, clock, warn }: OutletsOptions): Outlets {
  const { enabled, port } = config.metrics;
  const { endpoint } = config.traces;
  const metrics = enabled || port !== null ? createMetrics(now) : undefined;
  const traces =
    endpoint === null ? undefined : createTraces({ endpoint, headers: traceHeaders, version, clock, warn });
  return {
    text: metrics && (() => metrics.text()),
    listener: traces && ((event) => traces.listen(event)),
    observe(record) {
      metrics?.observe(record);
      traces?.observe(record);
    },
    close: async () => traces?.close(),
  };
}
