/** Tools of Chat Completions, and the choice among them, in our words. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { FunctionTool, Tool, ToolChoice, ToolName } from '../../canonical/tool.ts';
import { refersElsewhere } from '../checked-values.ts';
import { cacheOf, malformed, requireText } from './decode-content.ts';

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** `functions` is how older clients spell `tools`. Errors: `invalid_request`. */
export function decodeTools({ tools, functions }: JsonObject): readonly Tool[] {
  return [
    ...listOf(tools, 'tools').map((tool, index) => decodeTool(tool, `tools.${index}`)),
    ...listOf(functions, 'functions').map((tool, index) => decodeFunction(tool, `functions.${index}`)),
  ];
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(path, 'expected a list.');
  return value;
}

function decodeTool(tool: unknown, path: string): Tool {
  if (!isObject(tool)) throw malformed(path, 'expected an object.');
  const type = tool['type'] ?? 'function';
  if (type === 'function') return { ...decodeFunction(tool['function'], `${path}.function`), ...cacheOf(tool) };
  if (type !== 'custom') return { kind: 'hosted', type: requireText(type, `${path}.type`), value: tool };
  const { name, description, format } = objectOf(tool['custom']);
  const { syntax, definition } = objectOf(objectOf(format)['grammar']);
  return {
    kind: 'custom',
    name: requireText(name, `${path}.custom.name`),
    namespace: null,
    description: textOrNull(description),
    grammar: typeof syntax === 'string' && typeof definition === 'string' ? { syntax, definition } : null,
  };
}

function decodeFunction(told: unknown, path: string): FunctionTool {
  if (!isObject(told)) throw malformed(path, 'expected an object.');
  const { name, description, parameters, strict } = told;
  if (parameters != null && !isObject(parameters)) throw malformed(`${path}.parameters`, 'expected a JSON schema.');
  if (refersElsewhere(parameters)) throw malformed(`${path}.parameters`, 'a schema elsewhere is not fetched.');
  return {
    kind: 'function',
    name: requireText(name, `${path}.name`),
    namespace: null,
    description: textOrNull(description),
    schema: parameters ?? null,
    strict: typeof strict === 'boolean' ? strict : null,
    deferred: false,
  };
}

/** Null where the caller said nothing. Errors: `invalid_request`. */
export function decodeToolChoice({ tool_choice: choice, function_call: legacy }: JsonObject): ToolChoice | null {
  const told = choice ?? legacy;
  if (told === undefined || told === null) return null;
  if (told === 'auto' || told === 'none' || told === 'required') return { kind: told };
  if (choice == null && isObject(legacy)) return { kind: 'tool', tool: toolName(legacy, 'function_call') };
  if (!isObject(told)) throw malformed('tool_choice', 'expected auto, none, required or an object.');
  if (told['type'] !== 'allowed_tools') return { kind: 'tool', tool: chosenTool(told, 'tool_choice') };
  const { mode, tools } = objectOf(told['allowed_tools']);
  const allowed = listOf(tools, 'tool_choice.allowed_tools.tools');
  return {
    kind: 'allowed',
    required: mode === 'required',
    tools: allowed.map((tool, index) => chosenTool(objectOf(tool), `tool_choice.allowed_tools.tools.${index}`)),
  };
}

function chosenTool(choice: JsonObject, path: string): ToolName {
  const kind = choice['type'] === 'custom' ? 'custom' : 'function';
  return toolName(objectOf(choice[kind]), `${path}.${kind}`);
}

function toolName({ name }: JsonObject, path: string): ToolName {
  return { name: requireText(name, `${path}.name`), namespace: null };
}
