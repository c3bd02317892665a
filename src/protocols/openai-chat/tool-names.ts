/** Where Chat Completions says the names of tools. */
import { isObject, objectOf } from '../../canonical/json-value.ts';
import { nameAt, type NamePlace, type ToolNamePlaces } from '../tool-name-places.ts';

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A tool, a call and a choice have the same form: the name is within the member that its type names. */
function inTool(value: unknown, path: NamePlace['path']): NamePlace[] {
  const tool = objectOf(value);
  return ['function', 'custom'].flatMap((kind) => nameAt(objectOf(tool[kind])['name'], ...path, kind, 'name'));
}

function inCalls(message: unknown, path: NamePlace['path']): NamePlace[] {
  const { tool_calls: calls, function_call: call } = objectOf(message);
  return [
    ...listOf(calls).flatMap((entry, index) => inTool(entry, [...path, 'tool_calls', index])),
    ...nameAt(objectOf(call)['name'], ...path, 'function_call', 'name'),
  ];
}

export const chatToolNames: ToolNamePlaces = {
  offered: ({ tools, functions }) => [
    ...listOf(tools).flatMap((tool, index) =>
      isObject(tool) ? [{ path: ['tools', index], names: inTool(tool, ['tools', index]) }] : [],
    ),
    // As it was before there were tools; some clients still write it.
    ...listOf(functions).flatMap((entry, index) =>
      isObject(entry)
        ? [{ path: ['functions', index], names: nameAt(objectOf(entry)['name'], 'functions', index, 'name') }]
        : [],
    ),
  ],
  called: ({ messages }) =>
    listOf(messages).flatMap((message, index) => {
      const { role, name } = objectOf(message);
      const own = role === 'tool' || role === 'function' ? nameAt(name, 'messages', index, 'name') : [];
      return [...inCalls(message, ['messages', index]), ...own];
    }),
  chosen: ({ tool_choice: choice, function_call: call }) => [
    ...inTool(choice, ['tool_choice']),
    ...nameAt(objectOf(call)['name'], 'function_call', 'name'),
    ...listOf(objectOf(objectOf(choice)['allowed_tools'])['tools']).flatMap((tool, index) =>
      inTool(tool, ['tool_choice', 'allowed_tools', 'tools', index]),
    ),
  ],
  answered: ({ choices }) =>
    listOf(choices).flatMap((choice, index) =>
      ['delta', 'message'].flatMap((member) => inCalls(objectOf(choice)[member], ['choices', index, member])),
    ),
};
