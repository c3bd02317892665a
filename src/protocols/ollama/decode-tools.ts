/** Tools of Ollama in our words: functions, and nothing else. */
import { isObject } from '../../canonical/json-value.ts';
import type { Tool } from '../../canonical/tool.ts';
import { refersElsewhere } from '../checked-values.ts';
import { listOf, malformed, requireText } from './malformed.ts';

/** Errors: `invalid_request`. */
export function decodeTools(tools: unknown): readonly Tool[] {
  return listOf(tools, 'tools').map((tool, index) => decodeTool(tool, `tools.${index}`));
}

function decodeTool(tool: unknown, path: string): Tool {
  const told = isObject(tool) ? tool['function'] : null;
  if (!isObject(told)) throw malformed(`${path}.function`, 'expected an object.');
  const { name, description, parameters } = told;
  if (parameters != null && !isObject(parameters))
    throw malformed(`${path}.function.parameters`, 'expected a JSON schema.');
  if (refersElsewhere(parameters)) throw malformed(`${path}.function.parameters`, 'a schema elsewhere is not fetched.');
  return {
    kind: 'function',
    name: requireText(name, `${path}.function.name`),
    namespace: null,
    description: typeof description === 'string' ? description : null,
    schema: parameters ?? null,
    strict: null,
    deferred: false,
  };
}
