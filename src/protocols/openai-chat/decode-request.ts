/** A Chat Completions request in our words. */
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { OutputRequest, ReasoningRequest, Sampling } from '../../canonical/model-request.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { checkNumbers, checkStops } from '../checked-values.ts';
import { reportMembers } from '../member-table.ts';
import type { RequestDecoder } from '../protocol.ts';
import { malformed } from './decode-content.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { requestMembers, requestNumbers } from './member-tables.ts';

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const decodeChatRequest: RequestDecoder['decodeRequest'] = (body, report) => {
  refuseSeveral(body['n']);
  checkNumbers(requestNumbers, body);
  reportMembers(requestMembers, body, report);
  refuseSound(body['modalities']);
  return {
    items: decodeMessages(body['messages'], report),
    tools: decodeTools(body),
    toolChoice: decodeToolChoice(body),
    parallelToolCalls: typeof body['parallel_tool_calls'] === 'boolean' ? body['parallel_tool_calls'] : null,
    maxOutputTokens: numberOrNull(body['max_completion_tokens']) ?? numberOrNull(body['max_tokens']),
    sampling: decodeSampling(body),
    stop: decodeStops(body['stop']),
    reasoning: decodeReasoningRequest(body),
    output: { format: decodeFormat(body['response_format']), verbosity: textOrNull(body['verbosity']) },
    topLogprobs: body['logprobs'] === true ? (numberOrNull(body['top_logprobs']) ?? 0) : null,
    cacheKey: textOrNull(body['prompt_cache_key']),
    user: textOrNull(body['safety_identifier']) ?? textOrNull(body['user']),
    // A whole completion always tells its usage.
    includeUsage: body['stream'] !== true || objectOf(body['stream_options'])['include_usage'] === true,
  };
};

function refuseSeveral(n: unknown) {
  if (typeof n !== 'number' || n <= 1) return;
  const message = 'This model is reached through another endpoint, which gives one answer at a time: leave n out.';
  throw new ProxyError('invalid_request', message, { param: 'n' });
}

/** Who waits for sound finds none in a text, and would not look at the edits. */
function refuseSound(modalities: unknown) {
  const asked: readonly unknown[] = Array.isArray(modalities) ? modalities : [];
  if (!asked.includes('audio')) return;
  const message = 'modalities: no model of a Copilot seat speaks; ask for text alone.';
  throw new ProxyError('invalid_request', message, { param: 'modalities' });
}

function decodeSampling(body: JsonObject): Sampling {
  return {
    temperature: numberOrNull(body['temperature']),
    topP: numberOrNull(body['top_p']),
    topK: numberOrNull(body['top_k']),
    seed: numberOrNull(body['seed']),
    presencePenalty: numberOrNull(body['presence_penalty']),
    frequencyPenalty: numberOrNull(body['frequency_penalty']),
    logitBias: isObject(body['logit_bias']) && Object.keys(body['logit_bias']).length > 0 ? body['logit_bias'] : null,
  };
}

function decodeStops(stop: unknown): readonly string[] {
  const stops: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  checkStops(stops, 'stop');
  return stops.filter((one) => typeof one === 'string' && one !== '') as readonly string[];
}

function decodeReasoningRequest(body: JsonObject): ReasoningRequest | null {
  const effort = textOrNull(body['reasoning_effort']);
  const budgetTokens = numberOrNull(body['thinking_budget']);
  if (effort === null && budgetTokens === null) return null;
  const mode = effort === 'none' ? 'off' : budgetTokens === null ? null : 'on';
  return { effort, budgetTokens, mode, show: null };
}

function decodeFormat(value: unknown): OutputRequest['format'] {
  if (value === undefined || value === null) return { kind: 'text' };
  const { type, json_schema: told } = objectOf(value);
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json-object' };
  if (type !== 'json_schema') throw malformed('response_format.type', 'expected text, json_object or json_schema.');
  const { name, description, schema, strict } = objectOf(told);
  if (!isObject(schema)) throw malformed('response_format.json_schema.schema', 'expected a JSON schema.');
  return {
    kind: 'json-schema',
    name: textOrNull(name),
    description: textOrNull(description),
    schema,
    strict: typeof strict === 'boolean' ? strict : null,
  };
}
