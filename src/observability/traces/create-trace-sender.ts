/** Sends spans of finished exchanges to a collector of OpenTelemetry: OTLP over HTTP in JSON, in batches, and never waited for. */
import http from 'node:http';
import type { Clock, Timer } from '../../base/clock.ts';
import type { ExchangeRecord } from '../../canonical/exchange-record.ts';
import { exchangeSpans, type Span } from './exchange-spans.ts';

export interface TraceSender {
  observe(record: ExchangeRecord): void;
  /** Sends what is left, until the collector does not take it. */
  close(): Promise<void>;
}

export interface TraceSenderOptions {
  /** Without `/v1/traces`; null for nowhere. */
  readonly endpoint: string | null;
  readonly version: string;
  readonly clock: Clock;
  /** Hears when the collector stops taking spans; not of every batch. */
  readonly warn: (message: string) => void;
}

const everyMs = 2_000;
const answerWithinMs = 5_000;
const mostInBatch = 500;
/** What a collector that is away costs at most: some MB. Then spans are lost, and counted. */
const mostWaiting = 5_000;

export function createTraceSender({ endpoint, version, clock, warn }: TraceSenderOptions): TraceSender | undefined {
  if (endpoint === null) return undefined;
  let waiting: Span[] = [];
  let timer: Timer | null = null;
  let sending: Promise<void> | null = null;
  let lost = 0;
  let isAway = false;

  async function send(): Promise<void> {
    const batch = waiting.splice(0, mostInBatch);
    const problem = await post(`${endpoint}/v1/traces`, bodyOf(batch, version), clock);
    if (problem === null) {
      if (isAway) warn(`The collector of traces takes spans again; ${lost} were lost.`);
      isAway = false;
      lost = 0;
      return;
    }
    // Not sent again: who looks at traces minds a gap less than a proxy that keeps them in memory.
    lost += batch.length;
    if (!isAway) warn(`The collector of traces does not take spans: ${problem}. They are lost until it does.`);
    isAway = true;
  }

  function soon(): void {
    timer ??= clock.after(everyMs, () => {
      timer = null;
      sending ??= send().finally(() => {
        sending = null;
        if (waiting.length > 0) soon();
      });
    });
  }

  return {
    observe(record) {
      waiting.push(...exchangeSpans(record));
      lost += waiting.splice(0, Math.max(0, waiting.length - mostWaiting)).length;
      soon();
    },
    async close() {
      timer?.cancel();
      await sending;
      timer?.cancel();
      while (waiting.length > 0 && !isAway) await send();
      waiting = [];
    },
  };
}

function bodyOf(spans: readonly Span[], version: string): string {
  const attributes = Object.entries({ 'service.name': 'crossfeed', 'service.version': version }).map(
    ([key, stringValue]) => ({ key, value: { stringValue } }),
  );
  const scopeSpans = [{ scope: { name: 'crossfeed', version }, spans }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans }] });
}

/** What is wrong, or null. No redirect is followed, no proxy is asked: the address is the owner's own word. */
async function post(url: string, body: string, clock: Clock): Promise<string | null> {
  const { request: ask } = url.startsWith('https:') ? await import('node:https') : http;
  return new Promise((resolve) => {
    const sent = ask(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    const late = clock.after(answerWithinMs, () => sent.destroy(new Error('it does not answer')));
    const end = (problem: string | null) => {
      late.cancel();
      resolve(problem);
    };
    sent.once('error', (error) => end(error.message));
    sent.once('response', (reply) => {
      reply.resume();
      const { statusCode = 0 } = reply;
      reply.once('close', () => end(statusCode >= 200 && statusCode < 300 ? null : `it answers with ${statusCode}`));
    });
    sent.end(body);
  });
}
