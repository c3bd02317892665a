/** Where Responses says the names of tools. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { nameAt, type NamePlace, type ToolNamePlaces } from '../tool-name-places.ts';

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A namespace holds tools of its own; the other hosted kinds have no name that a caller chose. */
function inTool(value: unknown, path: NamePlace['path']): NamePlace[] {
  const { type, name, tools } = objectOf(value);
  if (type === 'namespace') return inTools(tools, [...path, 'tools']);
  return type === 'function' || type === 'custom' ? nameAt(name, ...path, 'name') : [];
}

function inTools(tools: unknown, path: NamePlace['path']): NamePlace[] {
  return listOf(tools).flatMap((tool, index) => inTool(tool, [...path, index]));
}

function inItem(value: unknown, path: NamePlace['path']): NamePlace[] {
  const { type, name, tools } = objectOf(value);
  if (type === 'additional_tools') return inTools(tools, [...path, 'tools']);
  return type === 'function_call' || type === 'custom_tool_call' ? nameAt(name, ...path, 'name') : [];
}

function inChoice(value: unknown, path: NamePlace['path']): NamePlace[] {
  return [...inTool(value, path), ...inTools(objectOf(value)['tools'], [...path, 'tools'])];
}

/** A response repeats what it was asked with. */
function inResponse(response: JsonObject, path: NamePlace['path']): NamePlace[] {
  return [
    ...listOf(response['output']).flatMap((item, index) => inItem(item, [...path, 'output', index])),
    ...inTools(response['tools'], [...path, 'tools']),
    ...inChoice(response['tool_choice'], [...path, 'tool_choice']),
  ];
}

export const responsesToolNames: ToolNamePlaces = {
  offered: ({ tools }) =>
    listOf(tools).flatMap((tool, index) =>
      isObject(tool) ? [{ path: ['tools', index], names: inTool(tool, ['tools', index]) }] : [],
    ),
  called: ({ input }) => listOf(input).flatMap((item, index) => inItem(item, ['input', index])),
  chosen: ({ tool_choice: choice }) => inChoice(choice, ['tool_choice']),
  answered: (payload) => [
    ...inItem(payload['item'], ['item']),
    ...(payload['type'] === 'response.function_call_arguments.done' ? nameAt(payload['name'], 'name') : []),
    ...(isObject(payload['response']) ? inResponse(payload['response'], ['response']) : inResponse(payload, [])),
  ],
};
