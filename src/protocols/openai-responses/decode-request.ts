/** A Responses request in our words. */
import type { Item } from '../../canonical/conversation.ts';
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest, OutputRequest, ReasoningRequest } from '../../canonical/model-request.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { checkNumbers } from '../checked-values.ts';
import { reportMembers } from '../member-table.ts';
import type { RequestDecoder } from '../protocol.ts';
import { malformed } from './decode-content.ts';
import { decodeInput } from './decode-items.ts';
import { createToolDecoder, decodeToolChoice } from './decode-tools.ts';
import { requestMembers, requestNumbers } from './member-tables.ts';

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const decodeResponsesRequest: RequestDecoder['decodeRequest'] = (body, report): ModelRequest => {
  refuseStored(body);
  checkNumbers(requestNumbers, body);
  reportMembers(requestMembers, body, report);
  const decodeTools = createToolDecoder(report);
  const own = decodeTools(body['tools'], 'tools', 'tools');
  const { items, tools } = decodeInput(body['input'], decodeTools, report);
  return {
    items: [...decodeInstructions(body['instructions']), ...items],
    tools: [...own, ...tools],
    toolChoice: decodeToolChoice(body['tool_choice'], report),
    parallelToolCalls: typeof body['parallel_tool_calls'] === 'boolean' ? body['parallel_tool_calls'] : null,
    maxOutputTokens: numberOrNull(body['max_output_tokens']),
    sampling: {
      temperature: numberOrNull(body['temperature']),
      topP: numberOrNull(body['top_p']),
      topK: null,
      seed: null,
      presencePenalty: numberOrNull(body['presence_penalty']),
      frequencyPenalty: numberOrNull(body['frequency_penalty']),
      logitBias: null,
    },
    stop: [],
    reasoning: decodeReasoningRequest(body['reasoning'], report),
    output: decodeOutput(body['text'], report),
    topLogprobs: decodeInclude(body, report),
    cacheKey: textOrNull(body['prompt_cache_key']),
    user: textOrNull(body['safety_identifier']) ?? textOrNull(body['user']),
    includeUsage: true,
  };
};

/** What lives at OpenAI, or in the store in front of us, cannot be looked up from here. */
function refuseStored(body: JsonObject) {
  if (body['previous_response_id'] != null)
    throw new ProxyError('previous_response_not_found', 'The previous response is not known here.', {
      param: 'previous_response_id',
    });
  for (const param of ['conversation', 'prompt']) {
    if (body[param] != null) throw malformed(param, 'it lives at OpenAI: send the whole input instead.');
  }
}

function decodeInstructions(instructions: unknown): readonly Item[] {
  if (instructions === undefined || instructions === null || instructions === '') return [];
  if (typeof instructions !== 'string') throw malformed('instructions', 'expected a string.');
  return [{ kind: 'message', role: 'system', parts: [{ kind: 'text', text: instructions }] }];
}

const reasoningMembers: ReadonlySet<string> = new Set(['effort', 'summary', 'generate_summary']);

function decodeReasoningRequest(reasoning: unknown, report: Report): ReasoningRequest | null {
  if (!isObject(reasoning)) return null;
  for (const [member, value] of Object.entries(reasoning)) {
    if (reasoningMembers.has(member) || value === null) continue;
    report({ rule: 'not-carried', path: `reasoning.${member}`, reason: `Only Responses has reasoning.${member}.` });
  }
  const effort = textOrNull(reasoning['effort']);
  const summary = textOrNull(reasoning['summary']) ?? textOrNull(reasoning['generate_summary']);
  if (summary === 'concise' || summary === 'detailed')
    report({ rule: 'approximated', path: 'reasoning.summary', reason: 'A summary is shown, of the usual length.' });
  return { effort, budgetTokens: null, mode: effort === 'none' ? 'off' : null, show: summary === null ? null : true };
}

function decodeOutput(text: unknown, report: Report): OutputRequest {
  const { format, verbosity, ...others } = objectOf(text);
  for (const member of Object.keys(others))
    report({ rule: 'not-carried', path: `text.${member}`, reason: `Nothing is known of text.${member}.` });
  return { format: decodeFormat(format), verbosity: textOrNull(verbosity) };
}

function decodeFormat(format: unknown): OutputRequest['format'] {
  if (format === undefined || format === null) return { kind: 'text' };
  const { type, name, description, schema, strict } = objectOf(format);
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json-object' };
  if (type !== 'json_schema') throw malformed('text.format.type', 'expected text, json_object or json_schema.');
  if (!isObject(schema)) throw malformed('text.format.schema', 'expected a JSON schema.');
  return {
    kind: 'json-schema',
    name: textOrNull(name),
    description: textOrNull(description),
    schema,
    strict: typeof strict === 'boolean' ? strict : null,
  };
}

/** The alternatives to tell for each token: log probabilities come only where `include` asks for them. */
function decodeInclude(body: JsonObject, report: Report): number | null {
  const include: readonly unknown[] = Array.isArray(body['include']) ? body['include'] : [];
  for (const [index, value] of include.entries()) {
    if (value === 'reasoning.encrypted_content' || value === 'message.output_text.logprobs') continue;
    report({ rule: 'not-carried', path: `include.${index}`, reason: 'It is about hosted tools, or about inputs.' });
  }
  return include.includes('message.output_text.logprobs') ? (numberOrNull(body['top_logprobs']) ?? 0) : null;
}
