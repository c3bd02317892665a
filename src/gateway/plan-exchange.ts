/** Decides how an exchange will travel, before anything is sent: model, endpoint, lane, the edits, the rules of its stream. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../canonical/caller.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { Lane, RequestEdit } from '../canonical/request-edit.ts';
import type { LimitsConfig } from '../config/config.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import type { Operation } from '../observability/exchange-event.ts';
import { chooseEndpoint, endpointOf } from '../routing/choose-endpoint.ts';
import type { NameRule } from '../routing/resolve-name.ts';
import { planBetas } from '../upstream/copilot/beta-rules.ts';
import { declaredInteraction, initiatorOf } from '../upstream/copilot/initiator.ts';
import { containsImage } from '../upstream/copilot/vision.ts';
import type { Initiator, UpstreamPath } from '../upstream/upstream.ts';
import { countedMembers } from './count-answer.ts';
import { findModel, nameEdits, type ModelNames } from './find-model.ts';
import { fitRequest } from './fit-request.ts';
import type { InferenceRoute } from './gateway.ts';
import { utf8Text } from './latin1-view.ts';
import type { RequestBody } from './request-body.ts';
import { lossyEndpoints, refuseContinuation, refuseUnservable } from './refusals.ts';
import { isSingleChoice, streamRules, type StreamRule } from './stream-rules.ts';
import { asksForCompaction, summaryRequest, writtenCompaction } from './write-compaction.ts';
import { translateRequest, type ReturnWay, type TranslatedRequest } from './translate-request.ts';

export interface ExchangePlan {
  readonly askedModel: string;
  /** What of the asked name led to the model; where it is not the catalogue's id, answers carry the asked name. */
  readonly namedBy: NameRule | 'alias';
  readonly model: Model;
  readonly endpoint: Endpoint;
  readonly path: UpstreamPath;
  /** Whether the caller gets a stream. */
  readonly stream: boolean;
  /** The upstream is asked for a stream that the caller gets as one document. */
  readonly collect: boolean;
  readonly lane: Lane;
  readonly edits: readonly RequestEdit[];
  readonly streamRules: ReadonlySet<StreamRule>;
  /** The caller asked for one answer, not for several to choose from. */
  readonly singleChoice: boolean;
  /** Exactly what goes up. */
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly initiator: Initiator;
  readonly hasImages: boolean;
  readonly silenceMs: number;
  /** From alias to the caller's own tool name; empty where all names went up as they are. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** The tools that stay here, to be remembered for the session; undefined where all go up. */
  readonly prunedTools: readonly string[] | undefined;
  /** The images beyond what the model takes that a text stands for, by their ids, to be remembered for the session. */
  readonly surplusImages?: readonly string[];
  /** How the answer of a translated request comes back; null where both sides speak the same protocol. */
  readonly returnWay: ReturnWay | null;
  /** The caller asked for a compaction. */
  readonly compacts?: boolean;
  /** A summary stands in for it. */
  readonly writesSummary?: boolean;
  /** Of a call that the proxy makes in answer to another one. */
  readonly madeAs?: string | undefined;
}

export interface PlanInput {
  readonly route: InferenceRoute;
  readonly headers: IncomingHttpHeaders;
  readonly body: RequestBody;
  readonly caller: Pick<Caller, 'models' | 'aliases' | 'accountName'>;
  /** Which conversation this is. */
  readonly session: string;
  /** Where the configuration wants a model asked, by its id. */
  readonly endpointOverrides?: ReadonlyMap<string, Endpoint> | undefined;
  /** Whether an endpoint has refused this model, though the catalogue lists it. */
  readonly refusedBy?: (model: Model, endpoint: Endpoint) => boolean;
  /** Whether a model has refused to compact, though it has the endpoint. */
  readonly refusesCompaction?: (model: Model) => boolean;
  readonly models: readonly Model[];
  /** Aliases, and what else is known of names. */
  readonly names?: ModelNames;
  readonly limits: LimitsConfig;
  readonly disabledRules: ReadonlySet<string>;
  /** Edits that were made before planning. */
  readonly earlierEdits: readonly RequestEdit[];
  /** The tools that earlier turns of the session went up without. */
  readonly prunedBefore?: readonly string[] | undefined;
  /** What the ledger calls a call that the proxy makes in answer to another one: no user speaks in it. */
  readonly madeAs?: string | undefined;
}

/** What decides where a model is asked. */
export type EndpointInput = Pick<PlanInput, 'route' | 'body' | 'refusedBy' | 'endpointOverrides'>;

/** Where a call of this route goes if nothing speaks against it. */
export function endpointFor({ operation, protocol }: InferenceRoute): Endpoint {
  return operation === 'embed' ? '/embeddings' : (endpointOf[protocol] ?? '/chat/completions');
}

/** Whether Copilot has no endpoint that speaks the caller's protocol, so that every generation and count is translated. */
function isForeign({ operation, protocol }: InferenceRoute): boolean {
  return operation !== 'embed' && endpointOf[protocol] === undefined;
}

function pathOf(operation: Operation, endpoint: Endpoint): UpstreamPath {
  return operation === 'count-tokens' ? '/v1/messages/count_tokens' : endpoint;
}

/** Errors: `invalid_request`, `model_not_found`, `model_not_allowed`, `unsupported_endpoint`, `previous_response_not_found`. */
export function planExchange(input: PlanInput): ExchangePlan {
  const { route, headers, models, limits, disabledRules } = input;
  const asked = input.body.view;
  const askedModel = askedModelOf(asked);
  const stream = wantsStream(asked) && route.operation === 'generate';
  requireConversation(route, asked);
  refuseContinuation(route, asked);
  const own = endpointFor(route);
  const resolution = findModel({
    models,
    view: asked,
    caller: input.caller,
    endpoint: own,
    protocol: route.protocol,
    names: input.names,
  });
  const { model } = resolution;
  const endpoint = route.operation === 'generate' || isForeign(route) ? chosenEndpoint(input, model) : own;
  const path = pathOf(route.operation, endpoint);
  if (route.operation !== 'count-tokens') requireEndpoint(model, endpoint);
  const compacts = own === '/responses' && asksForCompaction(asked);
  const writesSummary = compacts && (endpoint !== own || input.refusesCompaction?.(model) === true);
  const toTranslate = writesSummary ? { ...input, body: summaryRequest(input.body) } : input;
  const translated =
    endpoint === own && !isForeign(route) && !writesSummary ? null : translateTo(endpoint, toTranslate, model);
  const body = translated?.body ?? input.body;
  const { view } = body;
  refuseUnservable(endpoint, view, model);

  const collect =
    route.operation === 'generate' &&
    !stream &&
    (translated !== null || (isNearOutputCap(view, model) && !disabledRules.has('collect-stream')));
  const fitted = fitRequest({
    path,
    endpoint,
    view,
    model,
    stream: stream || collect,
    disabledRules,
    prunedBefore: input.prunedBefore,
  });
  const edits: RequestEdit[] = [
    ...input.earlierEdits,
    ...nameEdits(resolution),
    ...(writesSummary ? [writtenCompaction] : []),
    ...(translated?.edits ?? []),
    ...fitted.edits,
  ];
  const bodyEdits: JsonEdit[] = [...fitted.jsonEdits];
  if (collect && translated === null) {
    const reason = 'The upstream cuts long answers that are not streamed, so it is asked for a stream.';
    bodyEdits.push({ op: 'set', path: ['stream'], value: true });
    edits.push({ rule: 'collect-stream', reason, path: 'stream' });
  }
  edits.push(...bytesEdits(input.body));
  const armed = streamRules({
    endpoint,
    view,
    model,
    namedBy: route.operation === 'count-tokens' ? 'id' : resolution.by,
    stream: stream || collect,
    disabledRules,
  });
  // What is translated is written anew, and needs no mending.
  const rules = translated === null ? armed : [];
  for (const rule of rules) edits.push({ rule: rule.name, reason: rule.reason });
  const sameProtocol: Lane = edits.length === 0 ? 'raw' : 'patched';
  // A header is no part of the bodies whose bytes the raw lane promises.
  const betas =
    path === '/v1/messages' ? planBetas(headerText(headers['anthropic-beta']), fitted.view, disabledRules) : undefined;
  edits.push(...(betas?.edits ?? []));
  // The trigger is the client's own word for it, as the header is another one's.
  const declared = compacts ? 'conversation-compaction' : headerText(headers['x-interaction-type']);
  const interaction = declaredInteraction(declared);

  return {
    askedModel: utf8Text(askedModel),
    namedBy: resolution.by,
    model,
    endpoint,
    path,
    stream,
    collect,
    // Embeddings of such callers were put into the endpoint's words before.
    lane: translated === null && endpointOf[route.protocol] !== undefined ? sameProtocol : 'translated',
    edits,
    streamRules: new Set(rules.map((rule) => rule.name)),
    singleChoice: isSingleChoice(view),
    body: bodyOf(body, bodyEdits),
    headers: {
      ...(betas?.header === undefined ? {} : { 'anthropic-beta': betas.header }),
      ...(interaction === undefined ? {} : { 'x-interaction-type': interaction }),
    },
    initiator: initiatorFor(input, pathOf(route.operation, own), edits, interaction),
    hasImages: containsImage(path, view),
    silenceMs: model.supports.reasoning ? limits.reasoningSilenceMs : limits.silenceMs,
    toolNames: fitted.toolNames,
    prunedTools: fitted.prunedTools,
    returnWay: translated?.returnWay ?? null,
    compacts,
    writesSummary,
    madeAs: input.madeAs,
  };
}

/** Who spoke is to be read in the caller's own words: translated, a reminder behind a tool result is a turn. */
function initiatorFor(
  { madeAs, route, body, headers }: PlanInput,
  own: UpstreamPath,
  edits: readonly RequestEdit[],
  interaction: string | undefined,
): Initiator {
  if (madeAs !== undefined) return 'agent';
  // GitHub sees a turn of a person's at the end there, and nothing may look as if that were hidden from it.
  if (edits.some(({ rule }) => rule === 'no-prefill') && interaction === undefined) return 'user';
  const path = route.protocol === 'gemini' ? 'gemini' : own;
  return initiatorOf(path, body.view, headerText(headers['x-initiator']), interaction);
}

/** The caller's own where the model has it and nothing would be lost there; for a count the one that counts. */
export function chosenEndpoint({ route, body, refusedBy, endpointOverrides }: EndpointInput, model: Model): Endpoint {
  if (route.operation === 'count-tokens' && model.endpoints.includes('/v1/messages')) return '/v1/messages';
  const refused = new Set(model.endpoints.filter((endpoint) => refusedBy?.(model, endpoint)));
  const lossy = lossyEndpoints(route.protocol, body.view, model);
  const override = endpointOverrides?.get(model.id) ?? null;
  const question = { protocol: route.protocol, model, override, lossy, refused };
  return chooseEndpoint(question) ?? endpointFor(route);
}

function translateTo(endpoint: Endpoint, { route, body, caller, session }: PlanInput, model: Model): TranslatedRequest {
  const translated = translateRequest({
    client: route.protocol,
    endpoint,
    model,
    body,
    accountName: caller.accountName,
    session,
  });
  return route.operation === 'count-tokens' ? { ...translated, body: countedMembers(translated.body) } : translated;
}

function askedModelOf(view: JsonObject): string {
  const { model } = view;
  if (typeof model === 'string' && model !== '') return model;
  throw new ProxyError('invalid_request', 'model: a model name (a string) is required.', { param: 'model' });
}

function wantsStream(view: JsonObject): boolean {
  const { stream } = view;
  if (stream === undefined || stream === null || typeof stream === 'boolean') return stream === true;
  throw new ProxyError('invalid_request', 'stream: must be true or false.', { param: 'stream' });
}

function requireConversation(route: InferenceRoute, view: JsonObject) {
  // What only its decoder reads, it also judges.
  if (isForeign(route)) return;
  const key = route.operation === 'embed' || route.protocol === 'openai-responses' ? 'input' : 'messages';
  const value = view[key];
  if (Array.isArray(value) || (key === 'input' && typeof value === 'string')) return;
  // Responses may continue from a stored prompt alone; whether it can is the upstream's to say.
  if (route.protocol === 'openai-responses' && value === undefined) return;
  const wanted = key === 'input' ? 'a text or a list' : 'a list';
  throw new ProxyError('invalid_request', `${key}: ${wanted} is required.`, { param: key });
}

function requireEndpoint(model: Model, endpoint: Endpoint) {
  if (model.endpoints.includes(endpoint)) return;
  const has = model.endpoints.length === 0 ? 'none of the endpoints served here' : model.endpoints.join(' and ');
  throw new ProxyError(
    'unsupported_endpoint',
    `model '${model.id}' is not accessible via the ${endpoint} endpoint; it has ${has}.`,
    { param: 'model' },
  );
}

/** Claude answers that are not streamed are cut at a lower limit than streamed ones. */
function isNearOutputCap(view: JsonObject, model: Model): boolean {
  const cap = model.limits.nonStreamingOutputTokens;
  const asked = view['max_tokens'] ?? view['max_completion_tokens'] ?? view['max_output_tokens'];
  return cap !== undefined && typeof asked === 'number' && asked > cap;
}

function bytesEdits(body: RequestBody): RequestEdit[] {
  const edits: RequestEdit[] = [];
  if (body.hadByteOrderMark)
    edits.push({ rule: 'no-byte-order-mark', reason: 'JSON parsers refuse a byte order mark.' });
  for (const key of body.repeatedKeys) {
    edits.push({
      rule: 'last-key-wins',
      reason: 'What was checked is what goes up: the last of a repeated key.',
      path: key,
    });
  }
  return edits;
}

function bodyOf(body: RequestBody, edits: readonly JsonEdit[]): Buffer {
  if (edits.length === 0 && body.repeatedKeys.length === 0) return body.bytes;
  return Buffer.from(editJson(body.text, edits, body.repeatedKeys), 'latin1');
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
