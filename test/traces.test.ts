/** Spans of finished exchanges at a collector of OpenTelemetry: what they say, whose children they are, what they never say. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTraces } from '../src/observability/traces/create-traces.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { sampleRecord } from './support/sample-record.ts';
import { startProxy } from './support/start-proxy.ts';
import { testAccount } from './support/test-account.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events: readonly { readonly name: string }[];
  readonly status: { readonly code: number; readonly message?: string };
}

interface Batch {
  readonly path: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Answers each batch as it is told. */
async function startCollector(status: () => number = () => 200) {
  const batches: Batch[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      batches.push({ path: request.url, headers: request.headers, text: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status(), { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const spans = () =>
    batches.flatMap(({ text }) => {
      const { resourceSpans } = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
      return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    batches,
    spans,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

type Collector = Awaited<ReturnType<typeof startCollector>>;
let collector: Collector;
afterEach(() => collector.close());

const told = (span: Span | undefined) =>
  Object.fromEntries(span?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? []);

/** Lets some calls be made, and gives what the collector has of them once the proxy is closed. */
async function spansOf(
  calls: readonly {
    readonly path: string;
    readonly body: object;
    readonly headers?: Readonly<Record<string, string>>;
  }[],
  settings: Parameters<typeof startProxy>[0] = {},
) {
  collector = await startCollector();
  const traces = { endpoint: collector.endpoint };
  const proxy = await startProxy({ traces, traceHeaders: { authorization: 'Bearer collector' }, ...settings });
  for (const { path, body, headers } of calls) {
    const reply = await fetch(proxy.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': proxy.key, ...headers },
      body: JSON.stringify(body),
    });
    await reply.text();
  }
  const rows = await proxy.store.exchanges.recent(50);
  await proxy.close();
  return { spans: collector.spans(), rows: rows.toReversed(), requests: proxy.simulator.requests };
}

const hello = {
  model: 'opus',
  max_tokens: 99,
  stream: true,
  messages: [{ role: 'user', content: 'My secret prompt.' }],
};

describe('a collector', () => {
  test('hears of each call: model, tokens, credits, times and errors, in the form of OTLP', async () => {
    const { spans, rows } = await spansOf([
      { path: '/v1/messages', body: hello },
      { path: '/v1/embeddings', body: { model: 'text-embedding-3-small', input: 'x' } },
      { path: '/v1/chat/completions', body: { ...hello, model: 'no-such-model' } },
    ]);
    expect(spans.map(({ name }) => name)).toEqual(['chat opus', 'embeddings text-embedding-3-small', 'chat']);
    const [batch] = collector.batches;
    expect(batch).toMatchObject({ path: '/v1/traces', headers: { authorization: 'Bearer collector' } });
    expect(JSON.parse(batch?.text ?? '')).toMatchObject({
      resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'crossfeed' } }, {}] } }],
    });
    const [first, , failed] = spans;
    const [row] = rows;
    expect(told(first)).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'github.copilot',
      'gen_ai.request.model': 'opus',
      'gen_ai.response.model': row?.model,
      'gen_ai.usage.output_tokens': String(row?.usage?.outputTokens),
      'crossfeed.exchange.id': row?.id,
      'crossfeed.cost.credits': (row?.cost.nanoAiu ?? 0) / 1e9,
      'crossfeed.cost.source': 'reported',
      'http.response.status_code': '200',
    });
    expect(first).toMatchObject({ kind: 3, status: { code: 0 }, events: [{ name: 'gen_ai.first_token' }] });
    expect(failed).toMatchObject({ status: { code: 2, message: expect.stringMatching(/no-such-model/) } });
    expect(told(failed)).toMatchObject({ 'error.type': 'model_not_found', 'http.response.status_code': '404' });
    for (const span of spans) {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(span.startTimeUnixNano).toMatch(/^\d{19}$/);
      expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
    }
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
  });

  test('never hears a prompt, an answer, a key, an account or a project', async () => {
    const { requests } = await spansOf([
      { path: '/v1/messages', body: hello, headers: { 'x-crossfeed-project': 'secret-project' } },
    ]);
    expect(requests.length).toBeGreaterThan(0);
    const text = collector.batches.map((batch) => batch.text).join('');
    expect(text).toContain('gen_ai.request.model');
    expect(text).not.toMatch(/secret|simulated Copilot|cf_test/);
    expect(text).not.toContain(`"${testAccount.name}"`);
  });

  test("goes on with the caller's own trace, which GitHub does not hear of, and records none that is not", async () => {
    const trace = 'a'.repeat(32);
    const { spans, requests } = await spansOf([
      { path: '/v1/messages', body: hello, headers: { traceparent: `00-${trace}-${'b'.repeat(16)}-01` } },
      { path: '/v1/messages', body: hello, headers: { traceparent: `00-${trace}-${'c'.repeat(16)}-00` } },
      { path: '/v1/messages', body: hello, headers: { traceparent: 'rubbish' } },
    ]);
    expect(spans).toHaveLength(2);
    expect(spans[0]).toMatchObject({ traceId: trace, parentSpanId: 'b'.repeat(16) });
    expect(spans[1]).not.toHaveProperty('parentSpanId');
    expect(requests.filter(({ headers }) => 'traceparent' in headers)).toEqual([]);
  });

  test('sees searches that are made for a call as its children', async () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
    const content = 'Search the web for valves. [[sim:tool web_search {"query":"valves"}]]';
    const { spans } = await spansOf(
      [{ path: '/v1/messages', body: { ...hello, tools, messages: [{ role: 'user', content }] } }],
      { webSearch: { via: 'seat' } },
    );
    const [first, ...made] = spans;
    expect(made.length).toBeGreaterThanOrEqual(2);
    for (const span of made) expect(span).toMatchObject({ traceId: first?.traceId, parentSpanId: first?.spanId });
  });
});

describe('a collector that is away', () => {
  const warn = vi.fn<(message: string) => void>();
  const start = (endpoint: string) => {
    const clock = createFakeClock();
    const traces = createTraces({ endpoint, headers: {}, version: '1', clock, warn });
    return { clock, traces };
  };
  afterEach(() => warn.mockReset());

  test('is told of once, gets what it missed when it is back, and keeps no answer waiting', async () => {
    let status = 503;
    collector = await startCollector(() => status);
    const { clock, traces } = start(collector.endpoint);
    traces.observe({ ...sampleRecord, id: 'x-1' });
    for (const sent of [1, 2]) {
      clock.advance(5_000);
      await vi.waitFor(() => expect(collector.batches).toHaveLength(sent));
      await vi.waitFor(() => expect(clock.timers).toBeGreaterThan(0));
    }
    expect(warn).toHaveBeenCalledOnce();
    status = 200;
    traces.observe({ ...sampleRecord, id: 'x-2' });
    clock.advance(5_000);
    await vi.waitFor(() => expect(collector.batches).toHaveLength(3));
    expect(collector.batches[2]?.text).toContain('x-1');
    expect(collector.batches[2]?.text).toContain('x-2');
    await traces.close();
  });

  test('costs a bounded number of spans, the latest', async () => {
    collector = await startCollector();
    const { traces, clock } = start('http://127.0.0.1:1');
    for (let call = 0; call < 3_000; call += 1) traces.observe({ ...sampleRecord, id: `x-${call}` });
    clock.advance(5_000);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce());
    await traces.close();
    expect(warn.mock.calls[0]).toEqual(['traces cannot be delivered', { problem: 'no answer', lost: 952 }]);
  });

  test('that refuses a batch for good is not asked again', async () => {
    collector = await startCollector(() => 400);
    const { traces, clock } = start(`${collector.endpoint}/v1/traces`);
    traces.observe(sampleRecord);
    clock.advance(5_000);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce());
    await traces.close();
    expect(collector.batches).toHaveLength(1);
  });

  test('that hangs does not keep a proxy that ends', async () => {
    collector = await startCollector();
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
    const deaf = http.createServer(() => onAsked());
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const { traces, clock } = start(`http://127.0.0.1:${(deaf.address() as AddressInfo).port}/v1/traces`);
    traces.observe(sampleRecord);
    clock.advance(5_000);
    await asked;
    let isClosed = false;
    const closed = traces.close().then(() => (isClosed = true));
    clock.advance(1_900);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    clock.advance(200);
    await closed;
    expect(clock.timers).toBe(0);
    deaf.close().closeAllConnections();
  });
});
