/** Finished exchanges as spans to a collector of OpenTelemetry: OTLP over HTTP in JSON, in batches and behind everything else. */
import type { Clock, Timer } from '../../base/clock.ts';
import type { ExchangeRecord } from '../../canonical/exchange-record.ts';
import type { ExchangeListener } from '../event-bus.ts';
import { spanOf, type Span } from './span-of.ts';
import { createTraceContexts } from './trace-context.ts';

export interface TracesOptions {
  /** The collector's address, with or without `/v1/traces`. */
  readonly endpoint: string;
  /** What goes with each batch, e.g. `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
  readonly clock: Clock;
  /** Hears of the first batch that was lost since one went through. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface Traces {
  readonly listen: ExchangeListener;
  observe(record: ExchangeRecord): void;
  /** Sends what is left, within two seconds. */
  close(): Promise<void>;
}

const everyMs = 5_000;
const maxBatch = 512;
/** A collector that is away costs so much memory and no more: some megabytes. */
const maxKept = 2_048;
const answerMs = 10_000;
const lastMs = 2_000;
/** Worth another try with the next batch (OTLP, "Retryable Response Codes"). */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export function createTraces({ endpoint, headers, version, clock, warn }: TracesOptions): Traces {
  const url = endpoint.endsWith('/v1/traces') ? endpoint : `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const contexts = createTraceContexts();
  let waiting: Span[] = [];
  let lost = 0;
  let isLost = false;
  let timer: Timer | undefined;
  let sending: Promise<void> | undefined;
  const closing = new AbortController();

  function keep(spans: readonly Span[]) {
    waiting = [...spans, ...waiting];
    lost += Math.max(0, waiting.length - maxKept);
    waiting = waiting.slice(-maxKept);
  }

  function lose(problem: string) {
    if (!isLost) warn('traces cannot be delivered', { problem, lost });
    isLost = true;
  }

  /** One batch at a time: a slow collector does not get several. */
  async function send(limitMs: number): Promise<void> {
    const spans = waiting.splice(0, maxBatch);
    if (spans.length === 0) return;
    try {
      const reply = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(exportOf(spans, version)),
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(limitMs), closing.signal]),
      });
      await reply.body?.cancel();
      if (reply.ok) {
        isLost = false;
        return;
      }
      if (passing.has(reply.status)) keep(spans);
      else lost += spans.length;
      lose(`status ${reply.status}`);
    } catch {
      keep(spans);
      lose('no answer');
    }
  }

  function sendSoon() {
    timer ??= clock.after(everyMs, () => {
      timer = undefined;
      sending ??= send(answerMs).finally(() => {
        sending = undefined;
        if (waiting.length > 0 && !closing.signal.aborted) sendSoon();
      });
    });
  }

  return {
    listen(event) {
      if (event.type === 'started') contexts.begin(event.id, event.parentId, event.traceparent);
    },
    observe(record) {
      const context = contexts.of(record.id, record.parentId);
      if (!context.isSampled) return;
      waiting.push(spanOf(record, context));
      if (waiting.length > maxKept) keep([]);
      sendSoon();
    },
    async close() {
      timer?.cancel();
      timer = undefined;
      // Also what is under way takes no longer than anybody waits for a program to end.
      const end = clock.after(lastMs, () => closing.abort());
      const endMs = clock.monotonic() + lastMs;
      await sending;
      for (let left = lastMs; waiting.length > 0 && left > 0 && !isLost; left = endMs - clock.monotonic())
        await send(left);
      end.cancel();
    },
  };
}

function exportOf(spans: readonly Span[], version: string) {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  return {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'crossfeed'), text('service.version', version)] },
        scopeSpans: [{ scope: { name: 'crossfeed', version }, spans }],
      },
    ],
  };
}
