/** Tools of Responses, and the choice among them, in our words. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { CustomTool, FunctionTool, Tool, ToolChoice, ToolName } from '../../canonical/tool.ts';
import { refersElsewhere } from '../checked-values.ts';
import { malformed, requireText } from './decode-content.ts';
import { createMemberCheck, toolMembers } from './member-tables.ts';

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

type Namespace = { readonly namespace: string | null; readonly namespaceDescription?: string };

/** Takes one list of tools: the body's own, or that of an `additional_tools` item. */
export type ToolDecoder = (list: unknown, param: string, path: string) => readonly Tool[];

export function createToolDecoder(report: Report): ToolDecoder {
  const check = createMemberCheck(toolMembers, report);

  function decodeList(list: unknown, param: string, path: string, within: Namespace): readonly Tool[] {
    if (list === undefined || list === null) return [];
    if (!Array.isArray(list)) throw malformed(param, 'expected a list of tools.');
    return list.flatMap((tool: unknown, index) => decodeTool(tool, `${param}[${index}]`, `${path}.${index}`, within));
  }

  function decodeTool(tool: unknown, param: string, path: string, within: Namespace): readonly Tool[] {
    if (!isObject(tool)) throw malformed(param, 'expected an object.');
    const type = requireText(tool['type'], `${param}.type`);
    if (!Object.hasOwn(toolMembers, type)) return [{ kind: 'hosted', type, value: tool }];
    check(tool, type, path);
    if (type === 'local_shell') return [{ kind: 'local-shell' }];
    const name = requireText(tool['name'], `${param}.name`);
    if (type === 'function') return [decodeFunction(tool, name, param, within)];
    if (type === 'custom') return [decodeCustom(tool, name, within)];
    const description = textOrNull(tool['description']);
    return decodeList(tool['tools'], `${param}.tools`, `${path}.tools`, {
      namespace: name,
      ...(description === null ? {} : { namespaceDescription: description }),
    });
  }

  return (list, param, path) => decodeList(list, param, path, { namespace: null });
}

function decodeFunction(tool: JsonObject, name: string, param: string, within: Namespace): FunctionTool {
  const { parameters, strict } = tool;
  if (parameters != null && !isObject(parameters)) throw malformed(`${param}.parameters`, 'expected a JSON schema.');
  if (refersElsewhere(parameters)) throw malformed(`${param}.parameters`, 'a schema elsewhere is not fetched.');
  return {
    kind: 'function',
    name,
    ...within,
    description: textOrNull(tool['description']),
    schema: parameters ?? null,
    strict: typeof strict === 'boolean' ? strict : null,
    deferred: tool['defer_loading'] === true,
  };
}

function decodeCustom(tool: JsonObject, name: string, within: Namespace): CustomTool {
  const { type, syntax, definition } = objectOf(tool['format']);
  const hasGrammar = type === 'grammar' && typeof syntax === 'string' && typeof definition === 'string';
  return {
    kind: 'custom',
    name,
    ...within,
    description: textOrNull(tool['description']),
    grammar: hasGrammar ? { syntax, definition } : null,
  };
}

/** Null where the caller said nothing, or forces what only OpenAI runs. */
export function decodeToolChoice(choice: unknown, report: Report): ToolChoice | null {
  if (choice === undefined || choice === null) return null;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice };
  if (!isObject(choice)) throw malformed('tool_choice', 'expected auto, none, required or an object.');
  if (choice['type'] === 'allowed_tools') return decodeAllowed(choice, report);
  const tool = decodeName(choice);
  if (tool) return { kind: 'tool', tool };
  report({ rule: 'not-carried', path: 'tool_choice', reason: 'A hosted tool cannot be forced on another vendor.' });
  return null;
}

function decodeAllowed({ mode, tools }: JsonObject, report: Report): ToolChoice {
  if (!Array.isArray(tools)) throw malformed('tool_choice.tools', 'expected a list of tools.');
  const names = tools.flatMap((tool: unknown, index) => {
    const name = decodeName(objectOf(tool));
    if (name) return [name];
    report({
      rule: 'not-carried',
      path: `tool_choice.tools.${index}`,
      reason: 'A hosted tool cannot be allowed on another vendor.',
    });
    return [];
  });
  return { kind: 'allowed', required: mode === 'required', tools: names };
}

function decodeName({ type, name, namespace }: JsonObject): ToolName | null {
  if (type === 'local_shell') return { name: 'local_shell', namespace: null };
  if ((type !== 'function' && type !== 'custom') || typeof name !== 'string') return null;
  return { name, namespace: textOrNull(namespace) };
}
