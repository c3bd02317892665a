/** Traces: what a collector of OpenTelemetry is sent, what it is never sent, and that nobody waits for it. */
import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';

interface Sent {
  readonly path: string;
  readonly contentType: string;
  readonly text: string;
}

interface SpanSeen {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events?: readonly { readonly name: string; readonly timeUnixNano: string }[];
  readonly status: { readonly code?: number };
}

/** Takes what is sent, with this status; `null` never answers. */
async function startCollector(status: number | null = 200) {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const contentType = request.headers['content-type'] ?? '';
      sent.push({ path: request.url ?? '', contentType, text: Buffer.concat(pieces).toString('utf8') });
      if (status !== null) response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const spans = () =>
    sent.flatMap(({ text }) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form of OTLP, held by what is asserted
      const body = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: SpanSeen[] }[] }[] };
      return body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    });
  return { url: `http://127.0.0.1:${port}`, sent, spans };
}

async function call({ url, key }: StartedProxy, path: string, body: object): Promise<number> {
  const reply = await fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'user-agent': 'codex_cli_rs/1.0 (secret-host)',
      'x-session-id': 'secret-session',
    },
    body: JSON.stringify(body),
  });
  await reply.text();
  return reply.status;
}

const hello = { model: 'gpt-5.2', stream: true, messages: [{ role: 'user', content: 'secret-prompt' }] };

/** What is written of a span, as a person would read it. */
function told(span: SpanSeen | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
}

test('an exchange is one span, and the call of the model one in it, by the conventions for GenAI', async () => {
  const collector = await startCollector();
  const started = await startProxy({ traces: { endpoint: collector.url } });
  expect(await call(started, '/v1/chat/completions', hello)).toBe(200);
  const [booked] = started.store.ledger.usage({ by: 'model' }).rows;
  await started.close();

  expect(collector.sent.map(({ path, contentType }) => [path, contentType])).toEqual([
    ['/v1/traces', 'application/json'],
  ]);
  expect(collector.sent[0]?.text).toContain('{"key":"service.name","value":{"stringValue":"crossfeed"}}');
  const [whole, model] = collector.spans();
  expect(whole).toMatchObject({ name: 'POST /v1/chat/completions', kind: 2, status: {} });
  expect(model).toMatchObject({ name: 'chat gpt-5.2', kind: 3, traceId: whole?.traceId, parentSpanId: whole?.spanId });
  expect(whole?.parentSpanId).toBeUndefined();
  expect([whole?.traceId, whole?.spanId].join(' ')).toMatch(/^[0-9a-f]{32} [0-9a-f]{16}$/);
  expect(BigInt(model?.endTimeUnixNano ?? 0)).toBeGreaterThanOrEqual(BigInt(model?.startTimeUnixNano ?? 0));
  expect(model?.events?.map(({ name }) => name)).toEqual(['upstream head', 'first token']);
  expect(told(whole)).toMatchObject({
    'http.route': '/v1/chat/completions',
    'http.response.status_code': '200',
    'crossfeed.program': 'codex',
  });
  const said = told(model);
  expect(said).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'github.copilot',
    'gen_ai.request.model': 'gpt-5.2',
    'gen_ai.request.stream': true,
    'gen_ai.usage.output_tokens': String(booked?.outputTokens),
    'crossfeed.cost_source': 'reported',
  });
  expect(Math.round(Number(said['crossfeed.credits']) * 1e9)).toBe(booked?.costNanoAiu);
  expect(collector.sent[0]?.text).not.toMatch(/secret|cf_/);
});

test('a call that fails says its code; one that never went up is one span', async () => {
  const collector = await startCollector();
  const started = await startProxy({ traces: { endpoint: `${collector.url}/of/a/tenant` } });
  expect(await call(started, '/v1/chat/completions', { ...hello, model: 'no-such-model' })).toBe(404);
  await started.close();
  expect(collector.sent.map(({ path }) => path)).toEqual(['/of/a/tenant/v1/traces']);
  const spans = collector.spans();
  expect(spans.map(({ name, status }) => [name, status])).toEqual([['POST /v1/chat/completions', { code: 2 }]]);
  expect(told(spans[0])).toMatchObject({ 'error.type': 'model_not_found', 'http.response.status_code': '404' });
});

test.each([
  ['refuses', 503, 'it answers with 503'],
  ['sends elsewhere', 302, 'it answers with 302'],
])('a collector that %s is told of once, and calls go on', async (_what, status, problem) => {
  const collector = await startCollector(status);
  const started = await startProxy({ traces: { endpoint: collector.url } });
  for (const wanted of [1, 2]) {
    expect(await call(started, '/v1/chat/completions', hello)).toBe(200);
    await vi.waitFor(() => expect(collector.sent).toHaveLength(wanted), 10_000);
  }
  await vi.waitFor(() => expect(started.complaints).toHaveLength(1));
  expect(started.complaints[0]).toContain(problem);
  await started.close();
  expect(collector.sent).toHaveLength(2);
});

test('nothing listens: the proxy says so and ends as ever', async () => {
  const collector = await startCollector();
  const started = await startProxy({ traces: { endpoint: 'http://127.0.0.1:1' } });
  expect(await call(started, '/v1/chat/completions', hello)).toBe(200);
  await started.close();
  expect(started.complaints.join()).toContain('does not take spans');
  expect(collector.sent).toEqual([]);
});
