/** What `/v1/messages` refuses about tools: hosted ones, unknown fields, names, schemas, choices. */
import { firstOf } from './body-rule.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { advancedToolFields, toolFields } from './messages-fields.ts';
import { hasBeta } from './messages-headers.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { anthropicRefusal, flatRefusal, nestedRefusal, type Refusal } from './refusal.ts';

const toolsOf = ({ body }: EndpointCall) => arrayOf(body['tools']).map(objectOf);

const isCustom = (tool: JsonObject) => tool['type'] == null || tool['type'] === 'custom';

export function refuseHostedTools(call: EndpointCall): Refusal | undefined {
  const tools = toolsOf(call);
  if (tools.some((tool) => stringOf(tool['type']).startsWith('web_search')))
    return flatRefusal(400, 'The use of the web search tool is not supported.');
  const hosted = tools.filter((tool) => /^(?:web_fetch|code_execution|advisor_)/.test(stringOf(tool['type'])));
  if (hosted.length === 0) return undefined;
  const names = hosted.map((tool) => stringOf(tool['name']) || stringOf(tool['type']));
  return nestedRefusal(400, `rejected tool(s): ${names.join(', ')}`, 'invalid_request_body');
}

/** Anthropic's own tools that a client runs itself. The first word of their type names them; a date follows. */
const clientTools = ['bash', 'text_editor', 'memory', 'tool_search_tool_regex', 'tool_search_tool_bm25'];

export function refuseToolTypes(call: EndpointCall): Refusal | undefined {
  const known = hasBeta(call, 'computer-use-') ? [...clientTools, 'computer'] : clientTools;
  return firstOf(toolsOf(call), (tool, index) => {
    const type = stringOf(tool['type']);
    if (isCustom(tool) || known.some((name) => new RegExp(`^${name}_\\d{8}$`).test(type))) return undefined;
    return anthropicRefusal(
      `tools.${index}: Input tag '${type}' found using 'type' does not match any of the expected tags: 'custom', ${known.map((name) => `'${name}'`).join(', ')}`,
    );
  });
}

/** A search needs something to begin with. */
export function refuseAllDeferred(call: EndpointCall): Refusal | undefined {
  const tools = toolsOf(call);
  if (tools.length === 0 || tools.some((tool) => tool['defer_loading'] !== true)) return undefined;
  return anthropicRefusal('All tools have defer_loading set. At least one tool must be non-deferred.');
}

/** Typed tools have fields of their own; of those only what is refused everywhere is looked for. */
export function refuseToolFields(call: EndpointCall): Refusal | undefined {
  const isAdvanced = hasBeta(call, 'advanced-tool-use-');
  return firstOf(toolsOf(call), (tool, index) => {
    const type = stringOf(tool['type']);
    const path = `tools.${index}.${type === '' ? 'custom' : type}`;
    if ('eager_input_streaming' in tool)
      return anthropicRefusal(`${path}.eager_input_streaming: Extra inputs are not permitted`);
    if (!isAdvanced && (tool['defer_loading'] !== undefined || type.startsWith('tool_search_tool')))
      return anthropicRefusal(`${path}.defer_loading: Extra inputs are not permitted`);
    if (!isCustom(tool)) return undefined;
    const extra = Object.keys(tool).find((key) => !toolFields.has(key) && !(isAdvanced && advancedToolFields.has(key)));
    return extra === undefined ? undefined : anthropicRefusal(`${path}.${extra}: Extra inputs are not permitted`);
  });
}

export function refuseToolNames(call: EndpointCall): Refusal | undefined {
  const longest = call.model.toolNameLength ?? 128;
  const seen = new Set<string>();
  return firstOf(toolsOf(call), (tool, index) => {
    const name = stringOf(tool['name']);
    if (isCustom(tool) && !new RegExp(`^[a-zA-Z0-9_-]{1,${longest}}$`).test(name))
      return anthropicRefusal(
        `tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,${longest}}$'`,
      );
    if (seen.has(name)) return anthropicRefusal('tools: Tool names must be unique.');
    seen.add(name);
    return undefined;
  });
}

export function refuseToolSchemas(call: EndpointCall): Refusal | undefined {
  return firstOf(toolsOf(call), (tool, index) => {
    if (!isCustom(tool)) return undefined;
    const schema = tool['input_schema'];
    const path = `tools.${index}.custom.input_schema`;
    if (schema === undefined) return anthropicRefusal(`${path}: Field required`);
    if (!isObject(schema)) return anthropicRefusal(`${path}: Input should be an object`);
    if (schema['type'] === undefined) return anthropicRefusal(`${path}.type: Field required`);
    if (schema['type'] !== 'object') return anthropicRefusal(`${path}.type: Input should be 'object'`);
    const union = ['oneOf', 'allOf', 'anyOf'].some((key) => key in schema);
    return union
      ? anthropicRefusal(`${path}: input_schema does not support oneOf, allOf, or anyOf at the top level`)
      : undefined;
  });
}

export function refuseToolChoice(call: EndpointCall): Refusal | undefined {
  const choice = call.body['tool_choice'];
  if (choice == null) return undefined;
  const type = stringOf(objectOf(choice)['type']);
  if (!['auto', 'any', 'tool', 'none'].includes(type))
    return anthropicRefusal(
      `tool_choice: Input tag '${type}' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'`,
    );
  const tools = toolsOf(call);
  if (tools.length === 0 && type !== 'none')
    return anthropicRefusal('tool_choice: tool_choice may only be specified while providing tools');
  const name = objectOf(choice)['name'];
  if (type !== 'tool') return undefined;
  if (typeof name !== 'string') return anthropicRefusal('tool_choice.tool.name: Field required');
  if (tools.some((tool) => tool['name'] === name)) return undefined;
  return anthropicRefusal(`tool_choice.tool.name: Tool '${name}' not found in provided tools`);
}
