/** Figures for Prometheus: counted from finished exchanges, and asked of the moment when somebody gathers them. */
import type { ExchangeRecord } from '../../canonical/exchange-record.ts';
import { exchangeFigures } from './exchange-figures.ts';
import { gauges, type FiguresNow } from './figures-now.ts';
import { loadPrometheus, type Prometheus } from './load-prometheus.ts';

export interface MetricsText {
  readonly contentType: string;
  readonly body: string;
}

export interface Metrics {
  observe(record: ExchangeRecord): void;
  /** The text that Prometheus reads. */
  text(): Promise<MetricsText>;
}

/** The library comes while the first calls are already made: what ends meanwhile is counted then. */
export function createMetrics(now: () => FiguresNow): Metrics {
  const early: ExchangeRecord[] = [];
  let count: Metrics['observe'] = (record) => void early.push(record);
  const loaded = loadPrometheus().then((library) => {
    const register = new library.Registry();
    count = createCounting(library, register);
    for (const record of early.splice(0)) count(record);
    addGauges(library, register, now);
    library.collectDefaultMetrics({ register });
    return register;
  });
  // Whoever asks for figures hears of it.
  loaded.catch(() => undefined);

  return {
    observe: (record) => count(record),
    async text() {
      const register = await loaded;
      return { contentType: register.contentType, body: await register.metrics() };
    },
  };
}

type Register = InstanceType<Prometheus['Registry']>;

function createCounting(library: Prometheus, register: Register): (record: ExchangeRecord) => void {
  const counted = exchangeFigures.map(({ name, help, labels, buckets, samples }) => {
    const options = { name, help, labelNames: [...labels], registers: [register] };
    if (buckets === undefined) {
      const counter = new library.Counter(options);
      return { samples, add: (values: readonly string[], by: number) => counter.labels(...values).inc(by) };
    }
    const histogram = new library.Histogram({ ...options, buckets: [...buckets] });
    return { samples, add: (values: readonly string[], by: number) => histogram.labels(...values).observe(by) };
  });
  return (record) => {
    for (const { samples, add } of counted) for (const [values, by] of samples(record)) add(values, by);
  };
}

function addGauges(library: Prometheus, register: Register, now: () => FiguresNow): void {
  for (const { name, help, labels, samples } of gauges) {
    const gauge: InstanceType<typeof library.Gauge> = new library.Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [register],
      collect() {
        // A seat that is gone leaves no sample behind.
        gauge.reset();
        for (const [values, value] of samples(now())) gauge.labels(...values).set(value);
      },
    });
  }
}
