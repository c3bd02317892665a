/** What `POST /responses` refuses about tools: kinds, names, schemas, grammars, choices. */
import { firstOf, invalidBody } from './body-rule.ts';
import { schemaFault, strictFault } from './json-schema-rules.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';
import { textFields, toolTypes } from './responses-fields.ts';
import { isSearchTool, refuseSearchTool } from './responses-search-rules.ts';

const missing = (param: string) => invalidBody(`Missing required parameter: '${param}'.`, param);

export function refuseTools({ body }: EndpointCall): Refusal | undefined {
  return firstOf(arrayOf(body['tools']).map(objectOf), (tool, index) => {
    const path = `tools[${index}]`;
    const { effort } = objectOf(body['reasoning']);
    return isSearchTool(stringOf(tool['type'])) ? refuseSearchTool(tool, path, effort) : refuseTool(tool, path);
  });
}

function refuseTool(tool: JsonObject, path: string): Refusal | undefined {
  const type = stringOf(tool['type']);
  if (tool['type'] === undefined) return missing(`${path}.type`);
  if (!toolTypes.has(type))
    return nestedRefusal(400, `${path}: tool type '${type}' is not supported`, 'unsupported_value', 'tools');
  if (type !== 'function' && type !== 'custom' && type !== 'namespace') return undefined;
  const name = stringOf(tool['name']);
  if (name === '') return missing(`${path}.name`);
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name))
    return invalidBody(`Invalid '${path}.name': must match ^[a-zA-Z0-9_-]{1,64}$.`, `${path}.name`);
  if (type === 'namespace') {
    if (stringOf(tool['description']) === '') return missing(`${path}.description`);
    return firstOf(arrayOf(tool['tools']).map(objectOf), (inner, index) =>
      refuseTool(inner, `${path}.tools[${index}]`),
    );
  }
  if (type === 'custom') return refuseGrammar(tool['format'], `${path}.format`);
  const fault = schemaFault(tool['parameters'], tool['strict']);
  if (fault === undefined) return undefined;
  const words = `Invalid schema for function '${name}': ${fault}`;
  return nestedRefusal(400, words, 'invalid_function_parameters', `${path}.parameters`);
}

function refuseGrammar(format: unknown, path: string): Refusal | undefined {
  if (format == null) return undefined;
  const { type, syntax, definition } = objectOf(format);
  if (type !== 'text' && type !== 'grammar')
    return invalidBody(
      `Invalid value: '${stringOf(type)}'. Supported values are: 'text' and 'grammar'.`,
      `${path}.type`,
    );
  if (type === 'text') return undefined;
  if (syntax !== 'lark' && syntax !== 'regex')
    return invalidBody(
      `Invalid value: '${stringOf(syntax)}'. Supported values are: 'lark' and 'regex'.`,
      `${path}.syntax`,
    );
  return stringOf(definition) === '' ? missing(`${path}.definition`) : undefined;
}

/** Forced tools are named flat here; the nested form of Chat is another protocol's. */
export function refuseToolChoice({ body }: EndpointCall): Refusal | undefined {
  const choice = body['tool_choice'];
  if (choice == null) return undefined;
  if (typeof choice === 'string') {
    if (!['none', 'auto', 'required'].includes(choice))
      return invalidBody(
        `Invalid value: '${choice}'. Supported values are: 'none', 'auto', and 'required'.`,
        'tool_choice',
      );
    if (choice !== 'required' || arrayOf(body['tools']).length > 0 || typeof body['input'] !== 'string')
      return undefined;
    return invalidBody("Tool choice 'required' must be specified with 'tools' parameter.", 'tool_choice');
  }
  if (!isObject(choice)) return invalidBody('Invalid type for tool_choice.', 'tool_choice');
  const nested = ['function', 'custom'].find((key) => isObject(choice[key]));
  if (nested !== undefined)
    return nestedRefusal(
      400,
      `Unknown parameter: 'tool_choice.${nested}'.`,
      'unknown_parameter',
      `tool_choice.${nested}`,
    );
  const type = stringOf(choice['type']);
  if (isSearchTool(type))
    return arrayOf(body['tools']).some((tool) => objectOf(tool)['type'] === type)
      ? undefined
      : invalidBody(`Tool choice '${type}' not found in 'tools' parameter.`, 'tool_choice');
  if (type !== 'function' && type !== 'custom') return undefined;
  const name = stringOf(choice['name']);
  if (name === '') return missing('tool_choice.name');
  if (toolNames(body['tools']).includes(name) || bringsTools(body)) return undefined;
  return invalidBody(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice');
}

/** Also those inside namespaces. */
function toolNames(tools: unknown): readonly string[] {
  return arrayOf(tools)
    .map(objectOf)
    .flatMap((tool) => [stringOf(tool['name']), ...toolNames(tool['tools'])]);
}

/** Items of the input may bring tools along that `tools` does not name. */
function bringsTools(body: JsonObject): boolean {
  return arrayOf(body['input']).some((item) => Array.isArray(objectOf(item)['tools']));
}

export function refuseText({ body }: EndpointCall): Refusal | undefined {
  const text = body['text'];
  if (text == null) return undefined;
  const extra = Object.keys(objectOf(text)).find((key) => !textFields.has(key));
  if (extra !== undefined)
    return nestedRefusal(400, `Unknown parameter: 'text.${extra}'.`, 'unknown_parameter', `text.${extra}`);
  const format = objectOf(objectOf(text)['format']);
  if (format['type'] !== 'json_schema') return undefined;
  const name = stringOf(format['name']);
  if (name === '') return missing('text.format.name');
  if (!isObject(format['schema'])) return missing('text.format.schema');
  const { schema, strict } = format;
  const fault =
    schema['type'] === 'object'
      ? strict === true
        ? strictFault(schema)
        : undefined
      : `schema must be a JSON Schema of 'type: "object"', got 'type: "${stringOf(schema['type']) || 'None'}"'.`;
  if (fault === undefined) return undefined;
  return nestedRefusal(
    400,
    `Invalid schema for response_format '${name}': ${fault}`,
    'invalid_json_schema',
    'text.format.schema',
  );
}
