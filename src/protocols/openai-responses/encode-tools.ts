/** Tools and the choice among them in Responses' words. */
import type { JsonObject } from '../../canonical/json-value.ts';
import { objectSchema, withoutUnions } from '../../canonical/object-schema.ts';
import type { CustomTool, FunctionTool, Tool, ToolChoice, ToolName } from '../../canonical/tool.ts';
import type { LossAt } from './encode-content.ts';

/** Tools of one namespace that stand together become one namespace again. */
export function encodeTools(tools: readonly Tool[], loss: LossAt = () => undefined): readonly JsonObject[] {
  const searches = tools.some((tool) => tool.kind === 'hosted' && tool.type === 'tool_search');
  const out: JsonObject[] = [];
  let open: JsonObject[] = [];
  let openName: string | null = null;
  for (const [index, tool] of tools.entries()) {
    const namespace = namespaceOf(tool);
    const encoded = encodeTool(tool, searches, (reason) => loss('approximated', `tools.${index}`, reason));
    if (namespace === null) {
      out.push(encoded);
    } else if (openName === namespace) {
      open.push(encoded);
    } else {
      open = [encoded];
      out.push({
        type: 'namespace',
        name: namespace,
        // Copilot refuses a namespace without a description.
        description: (tool as FunctionTool | CustomTool).namespaceDescription ?? namespace,
        tools: open,
      });
    }
    openName = namespace;
  }
  return out;
}

function namespaceOf(tool: Tool): string | null {
  return tool.kind === 'function' || tool.kind === 'custom' ? tool.namespace : null;
}

function encodeTool(tool: Tool, searches: boolean, approximated: (reason: string) => void): JsonObject {
  switch (tool.kind) {
    case 'hosted':
      return tool.value;
    case 'local-shell':
      return { type: 'local_shell' };
    case 'custom':
      return {
        type: 'custom',
        name: tool.name,
        ...(tool.description === null ? {} : { description: tool.description }),
        format: tool.grammar ? { type: 'grammar', ...tool.grammar } : { type: 'text' },
      };
    case 'function': {
      const { schema, isExact } = withoutUnions(objectSchema(tool.schema));
      if (!isExact) approximated('The arguments of a function are one object, without a choice between several.');
      return {
        type: 'function',
        name: tool.name,
        ...(tool.description === null ? {} : { description: tool.description }),
        parameters: schema,
        // Left out it would mean true.
        strict: tool.strict ?? false,
        // Without a tool that searches nothing would ever show them.
        ...(tool.deferred && searches ? { defer_loading: true } : {}),
      };
    }
  }
}

export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[]): string | JsonObject {
  switch (choice.kind) {
    case 'tool':
      return encodeName(choice.tool, tools);
    case 'allowed':
      return {
        type: 'allowed_tools',
        mode: choice.required ? 'required' : 'auto',
        tools: choice.tools.map((tool) => encodeName(tool, tools)),
      };
    default:
      return choice.kind;
  }
}

function encodeName({ name, namespace }: ToolName, tools: readonly Tool[]): JsonObject {
  const isCustom = tools.some((tool) => tool.kind === 'custom' && tool.name === name && tool.namespace === namespace);
  return { type: isCustom ? 'custom' : 'function', name, ...(namespace === null ? {} : { namespace }) };
}
