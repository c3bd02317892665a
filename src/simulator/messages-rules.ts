/** What `/v1/messages` refuses, rule by rule, in the upstream's words (reference §6). */
import { arrayOf, isObject, numberOf, objectOf, stringOf } from './json-value.ts';
import { refuseBlocks } from './messages-block-rules.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { reasons } from './models.ts';
import { anthropicRefusal, flatRefusal, nestedRefusal, type Refusal } from './refusal.ts';

const allowedBetas =
  /^(?:interleaved-thinking-|context-management-|advanced-tool-use-|computer-use-2025-01-24$|computer-use-2025-11-24$)/;

const knownFields = new Set(
  [
    'model messages system stream tools tool_choice max_tokens top_p top_k temperature thinking output_config',
    'context_management stop_sequences metadata service_tier speed cache_control output_format container mcp_servers',
  ].flatMap((line) => line.split(' ')),
);

const extraInput = (path: string) => anthropicRefusal(`${path}: Extra inputs are not permitted`);

function betasOf({ headers }: EndpointCall): string[] {
  const header = headers['anthropic-beta'];
  return (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((beta) => beta.trim())
    .filter(Boolean);
}

export function refuseMessages(call: EndpointCall): Refusal | undefined {
  return refuseBetas(call) ?? refuseFields(call) ?? refuseTools(call) ?? refuseThinking(call) ?? refuseBlocks(call);
}

function refuseBetas(call: EndpointCall): Refusal | undefined {
  const unknown = betasOf(call).filter((beta) => !allowedBetas.test(beta));
  if (unknown.length === 0) return undefined;
  return nestedRefusal(400, `unsupported beta header(s): ${unknown.join(', ')}`, 'invalid_request_body');
}

function refuseFields(call: EndpointCall): Refusal | undefined {
  const { body, model } = call;
  for (const field of Object.keys(body)) if (!knownFields.has(field)) return extraInput(field);
  if (!Array.isArray(body['messages']) || body['messages'].length === 0)
    return anthropicRefusal('messages: at least one message is required');
  const maxTokens = numberOf(body['max_tokens']);
  if (maxTokens === undefined) return anthropicRefusal('max_tokens: Field required');
  if (maxTokens < 1) return anthropicRefusal('max_tokens: Input should be greater than or equal to 1');
  if (maxTokens > model.outputTokens)
    return anthropicRefusal(
      `max_tokens: ${maxTokens} > ${model.outputTokens}, which is the maximum allowed number of output tokens for ${model.version}`,
    );
  if ('cache_control' in body && !model.newest) return extraInput('cache_control');
  if ('context_management' in body && !betasOf(call).some((beta) => beta.startsWith('context-management-')))
    return extraInput('context_management');
  if ('output_format' in body)
    return anthropicRefusal("output_format: This field is deprecated. Use 'output_config.format' instead.");
  const { effort } = objectOf(body['output_config']);
  if (effort != null && !(model.efforts ?? []).includes(stringOf(effort)))
    return anthropicRefusal(
      model.efforts === undefined
        ? 'This model does not support the effort parameter.'
        : `output_config.effort: '${stringOf(effort)}' is not supported by this model. Supported: ${model.efforts.join(', ')}`,
    );
  return undefined;
}

function refuseTools(call: EndpointCall): Refusal | undefined {
  const hosted: string[] = [];
  const mayDefer = betasOf(call).some((beta) => beta.startsWith('advanced-tool-use-'));
  for (const [index, tool] of arrayOf(call.body['tools']).map(objectOf).entries()) {
    const type = stringOf(tool['type']);
    if (type.startsWith('web_search')) return flatRefusal(400, 'The use of the web search tool is not supported.');
    if (/^(?:web_fetch|code_execution|advisor_)/.test(type)) hosted.push(stringOf(tool['name']) || type);
    if ('eager_input_streaming' in tool) return extraInput(`tools.${index}.custom.eager_input_streaming`);
    if (!mayDefer && ('defer_loading' in tool || type.startsWith('tool_search_tool')))
      return extraInput(`tools.${index}.custom.defer_loading`);
    if (type !== '' && type !== 'custom') continue;
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(stringOf(tool['name'])))
      return anthropicRefusal(`tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
    if (objectOf(tool['input_schema'])['type'] !== 'object')
      return anthropicRefusal(`tools.${index}.custom.input_schema.type: Field required`);
  }
  return hosted.length === 0
    ? undefined
    : nestedRefusal(400, `rejected tool(s): ${hosted.join(', ')}`, 'invalid_request_body');
}

function refuseThinking({ body, model }: EndpointCall): Refusal | undefined {
  const thinking = body['thinking'];
  if (!isObject(thinking) || thinking['type'] === 'disabled') return undefined;
  if (!reasons(model)) return anthropicRefusal('thinking: this model does not support thinking');
  if (thinking['type'] === 'adaptive' && !model.adaptiveThinking)
    return anthropicRefusal('adaptive thinking is not supported on this model');
  if (thinking['type'] === 'enabled') {
    if (model.newest)
      return anthropicRefusal(
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
      );
    const budget = numberOf(thinking['budget_tokens']) ?? 0;
    if (budget < 1024)
      return anthropicRefusal('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
    if (budget >= (numberOf(body['max_tokens']) ?? 0))
      return anthropicRefusal('`max_tokens` must be greater than `thinking.budget_tokens`');
  }
  if (isForced(body['tool_choice']))
    return anthropicRefusal('Thinking may not be enabled when tool_choice forces tool use.');
  return undefined;
}

function isForced(choice: unknown): boolean {
  const { type } = objectOf(choice);
  return type === 'any' || type === 'tool';
}
