/** Gemini's tools, and the choice among them, in our words. */
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { FunctionTool, Tool, ToolChoice } from '../../canonical/tool.ts';
import { decodeJsonSchema, decodeSchema } from './decode-schema.ts';
import { choiceMembers, functionMembers, toolConfigMembers } from './member-tables.ts';
import {
  camelCased,
  listOf,
  malformed,
  membersOf,
  requireName,
  requireText,
  textOrNull,
  wordOf,
} from './proto-json.ts';
import { reportMembersAt } from './report-members.ts';

/** One tool of theirs may hold many functions, and name tools that Google runs. Errors: `invalid_request`. */
export function decodeTools(tools: unknown, report: Report): readonly Tool[] {
  return listOf(tools).flatMap((tool, index): readonly Tool[] => {
    const path = `tools.${index}`;
    if (!isObject(tool)) throw malformed(path, 'expected an object.');
    return Object.entries(camelCased(tool)).flatMap(([type, value]): readonly Tool[] => {
      if (type === 'functionDeclarations')
        return listOf(value).map((one, at) => decodeFunction(one, `${path}.${type}.${at}`, report));
      return value === null || value === undefined ? [] : [{ kind: 'hosted', type, value: { [type]: value } }];
    });
  });
}

function decodeFunction(value: unknown, path: string, report: Report): FunctionTool {
  if (!isObject(value)) throw malformed(path, 'expected an object.');
  const told = camelCased(value);
  reportMembersAt(path, functionMembers, told, report);
  return {
    kind: 'function',
    name: requireName(told['name'], `${path}.name`),
    namespace: null,
    description: textOrNull(told['description']),
    schema:
      decodeJsonSchema(told['parametersJsonSchema'], `${path}.parametersJsonSchema`) ??
      decodeSchema(told['parameters'], `${path}.parameters`),
    strict: null,
    deferred: false,
  };
}

/** Null where the caller said nothing. Errors: `invalid_request`. */
export function decodeToolChoice(toolConfig: unknown, report: Report): ToolChoice | null {
  const config = membersOf(toolConfig, 'toolConfig');
  reportMembersAt('toolConfig', toolConfigMembers, config, report);
  const path = 'toolConfig.functionCallingConfig';
  const told = membersOf(config['functionCallingConfig'], path);
  reportMembersAt(path, choiceMembers, told, report);
  const names = listOf(told['allowedFunctionNames']).map((name, at) =>
    requireText(name, `${path}.allowedFunctionNames.${at}`),
  );
  return choiceOf(told, names, path, report);
}

function choiceOf(told: JsonObject, names: readonly string[], path: string, report: Report): ToolChoice | null {
  const mode = wordOf(told['mode']);
  const tools = names.map((name) => ({ name, namespace: null }));
  const [only] = tools;
  switch (mode) {
    case 'ANY':
      if (only && tools.length === 1) return { kind: 'tool', tool: only };
      return only ? { kind: 'allowed', required: true, tools } : { kind: 'required' };
    case 'NONE':
      return { kind: 'none' };
    case 'VALIDATED':
      report({
        rule: 'approximated',
        path: `${path}.mode`,
        reason: 'The model may call or not; that its calls fit the schema is not promised.',
      });
      return only ? { kind: 'allowed', required: false, tools } : { kind: 'auto' };
    case 'AUTO':
      return only ? { kind: 'allowed', required: false, tools } : { kind: 'auto' };
    case '':
    case 'MODE_UNSPECIFIED':
      return only ? { kind: 'allowed', required: false, tools } : null;
    default:
      throw malformed(`${path}.mode`, 'expected AUTO, ANY, NONE or VALIDATED.');
  }
}
