/** The Copilot API's calls, from body to answer: gates, catalogue, rules, writer, bill, stream. */
import { countTokens, priceUsage, type Usage } from './billing.ts';
import { chatEndpoint } from './chat-reply.ts';
import type { Ask, Reply } from './conversation.ts';
import { embeddingsReply, refuseEmbeddings } from './embeddings-api.ts';
import { strikeOf } from './faults.ts';
import { refuseModelCall } from './header-gates.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { readMarkers } from './markers.ts';
import { messagesEndpoint } from './messages-reply.ts';
import type { EndpointCall, ModelEndpoint } from './model-endpoint.ts';
import { endpointsOf, type ModelSpec } from './models.ts';
import { humanTexts } from './plain-prompt.ts';
import { currentModels } from './policy-api.ts';
import { nestedRefusal, wordsOfRefusal, type Refusal } from './refusal.ts';
import { responsesEndpoint } from './responses-reply.ts';
import type { Stage, Visit } from './stage.ts';
import { writeReply } from './writer.ts';

const endpoints: readonly ModelEndpoint[] = [chatEndpoint, responsesEndpoint, messagesEndpoint];

/** Whether the path is one of the calls below. */
export function isModelCall(path: string): boolean {
  return path === '/embeddings' || path === '/v1/messages/count_tokens' || endpoints.some((one) => one.path === path);
}

export function answerModelCall(stage: Stage, visit: Visit): void {
  const { record, headers } = visit;
  const note = (rule: string, detail: string) => stage.note(record.path, rule, detail);
  const isGeneration = endpoints.some((one) => one.path === record.path);
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    note('content-type', String(headers['content-type']));
  const body = record.json;
  if (!isObject(body)) {
    note('body', 'not a JSON object in UTF-8');
    return visit.refuse({ status: 400, body: { error: { message: 'failed to parse request', code: '' } } });
  }
  const model = findModel(currentModels(stage), stringOf(body['model']), record.path);
  const refusal = refuseModelCall(headers, body, isGeneration, note) ?? refuseModel(model, record.path);
  if (refusal !== undefined || model === undefined) return refuseAndNote(stage, visit, refusal ?? notSupported);
  if (record.path === '/embeddings') return answerEmbeddings(stage, visit, body, model);
  const endpoint = endpoints.find((one) => one.path === record.path);
  // Counting ignores extra fields and takes models of any endpoint.
  if (endpoint === undefined) return visit.json(200, { input_tokens: countTokens(messagesEndpoint.promptText(body)) });
  generate(stage, visit, endpoint, {
    body,
    headers,
    model,
    account: stage.scenario.login,
    disputed: stage.scenario,
    serial: stage.nextSerial(),
    nowS: Math.floor(stage.clock.now() / 1000),
  });
}

function refuseAndNote(stage: Stage, visit: Visit, refusal: Refusal): void {
  if (refusal.rule !== undefined) stage.note(visit.record.path, refusal.rule, wordsOfRefusal(refusal));
  visit.refuse(refusal);
}

function generate(stage: Stage, visit: Visit, endpoint: ModelEndpoint, call: EndpointCall): void {
  const refusal = endpoint.refuse(call);
  if (refusal !== undefined) return refuseAndNote(stage, visit, refusal);
  const promptText = endpoint.promptText(call.body);
  const promptTokens = countTokens(promptText);
  if (promptTokens > call.model.promptTokens)
    return visit.refuse(endpoint.tooLong(promptTokens, call.model.promptTokens));
  const ask = endpoint.ask(call);
  const markers = readMarkers(humanTexts(ask.turns)[0]?.text ?? '');
  const strikes = [...visit.strikes, ...markers.strikes];
  if (visit.strike(markers.strikes)) return;
  const reply = writeReply(capped(ask, call), markers);
  const usage = usageOf(stage, endpoint, call, promptText, reply);
  stage.ledger.spend(usage.copilotUsage.total_nano_aiu);
  const quota = stage.ledger.headers(stage.clock.now());
  if (call.body['stream'] !== true) return visit.json(200, endpoint.whole(call, reply, usage), quota);
  const eventDelayMs = markers.eventDelayMs ?? stage.scenario.eventDelayMs;
  visit.stream(endpoint.frames(call, reply, usage), {
    headers: quota,
    strikes,
    eventDelayMs,
    firstDelayMs: strikeOf(strikes, 'slow-first-byte')?.delayMs ?? 0,
    errorFrame: (code, message) => endpoint.errorFrame(code, message),
  });
}

/** Some models give less in an answer that is no stream. */
function capped(ask: Ask, { body, model }: EndpointCall): Ask {
  const limit = body['stream'] === true ? model.outputTokens : (model.nonStreamingOutputTokens ?? model.outputTokens);
  return { ...ask, maxOutputTokens: Math.min(ask.maxOutputTokens ?? limit, limit) };
}

function usageOf(stage: Stage, endpoint: ModelEndpoint, call: EndpointCall, promptText: string, reply: Reply): Usage {
  const promptTokens = countTokens(promptText);
  const isMarked = !endpoint.marksCache || hasCacheMarker(call.body);
  const known = isMarked ? stage.cache.readTokens(call.model.id, promptText) : 0;
  // The closing brackets of the prompt text are never part of a cached prefix: at least one token is fresh.
  const cacheReadTokens = Math.min(known, promptTokens - 1);
  const fresh = promptTokens - cacheReadTokens;
  const cacheWriteTokens = endpoint.marksCache && isMarked ? Math.max(0, fresh - 4) : 0;
  return priceUsage(call.model, { promptTokens, cacheReadTokens, cacheWriteTokens }, reply);
}

function hasCacheMarker(value: unknown): boolean {
  if (Array.isArray(value)) return arrayOf(value).some(hasCacheMarker);
  if (!isObject(value)) return false;
  return isObject(value['cache_control']) || Object.values(value).some(hasCacheMarker);
}

function answerEmbeddings(stage: Stage, visit: Visit, body: JsonObject, model: ModelSpec): void {
  const refusal = refuseEmbeddings(body, model);
  if (refusal !== undefined) return refuseAndNote(stage, visit, { ...refusal, rule: 'embeddings' });
  visit.json(200, embeddingsReply(body, model), stage.ledger.headers(stage.clock.now()));
}

/** Of rows with the same id the usable one counts. `/v1/messages` takes dashes for dots as well. */
function findModel(models: readonly ModelSpec[], id: string, path: string): ModelSpec | undefined {
  const isMessages = path.startsWith('/v1/messages');
  const named = models.filter((one) => one.id === id || (isMessages && one.id.replaceAll('.', '-') === id));
  return named.find((one) => one.policy !== 'disabled') ?? named[0];
}

const notSupported: Refusal = {
  ...nestedRefusal(400, 'The requested model is not supported.', 'model_not_supported', 'model'),
  rule: 'model',
};

function refuseModel(model: ModelSpec | undefined, path: string): Refusal | undefined {
  if (model === undefined || model.policy === 'disabled') return notSupported;
  if (model.unusable)
    return nestedRefusal(400, 'no available model endpoints for this plan', 'no_available_model_endpoints', 'model');
  if (path === '/v1/messages/count_tokens' || endpointsOf(model).includes(path)) return undefined;
  const message = `model "${model.id}" is not accessible via the ${path} endpoint`;
  return { ...nestedRefusal(400, message, 'unsupported_api_for_model'), rule: 'endpoint' };
}

/** The rows of `GET /models`: a client without an API version, or on the direct road, sees fewer (reference §11). */
export function listedModels(stage: Stage, visit: Visit): readonly ModelSpec[] {
  const knowsVersion = objectOf(visit.headers)['x-github-api-version'] !== undefined;
  const bearer = /^Bearer (\S+)$/i.exec(visit.headers.authorization ?? '')?.[1] ?? '';
  const isExchanged = stage.desk.look(bearer) === 'exchanged';
  return currentModels(stage).filter(
    (one) => (knowsVersion || !one.needsApiVersion) && (isExchanged || !one.needsExchange),
  );
}
