/** Takes tools out of a body that its endpoint would refuse the whole request for. */
import { isObject, objectOf, type JsonObject } from '../../../canonical/json-value.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import { listOf, remove } from './body-rule.ts';

/** The edits that take the tools for which `refused` holds out of a body, and a choice that named one of them. */
export function withoutTools(body: JsonObject, refused: (tool: JsonObject) => boolean): JsonEdit[] {
  const tools = listOf(body['tools']);
  const gone = tools.flatMap((tool, index) => (isObject(tool) && refused(tool) ? [index] : []));
  if (gone.length === 0) return [];
  const left = tools.filter((tool) => tool !== undefined).length - gone.length;
  const edits: JsonEdit[] = left === 0 ? [remove('tools')] : gone.map((index) => remove('tools', index));
  const choice = objectOf(body['tool_choice']);
  const namesGone = gone.some((index) => {
    const tool = objectOf(tools[index]);
    return choice['type'] === tool['type'] || (choice['name'] !== undefined && choice['name'] === tool['name']);
  });
  if (body['tool_choice'] !== undefined && (namesGone || left === 0)) edits.push(remove('tool_choice'));
  return edits;
}
