/** What `/v1/messages` refuses about thinking and effort, and about sampling beside them. */
import { unknownField } from './body-rule.ts';
import { isObject, numberOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { outputConfigFields, thinkingFields } from './messages-fields.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { reasons } from './models.ts';
import { anthropicRefusal, nestedRefusal, type Refusal } from './refusal.ts';

/** `between_tools` is known by name to Anthropic's types; who takes it is not reported, so it passes. */
const kinds = ['enabled', 'disabled', 'adaptive', 'between_tools'];

export function refuseThinking({ body, model }: EndpointCall): Refusal | undefined {
  const { thinking } = body;
  if (thinking == null) return undefined;
  if (!isObject(thinking)) return anthropicRefusal('thinking: Input should be an object');
  const type = stringOf(thinking['type']);
  if (!kinds.includes(type))
    return anthropicRefusal(
      `thinking: Input tag '${type}' found using 'type' does not match any of the expected tags: ${kinds.map((kind) => `'${kind}'`).join(', ')}`,
    );
  const extra = unknownField(thinking, thinkingFields);
  if (extra !== undefined) return anthropicRefusal(`thinking.${type}.${extra}: Extra inputs are not permitted`);
  const { display } = thinking;
  if (display != null && display !== 'summarized' && display !== 'omitted')
    return anthropicRefusal(`thinking.${type}.display: Input should be 'summarized' or 'omitted'`);
  if (type === 'disabled') return undefined;
  if (!reasons(model)) return anthropicRefusal('thinking: this model does not support thinking');
  if (type === 'adaptive' && !model.adaptiveThinking)
    return anthropicRefusal('adaptive thinking is not supported on this model');
  return type === 'enabled' ? refuseBudget(body, thinking, model.newest === true) : undefined;
}

function refuseBudget(body: JsonObject, thinking: JsonObject, isNewest: boolean): Refusal | undefined {
  if (isNewest)
    return anthropicRefusal(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  const budget = numberOf(thinking['budget_tokens']);
  if (budget === undefined) return anthropicRefusal('thinking.enabled.budget_tokens: Field required');
  if (budget < 1024)
    return anthropicRefusal('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  if (budget >= (numberOf(body['max_tokens']) ?? 0))
    return anthropicRefusal('`max_tokens` must be greater than `thinking.budget_tokens`');
  return undefined;
}

/** What goes together with thinking, and what does not. */
export function refuseBesideThinking({ body }: EndpointCall): Refusal | undefined {
  const type = stringOf(objectOf(body['thinking'])['type']);
  if (type !== 'enabled' && type !== 'adaptive') return undefined;
  const choice = objectOf(body['tool_choice'])['type'];
  if (choice === 'any' || choice === 'tool')
    return anthropicRefusal('Thinking may not be enabled when tool_choice forces tool use.');
  if ((body['temperature'] ?? 1) !== 1)
    return anthropicRefusal('`temperature` may only be set to 1 when thinking is enabled.');
  if (body['top_k'] != null) return anthropicRefusal('`top_k` must be unset when thinking is enabled.');
  if ((numberOf(body['top_p']) ?? 1) < 0.95)
    return anthropicRefusal('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.');
  return undefined;
}

export function refuseOutputConfig({ body, model }: EndpointCall): Refusal | undefined {
  if ('output_format' in body)
    return anthropicRefusal("output_format: This field is deprecated. Use 'output_config.format' instead.");
  const config = body['output_config'];
  if (config == null) return undefined;
  if (!isObject(config)) return anthropicRefusal('output_config: Input should be an object');
  const extra = unknownField(config, outputConfigFields);
  if (extra !== undefined) return anthropicRefusal(`output_config.${extra}: Extra inputs are not permitted`);
  const { effort, format } = config;
  if (format != null && (objectOf(format)['type'] !== 'json_schema' || !isObject(objectOf(format)['schema'])))
    return anthropicRefusal('output_config.format.schema: Field required');
  if (effort == null || (model.efforts ?? []).includes(stringOf(effort))) return undefined;
  // Observed: this one is worded and coded by Copilot itself, before any backend is asked.
  return nestedRefusal(
    400,
    model.efforts === undefined
      ? `reasoning_effort "${stringOf(effort)}" was provided, but model ${model.id} does not support reasoning effort`
      : `output_config.effort: '${stringOf(effort)}' is not supported by this model. Supported: ${model.efforts.join(', ')}`,
    'invalid_reasoning_effort',
  );
}
