/** One exchange through the gateway's own pieces, in process: plan, watch, collector; no socket. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Endpoint, ProtocolId } from '../../src/canonical/protocol-id.ts';
import type { Model } from '../../src/canonical/model.ts';
import type { Lane, RequestEdit } from '../../src/canonical/request-edit.ts';
import type { TokenUsage } from '../../src/canonical/token-usage.ts';
import { defaultConfig } from '../../src/config/config.ts';
import { ProxyError } from '../../src/errors/proxy-error.ts';
import { parseExactJson } from '../../src/framing/latin1-json.ts';
import { createFrameSplitter, readFrame } from '../../src/framing/server-sent-events.ts';
import { readAsked } from '../../src/gateway/asked-body.ts';
import { clientCodecs } from '../../src/gateway/codecs.ts';
import type { InferenceRoute, StreamFraming } from '../../src/gateway/gateway.ts';
import { planExchange, type ExchangePlan } from '../../src/gateway/plan-exchange.ts';
import { readRequestBody } from '../../src/gateway/request-body.ts';
import { createFramedWatch } from '../../src/gateway/stream-framing.ts';
import { createStreamWatch } from '../../src/gateway/stream-watches.ts';
import { createStreamTranslator } from '../../src/gateway/translate-stream.ts';
import type { StreamWatch } from '../../src/protocols/protocol.ts';
import { sampleModel } from '../support/sample-model.ts';
import type { ClientProtocol } from './arbitraries/write-bodies.ts';

export interface Pair {
  readonly client: ClientProtocol;
  readonly endpoint: Endpoint;
}

const clients: readonly ClientProtocol[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'ollama',
];
const endpoints: readonly Endpoint[] = ['/chat/completions', '/responses', '/v1/messages'];
const ownEndpoint: Readonly<Partial<Record<ProtocolId, Endpoint>>> = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  'anthropic-messages': '/v1/messages',
};

export const allPairs: readonly Pair[] = clients.flatMap((client) =>
  endpoints.map((endpoint) => ({ client, endpoint })),
);
export const translatedPairs = allPairs.filter(({ client, endpoint }) => ownEndpoint[client] !== endpoint);
export const samePairs = allPairs.filter(({ client, endpoint }) => ownEndpoint[client] === endpoint);

const vendors: Readonly<Partial<Record<Endpoint, string>>> = {
  '/chat/completions': 'xAI',
  '/responses': 'OpenAI',
  '/v1/messages': 'Anthropic',
};

export const modelFor = (endpoint: Endpoint): string => `m-${endpoint.slice(1).replaceAll('/', '-')}`;

const allModels = endpoints.map((endpoint) =>
  sampleModel(modelFor(endpoint), {
    vendor: vendors[endpoint] ?? '',
    endpoints: [endpoint],
    supports: {
      streaming: true,
      toolCalls: true,
      vision: true,
      structuredOutputs: true,
      reasoning: true,
      reasoningEfforts: ['low', 'medium', 'high'],
      adaptiveThinking: true,
      parallelToolCalls: true,
    },
  }),
);

export function modelOf(endpoint: Endpoint): Model {
  const model = allModels.find(({ id }) => id === modelFor(endpoint));
  if (!model) throw new Error(`no model for ${endpoint}`);
  return model;
}

interface RouteSays {
  readonly model: string;
  readonly stream: boolean;
}

const plainRoute = (protocol: ClientProtocol, path: string) => (): InferenceRoute => ({
  protocol,
  operation: 'generate',
  path,
});

const routes: Readonly<Record<ClientProtocol, (says: RouteSays) => InferenceRoute>> = {
  'openai-chat': plainRoute('openai-chat', '/v1/chat/completions'),
  'openai-responses': plainRoute('openai-responses', '/v1/responses'),
  'anthropic-messages': plainRoute('anthropic-messages', '/v1/messages'),
  gemini: (urlSays) => ({
    protocol: 'gemini',
    operation: 'generate',
    path: `/v1beta/models/{model}:${urlSays.stream ? 'streamGenerateContent' : 'generateContent'}`,
    urlSays,
  }),
  ollama: () => ({
    protocol: 'ollama',
    operation: 'generate',
    path: '/api/chat',
    streamsByDefault: true,
    framing: 'ndjson',
  }),
};

export interface Asked {
  readonly plan: ExchangePlan;
  /** The body that goes up. */
  readonly text: string;
  readonly edits: readonly RequestEdit[];
  readonly lane: Lane;
}

export interface AskOptions {
  readonly models?: readonly Model[];
  readonly headers?: IncomingHttpHeaders;
  /** What the URL says, where a protocol has it there. */
  readonly stream?: boolean;
}

export function ask({ client, endpoint }: Pair, body: Buffer, options: AskOptions = {}): Asked {
  const { models = allModels, headers = {}, stream = true } = options;
  const route = routes[client]({ model: models === allModels ? modelFor(endpoint) : (models[0]?.id ?? ''), stream });
  const plan = planExchange({
    route,
    headers,
    body: readAsked(route, readRequestBody(body, defaultConfig.limits), 7).body,
    caller: { models: null, accountName: 'octocat' },
    session: 'session',
    models,
    limits: defaultConfig.limits,
    disabledRules: new Set(),
    earlierEdits: [],
  });
  return { plan, text: plan.body.toString(), edits: plan.edits, lane: plan.lane };
}

export interface Answered {
  /** The bytes that go down. */
  readonly bytes: Buffer;
  readonly ended: boolean;
  readonly fault: string | null;
  readonly usage: TokenUsage | null;
  readonly edits: readonly RequestEdit[];
  /** What follows, where the answer did not end: the in-band error of its protocol. */
  readonly failure: () => string;
}

const place = { session: 'session', createdAtS: 7, checksGrammar: true };

/** As callers of a protocol have it by themselves; the others take server-sent events. */
const framings: Readonly<Partial<Record<ProtocolId, StreamFraming>>> = { ollama: 'ndjson' };

/** The upstream's stream as the caller gets it, if it arrives in pieces cut at these offsets. */
export function answer(
  plan: ExchangePlan,
  stream: Buffer,
  cuts: readonly number[] = [],
  framing = plan.returnWay ? framings[plan.returnWay.client] : undefined,
): Answered {
  const edits: RequestEdit[] = [];
  const events = createStreamWatch(plan, { ...place, report: (edit) => void edits.push(edit) });
  const watch = framing ? createFramedWatch(events, framing) : events;
  const out: Buffer[] = [];
  let fault: string | null = null;
  const splitter = createFrameSplitter(64 * 1024 * 1024, (text, bytes, start, end) => {
    if (watch.standing.ended || fault !== null) return;
    const verdict = watch.frame(text, start, end);
    if (verdict === 'drop') return;
    if (verdict === 'forward') out.push(bytes.subarray(start, end));
    else if (verdict.kind === 'replace') out.push(Buffer.from(verdict.text, 'latin1'));
    else fault = verdict.kind === 'broken' ? verdict.message : verdict.kind;
  });
  const edges = [0, ...cuts.filter((cut) => cut < stream.length).toSorted((a, b) => a - b), stream.length];
  for (const [index, edge] of edges.slice(1).entries()) splitter.push(stream.subarray(edges[index], edge));
  if (!watch.standing.ended && fault === null) {
    const completion = watch.completion();
    if (completion !== null) out.push(Buffer.from(completion, 'latin1'));
  }
  const failure = () => watch.failure(new ProxyError('upstream_truncated', 'It broke off.'), 'x');
  return { bytes: Buffer.concat(out), ended: watch.standing.ended, fault, usage: watch.standing.usage, edits, failure };
}

/** The same answer to a caller who did not ask for a stream. Errors: what the gateway throws. */
export function wholeAnswer({ client }: Pair, plan: ExchangePlan, stream: Buffer): string | null {
  const watch = createStreamWatch(plan, { ...place, report: () => undefined });
  const translated = plan.returnWay ? translateWhole(stream, watch) : stream;
  return collected(client, translated);
}

/** A stream of the caller's protocol, as events or as lines, folded by the collector of that protocol. */
export function collected(client: ClientProtocol, stream: Buffer): string | null {
  const collector = clientCodecs[client]?.createCollector();
  if (!collector) return null;
  const push = (data: string) => {
    if (data !== '') collector.push(data === '[DONE]' ? data : parseExactJson(data));
  };
  if (stream.toString('latin1', 0, 1) === '{') {
    for (const line of stream.toString().split('\n')) push(line);
    return collector.answer();
  }
  const splitter = createFrameSplitter(64 * 1024 * 1024, (text, _bytes, start, end) =>
    push(Buffer.from(readFrame(text, start, end).data, 'latin1').toString()),
  );
  splitter.push(Buffer.concat([stream, Buffer.from('\n\n')]));
  return collector.answer();
}

function translateWhole(stream: Buffer, watch: StreamWatch): Buffer {
  const translator = createStreamTranslator(watch, 64 * 1024 * 1024);
  translator.push(stream);
  return translator.end();
}
