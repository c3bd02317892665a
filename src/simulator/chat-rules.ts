/** What `POST /chat/completions` refuses, rule by rule, in the upstream's words (reference §4.1). The names are stable. */
import { firstOf, invalidBody, judge, quotedList, type BodyRule } from './body-rule.ts';
import { refuseCallShapes, refuseMessageForms, refuseOpaque, refusePairs, refuseParts } from './chat-message-rules.ts';
import { chatFieldRefusal } from './field-words.ts';
import { refusePartImages } from './image-rules.ts';
import { geminiFault, schemaFault, strictFault } from './json-schema-rules.ts';
import { arrayOf, isObject, numberOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { reasons, type ModelSpec } from './models.ts';
import { fieldFault, type PlainFields } from './plain-fields.ts';
import { anthropicRefusal, nestedRefusal, type Refusal } from './refusal.ts';

/** Fields that nobody knows are tolerated here: clients send many, and no refusal of one is reported. */
const chatRules: readonly BodyRule[] = [
  { name: 'field-type', refuse: refuseFields },
  { name: 'body', refuse: refuseMessageForms },
  { name: 'body', refuse: refuseParts },
  { name: 'max-tokens', refuse: refuseMaxTokens },
  { name: 'sampling', refuse: refuseSampling },
  { name: 'effort', refuse: refuseEffort },
  { name: 'tool', refuse: refuseTools },
  { name: 'tool-choice', refuse: refuseToolChoice },
  { name: 'text-format', refuse: refuseFormat },
  { name: 'cache-marker', refuse: refuseCacheMarkers },
  { name: 'image', refuse: refusePartImages },
  { name: 'tool-call', refuse: refuseCallShapes },
  { name: 'tool-pairs', refuse: refusePairs },
  { name: 'opaque', refuse: refuseOpaque },
];

export function refuseChat(call: EndpointCall): Refusal | undefined {
  return judge(chatRules, call);
}

const plainFields: PlainFields = {
  stream: { type: 'boolean' },
  stream_options: { type: 'object' },
  temperature: { type: 'number', least: 0, most: 2 },
  top_p: { type: 'number', least: 0, most: 1 },
  presence_penalty: { type: 'number', least: -2, most: 2 },
  frequency_penalty: { type: 'number', least: -2, most: 2 },
  n: { type: 'integer', least: 1, most: 128 },
  max_tokens: { type: 'integer' },
  max_completion_tokens: { type: 'integer' },
  logprobs: { type: 'boolean' },
  top_logprobs: { type: 'integer', least: 0, most: 20 },
  tools: { type: 'array' },
  parallel_tool_calls: { type: 'boolean' },
  response_format: { type: 'object' },
  'response_format.type': { words: ['text', 'json_object', 'json_schema'] },
};

function refuseFields({ body }: EndpointCall): Refusal | undefined {
  const fault = fieldFault(body, plainFields);
  return fault === undefined ? undefined : chatFieldRefusal(fault);
}

const isReasoningGpt = (model: ModelSpec) => model.backend === 'openai' && reasons(model);

const notOnModel = (name: string) =>
  invalidBody(`Unsupported parameter: '${name}' is not supported with this model.`, name);

function refuseMaxTokens({ body, model }: EndpointCall): Refusal | undefined {
  if (isReasoningGpt(model) && body['max_tokens'] != null)
    return invalidBody(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
    );
  const name = body['max_completion_tokens'] == null ? 'max_tokens' : 'max_completion_tokens';
  const tokens = numberOf(body[name]);
  if (tokens === undefined) return undefined;
  if (tokens < 1)
    return invalidBody(
      `Invalid '${name}': integer below minimum value. Expected a value >= 1, but got ${tokens} instead.`,
      name,
    );
  if (tokens <= model.outputTokens) return undefined;
  return invalidBody(
    `${name} is too large: ${tokens}. This model supports at most ${model.outputTokens} completion tokens, whereas you provided ${tokens}.`,
    name,
  );
}

function refuseSampling({ body, model }: EndpointCall): Refusal | undefined {
  if (Array.isArray(body['stop']) && body['stop'].length > 4)
    return invalidBody(
      `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${body['stop'].length} instead.`,
      'stop',
    );
  if (!isReasoningGpt(model)) return undefined;
  for (const name of ['temperature', 'top_p'])
    if ((body[name] ?? 1) !== 1)
      return invalidBody(`Unsupported value: '${name}' does not support ${String(body[name])} with this model.`, name);
  if (body['stop'] != null) return notOnModel('stop');
  if (body['logprobs'] === true) return notOnModel('logprobs');
  return undefined;
}

function refuseEffort({ body, model }: EndpointCall): Refusal | undefined {
  const effort = body['reasoning_effort'];
  if (effort == null || (model.efforts ?? []).includes(stringOf(effort))) return undefined;
  if (model.efforts === undefined)
    return nestedRefusal(
      400,
      `reasoning_effort "${stringOf(effort)}" was provided, but model ${model.id} does not support reasoning effort`,
      'invalid_reasoning_effort',
    );
  return nestedRefusal(
    400,
    `Unsupported value: 'reasoning_effort' does not support '${stringOf(effort)}' with this model. ` +
      `Supported values are: ${quotedList(model.efforts)}.`,
    'unsupported_value',
    'reasoning_effort',
  );
}

function refuseTools({ body, model }: EndpointCall): Refusal | undefined {
  const tools = arrayOf(body['tools']).map(objectOf);
  if (Array.isArray(body['tools']) && tools.length === 0)
    return invalidBody(
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    );
  if (tools.length > 128)
    return invalidBody(`Invalid 'tools': array too long. Expected at most 128, got ${tools.length}.`);
  const seen = new Set<string>();
  return firstOf(tools, (tool, index) => {
    const { type = 'function' } = tool;
    if (type !== 'function' && type !== 'custom')
      return invalidBody(
        `Invalid value: '${stringOf(type)}'. Supported values are: 'function' and 'custom'.`,
        `tools[${index}].type`,
      );
    const kind = tool['type'] === 'custom' ? 'custom' : 'function';
    const declared = tool[kind];
    const path = `tools[${index}].${kind}`;
    if (!isObject(declared)) return invalidBody(`Missing required parameter: '${path}'.`, path);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(stringOf(declared['name'])))
      return invalidBody(`Invalid '${path}.name': must match ^[a-zA-Z0-9_-]{1,64}$.`, `${path}.name`);
    const name = stringOf(declared['name']);
    // GPT takes the same name twice; the other two do not.
    if (seen.has(name) && model.backend === 'anthropic') return invalidBody('tools: Tool names must be unique.');
    if (seen.has(name) && model.backend === 'google')
      return invalidBody(`Duplicate function declaration found: ${name}`);
    seen.add(name);
    return kind === 'custom' ? undefined : refuseSchema(declared, index, model);
  });
}

function refuseSchema(declared: JsonObject, index: number, model: ModelSpec): Refusal | undefined {
  const { name, parameters, strict } = declared;
  if (model.backend === 'google') {
    const fault = geminiFault(parameters, `tools[0].function_declarations[${index}].parameters`);
    return fault === undefined ? undefined : invalidBody(fault);
  }
  if (model.backend !== 'openai') return undefined;
  const fault = schemaFault(parameters, strict);
  if (fault === undefined) return undefined;
  const words = `Invalid schema for function '${stringOf(name)}': ${fault}`;
  return nestedRefusal(400, words, 'invalid_function_parameters', `tools[${index}].function.parameters`);
}

function refuseToolChoice({ body, model, disputed }: EndpointCall): Refusal | undefined {
  const choice = body['tool_choice'];
  if (choice == null) return undefined;
  const tools = arrayOf(body['tools']).map(objectOf);
  if (tools.length === 0 && choice !== 'none')
    return invalidBody("'tool_choice' is only allowed when 'tools' are specified.", 'tool_choice');
  if (choice === 'required' && !disputed.toolChoiceRequired)
    return invalidBody("tool_choice 'required' is not supported", 'tool_choice');
  // GitHub's own CLI asks Gemini for checked calls so.
  if (choice === 'validated' && model.backend === 'google') return undefined;
  if (typeof choice === 'string')
    return ['none', 'auto', 'required'].includes(choice)
      ? undefined
      : invalidBody(`Invalid value: '${choice}'. Supported values are: 'none', 'auto', and 'required'.`, 'tool_choice');
  const name = objectOf(objectOf(choice)['function'] ?? objectOf(choice)['custom'])['name'];
  if (objectOf(choice)['type'] === 'allowed_tools') return undefined;
  const isThere = tools.some((tool) => objectOf(tool['function'] ?? tool['custom'])['name'] === name);
  if (isThere) return undefined;
  return invalidBody(
    "Invalid value for 'tool_choice': the tool that it names is not among 'tools'.",
    'tool_choice.function.name',
  );
}

/** Claude ignores `json_schema` on this endpoint, wrong or right. */
function refuseFormat({ body, model }: EndpointCall): Refusal | undefined {
  const format = objectOf(body['response_format']);
  if (model.backend !== 'openai' || format['type'] !== 'json_schema') return undefined;
  const { name, schema, strict } = objectOf(format['json_schema']);
  if (stringOf(name) === '')
    return invalidBody(
      "Missing required parameter: 'response_format.json_schema.name'.",
      'response_format.json_schema.name',
    );
  const fault = schemaFault(schema, false) ?? (strict === true ? strictFault(schema) : undefined);
  if (fault === undefined) return undefined;
  return invalidBody(`Invalid schema for response_format '${stringOf(name)}': ${fault}`, 'response_format');
}

/** Copilot's own markers, as Claude counts them. */
function refuseCacheMarkers({ body, model }: EndpointCall): Refusal | undefined {
  if (model.backend !== 'anthropic') return undefined;
  const count = [...arrayOf(body['messages']), ...arrayOf(body['tools'])].filter((one) =>
    isObject(objectOf(one)['copilot_cache_control']),
  ).length;
  if (count <= 4) return undefined;
  return anthropicRefusal(`A maximum of 4 blocks with cache_control may be provided. Found ${count}.`);
}
