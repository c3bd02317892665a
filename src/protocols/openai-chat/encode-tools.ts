/** Tools and the choice among them in Chat Completions' words. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import { objectSchema } from '../../canonical/object-schema.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { FunctionTool, ToolChoice, ToolName } from '../../canonical/tool.ts';

/** Without tools nothing can be said of their use. */
export function encodeToolUse({ tools, toolChoice, parallelToolCalls }: ModelRequest, report: Report): JsonObject {
  const encoded = tools.flatMap((tool, index) =>
    tool.kind === 'function' ? [encodeTool(tool, `tools.${index}`, report)] : [],
  );
  if (encoded.length === 0) return {};
  return {
    tools: encoded,
    ...(toolChoice === null ? {} : { tool_choice: encodeToolChoice(toolChoice) }),
    ...(parallelToolCalls === null ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

function encodeTool({ name, description, schema, strict, deferred }: FunctionTool, path: string, report: Report) {
  if (deferred)
    report({
      rule: 'approximated',
      path,
      reason: 'Chat cannot search for tools: deferred ones are shown from the start.',
    });
  return {
    type: 'function',
    function: {
      name,
      ...(description === null ? {} : { description }),
      parameters: parametersOf(schema, path, report),
      ...(strict === null ? {} : { strict }),
    },
  };
}

/** The arguments of a function are an object: a schema that leaves that open is refused. */
function parametersOf(schema: JsonObject | null, path: string, report: Report): JsonObject {
  const told = objectSchema(schema);
  if (!told.isExact)
    report({ rule: 'approximated', path, reason: 'The arguments of a function are an object, and nothing else.' });
  return told.schema;
}

function encodeToolChoice(choice: ToolChoice): string | JsonObject {
  switch (choice.kind) {
    case 'tool':
      return encodeName(choice.tool);
    case 'allowed':
      return {
        type: 'allowed_tools',
        allowed_tools: { mode: choice.required ? 'required' : 'auto', tools: choice.tools.map(encodeName) },
      };
    default:
      return choice.kind;
  }
}

function encodeName({ name }: ToolName): JsonObject {
  return { type: 'function', function: { name } };
}
