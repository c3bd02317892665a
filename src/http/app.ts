/** Everything that is not inference: the model lists, health, and what a key may ask about itself. */
import { Hono, type Context } from 'hono';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../canonical/caller.ts';
import { isObject, parseJson } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { ProxyError, toProxyError } from '../errors/proxy-error.ts';
import type { MetricsText } from '../observability/metrics/create-metrics.ts';
import type { StoredResponses } from '../gateway/stored-responses.ts';
import { errorEncoders } from '../protocols/error-encoders.ts';
import { geminiBases, isGeminiCall } from './gemini-routes.ts';
import { anonymousId, defaultKeyId } from './key-registry.ts';
import { decodeSegment } from './request-target.ts';
import { inputItemsPage } from './input-items-page.ts';
import { modelEntry, modelsPage, type ListNames, type ListRequest } from './models-page.ts';
import { ollamaPs, ollamaVersion } from './ollama-models.ts';
import { ollamaBases } from './routes.ts';
import { sessionsPage, usagePage, type OwnLedger, type OwnStanding } from './spend-page.ts';
import { unknownUrl } from './unknown-url.ts';

const greeting = 'Crossfeed: your GitHub Copilot seat as the OpenAI, Anthropic, Gemini and Ollama APIs.\n';

export interface AppOptions {
  /** What `/` says, in place of our own words: tools look for Ollama's. */
  readonly greeting?: string;
  /** The models of the caller's account. */
  readonly models: (caller: Caller) => Promise<readonly Model[]>;
  /** What the settings say of names and price tiers. */
  readonly names?: ListNames;
  readonly ready: () => { ready: boolean; reason?: string };
  readonly draining: () => boolean;
  readonly own: OwnFigures;
  /** What Prometheus is told; without it there is no such page. */
  readonly metrics?: () => Promise<MetricsText>;
  /** Responses that are kept for their callers. */
  readonly responses?: StoredResponses;
}

/** What a caller may ask with its key, below `/crossfeed/v1/`. */
export interface OwnFigures {
  /** The key, its account, and what it did. */
  status(caller: Caller): object;
  /** One exchange of this key; undefined if there is none, or if it is another key's. */
  exchange(id: string, caller: Caller): Promise<object | undefined>;
  readonly ledger: OwnLedger;
  readonly standing: OwnStanding;
}

/** What the door already knows of a request: guard and key check are behind it. */
export interface AppRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined on public paths only. */
  readonly caller: Caller | undefined;
  readonly exchangeId: string;
  /** Whose shape errors take. */
  readonly shape: ProtocolId;
  /** Of the one path that takes some. */
  readonly body?: Buffer;
}

export interface AppReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface App {
  (request: AppRequest): Promise<AppReply>;
  /** Every path that it answers, with Hono's names for what varies: the matrix of the door holds each of them. */
  readonly paths: ReadonlySet<string>;
}

type Env = { Bindings: AppRequest };

export function createApp(options: AppOptions): App {
  const app = new Hono<Env>();

  /** A path that only reads: HEAD comes with GET, all else is 405. */
  function page(path: string, answer: (context: Context<Env>) => Response | Promise<Response>): void {
    app.get(path, answer);
    app.all(path, (context) => {
      const error = new ProxyError('method_not_allowed', 'This path takes GET and HEAD only.');
      return errorResponse(context.env, error, { allow: 'GET, HEAD' });
    });
  }

  page('/', (context) => context.text(options.greeting ?? greeting));
  page('/api/hello', (context) => context.json({ ok: true }));
  page('/healthz', (context) => context.json({ status: 'ok' }));
  page('/readyz', (context) => {
    const state = options.draining() ? { ready: false, reason: 'draining' } : options.ready();
    return context.json(state, state.ready ? 200 : 503);
  });

  const lists: readonly (readonly [base: string, listAs: Pick<ListRequest, 'listAs'>])[] = [
    ...['/v1/models', '/models', '/v1/v1/models'].map((base) => [base, {}] as const),
    ...geminiBases.map((base) => [`${base}/models`, { listAs: 'gemini' }] as const),
  ];
  for (const [base, listAs] of lists) {
    page(base, async (context) => {
      const caller = requireCaller(context.env.caller);
      return context.json(
        modelsPage({ ...context.env, ...listAs }, caller, await options.models(caller), options.names),
      );
    });
    // A method of Gemini's that nobody knows is a path that nobody knows (B-114).
    app.post(`${base}/:call{[\\s\\S]+}`, (context, next) =>
      isGeminiCall(context.env.path) ? context.notFound() : next(),
    );
    page(`${base}/:id{[\\s\\S]+}`, async (context) => {
      const id = decodeSegment(context.env.path.slice(base.length + 1)) ?? '';
      const caller = requireCaller(context.env.caller);
      const asked = listAs.listAs === 'gemini' ? id.replace(/^models\//, '') : id;
      return context.json(
        modelEntry({ ...context.env, ...listAs }, caller, await options.models(caller), options.names, asked),
      );
    });
  }

  for (const base of ['/v1/responses', '/responses', '/v1/v1/responses']) {
    const idOf = ({ req }: Context<Env>) => decodeSegment(req.param('id') ?? '') ?? '';
    const noResponse = (id: string) => new ProxyError('not_found', `Response with id '${id.slice(0, 100)}' not found.`);
    app.get(`${base}/:id`, (context) => {
      refuseReplay(context.env.query);
      const id = idOf(context);
      const found = options.responses?.find(id, requireCaller(context.env.caller));
      if (found === undefined) throw noResponse(id);
      return context.body(found, 200, { 'content-type': 'application/json' });
    });
    app.delete(`${base}/:id`, (context) => {
      const id = idOf(context);
      if (!options.responses?.delete(id, requireCaller(context.env.caller))) throw noResponse(id);
      return context.json({ id, object: 'response', deleted: true });
    });
    app.all(`${base}/:id`, (context) => {
      const error = new ProxyError('method_not_allowed', 'This path takes GET, HEAD and DELETE only.');
      return errorResponse(context.env, error, { allow: 'GET, HEAD, DELETE' });
    });
    page(`${base}/:id/input_items`, (context) => {
      const id = idOf(context);
      const items = options.responses?.inputItems(id, requireCaller(context.env.caller));
      if (items === undefined) throw noResponse(id);
      return context.json(inputItemsPage(items, context.env.query));
    });
  }

  for (const base of ollamaBases) {
    const asOllama = (env: AppRequest): ListRequest => ({ ...env, listAs: 'ollama' });
    page(`${base}/tags`, async ({ env, json }) => {
      const caller = requireCaller(env.caller);
      return json(modelsPage(asOllama(env), caller, await options.models(caller), options.names));
    });
    page(`${base}/ps`, (context) => context.json(ollamaPs()));
    page(`${base}/version`, (context) => context.json({ version: ollamaVersion }));
    app.post(`${base}/show`, async ({ env, json }) => {
      const caller = requireCaller(env.caller);
      const asked = shownModel(env.body);
      return json(modelEntry(asOllama(env), caller, await options.models(caller), options.names, asked));
    });
    app.all(`${base}/show`, ({ env }) => {
      const error = new ProxyError('method_not_allowed', 'This path takes POST only.');
      return errorResponse(env, error, { allow: 'POST' });
    });
    for (const path of modelChores) app.all(`${base}/${path}`, ({ env }) => errorResponse(env, noChores()));
  }

  const { metrics } = options;
  if (metrics !== undefined) {
    page('/metrics', async (context) => {
      requireMetricsKey(requireCaller(context.env.caller));
      const { contentType, body } = await metrics();
      return context.body(body, 200, { 'content-type': contentType });
    });
  }

  page('/crossfeed/v1/status', (context) => context.json(options.own.status(requireCaller(context.env.caller))));
  page('/crossfeed/v1/usage', ({ env, json }) =>
    json(usagePage(options.own.ledger, options.own.standing, env.query, requireCaller(env.caller))),
  );
  page('/crossfeed/v1/sessions', ({ env, json }) =>
    json(sessionsPage(options.own.ledger, env.query, requireCaller(env.caller))),
  );
  page('/crossfeed/v1/exchanges/:id', async (context) => {
    const found = await options.own.exchange(context.req.param('id') ?? '', requireCaller(context.env.caller));
    if (!found) throw new ProxyError('not_found', 'This key has no exchange with this id.');
    return context.json(found);
  });

  app.notFound((context) => errorResponse(context.env, unknownUrl(context.env.method, context.env.path)));
  app.onError((thrown, context) => errorResponse(context.env, toProxyError(thrown)));

  async function answer(request: AppRequest): Promise<AppReply> {
    // The authority is a fiction of the Request type; only path and method decide here.
    // It refuses TRACE, which no path takes: another one that none takes stands for it.
    const method = request.method === 'TRACE' ? 'OPTIONS' : request.method;
    const asked = new Request(`http://crossfeed${request.path}`, { method });
    const response = await app.fetch(asked, request);
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  }
  return Object.assign(answer, { paths: new Set(app.routes.map(({ path }) => path)) });
}

/** What Ollama does with the models on its disk (B-116). */
const modelChores = ['pull', 'push', 'create', 'copy', 'delete', 'blobs/*'] as const;

function noChores(): ProxyError {
  return new ProxyError(
    'not_supported',
    'Not supported by this proxy: the models are those of the Copilot seat, and none is kept here.',
  );
}

/** The name in `{"model"}`, or in `{"name"}` as older clients say. Codes: `invalid_json`, `invalid_request`. */
function shownModel(body: Buffer | undefined): string {
  const asked = parseJson(body?.toString('utf8') ?? '');
  if (!isObject(asked)) throw new ProxyError('invalid_json', 'The request body is not a JSON object.');
  const name = asked['model'] ?? asked['name'];
  if (typeof name === 'string' && name !== '') return name;
  throw new ProxyError('invalid_request', 'model: a model name (a string) is required.', { param: 'model' });
}

/** An answer that is over is kept whole, not as the stream that it came in. */
function refuseReplay(query: string): void {
  if (new URLSearchParams(query).get('stream') !== 'true') return;
  throw new ProxyError('invalid_request', 'stream: a kept response comes whole, not as a stream.', { param: 'stream' });
}

/** The door asked for a key before any path that needs one came here. */
function requireCaller(caller: Caller | undefined): Caller {
  if (caller === undefined) throw new ProxyError('invalid_api_key', 'An API key of this Crossfeed proxy is needed.');
  return caller;
}

/** The figures are of all keys together: those of others are not for each of them. */
function requireMetricsKey({ keyId, metricsOnly = false }: Caller): void {
  if (metricsOnly || keyId === defaultKeyId || keyId === anonymousId) return;
  throw new ProxyError(
    'key_not_allowed',
    'Figures of all keys are for the default key, or one of `crossfeed keys add NAME --metrics`.',
  );
}

function errorResponse(request: AppRequest, error: ProxyError, headers: Record<string, string> = {}): Response {
  const reply = errorEncoders[request.shape].encodeError(error, request.exchangeId);
  return new Response(reply.body, { status: reply.status, headers: { ...reply.headers, ...headers } });
}
