/** The Copilot API's calls, from body to answer: gates, catalogue, rules, writer, bill, stream. */
import { countTokens } from './billing.ts';
import { chatEndpoint } from './chat-reply.ts';
import type { DisputedPoints } from './disputed-points.ts';
import { embeddingsReply, refuseEmbeddings } from './embeddings-api.ts';
import { generate } from './generation.ts';
import { refuseModelCall } from './header-gates.ts';
import { isObject, stringOf, type JsonObject } from './json-value.ts';
import { messagesEndpoint } from './messages-reply.ts';
import type { ModelEndpoint } from './model-endpoint.ts';
import { endpointsOf, type ModelSpec } from './models.ts';
import { currentModels } from './policy-api.ts';
import { nestedRefusal, wordsOfRefusal, type Refusal } from './refusal.ts';
import { responsesEndpoint } from './responses-reply.ts';
import type { Stage, Visit } from './stage.ts';

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
  const refusal = refuseModelCall(headers, body, isGeneration, note) ?? refuseModel(model, record.path, stage.scenario);
  if (refusal !== undefined || model === undefined) return refuseAndNote(stage, visit, refusal ?? notSupported);
  if (record.path === '/embeddings') return answerEmbeddings(stage, visit, body, model);
  const endpoint = endpoints.find((one) => one.path === record.path);
  // Counting ignores extra fields and takes models of any endpoint.
  if (endpoint === undefined) return visit.json(200, { input_tokens: countTokens(messagesEndpoint.promptText(body)) });
  const call = {
    body,
    headers,
    model,
    account: stage.scenario.login,
    disputed: stage.scenario,
    webSearch: stage.scenario,
    serial: stage.nextSerial(),
    nowS: Math.floor(stage.clock.now() / 1000),
  };
  const broken = endpoint.refuse(call);
  if (broken !== undefined) return refuseAndNote(stage, visit, broken);
  generate(stage, visit, endpoint, call);
}

function refuseAndNote(stage: Stage, visit: Visit, refusal: Refusal): void {
  if (refusal.rule !== undefined) stage.note(visit.record.path, refusal.rule, wordsOfRefusal(refusal));
  visit.refuse(refusal);
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

function refuseModel(model: ModelSpec | undefined, path: string, disputed: DisputedPoints): Refusal | undefined {
  if (model === undefined || model.policy === 'disabled') return notSupported;
  if (model.unusable)
    return nestedRefusal(400, 'no available model endpoints for this plan', 'no_available_model_endpoints', 'model');
  if (path === '/v1/messages/count_tokens' || endpointsOf(model).includes(path)) return undefined;
  if (disputed.servesUnlistedEndpoints) return undefined;
  const message = `model "${model.id}" is not accessible via the ${path} endpoint`;
  return { ...nestedRefusal(400, message, 'unsupported_api_for_model'), rule: 'endpoint' };
}

/** Clients of older API versions are shown fewer models. */
const firstVersionWithAll = '2026-06-01';

/** The rows of `GET /models`: older clients, and those on the direct road, see fewer (reference §11). */
export function listedModels(stage: Stage, visit: Visit): readonly ModelSpec[] {
  const knowsVersion = stringOf(visit.headers['x-github-api-version']) >= firstVersionWithAll;
  const bearer = /^Bearer (\S+)$/i.exec(visit.headers.authorization ?? '')?.[1] ?? '';
  const isExchanged = stage.desk.look(bearer) === 'exchanged';
  return currentModels(stage).filter(
    (one) => (knowsVersion || !one.needsApiVersion) && (isExchanged || !one.needsExchange),
  );
}
