/** Where Messages says the names of tools. */
import { isObject, objectOf } from '../../canonical/json-value.ts';
import { nameAt, type NamePlace, type ToolNamePlaces } from '../tool-name-places.ts';

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Calls, and the references to tools that a search found, which stand in results. */
function inBlocks(content: unknown, path: NamePlace['path']): NamePlace[] {
  if (isObject(content)) {
    const found = objectOf(content)['tool_references'];
    return found === undefined ? [] : inBlocks(found, [...path, 'tool_references']);
  }
  return listOf(content).flatMap((entry, index) => {
    const block = objectOf(entry);
    const at = [...path, index];
    switch (block['type']) {
      case 'tool_use':
        return nameAt(block['name'], ...at, 'name');
      case 'tool_reference':
        return nameAt(block['tool_name'], ...at, 'tool_name');
      default:
        return inBlocks(block['content'], [...at, 'content']);
    }
  });
}

export const messagesToolNames: ToolNamePlaces = {
  offered: ({ tools }) =>
    listOf(tools).flatMap((tool, index) =>
      isObject(tool) ? [{ path: ['tools', index], names: nameAt(objectOf(tool)['name'], 'tools', index, 'name') }] : [],
    ),
  called: ({ messages }) =>
    listOf(messages).flatMap((message, index) =>
      inBlocks(objectOf(message)['content'], ['messages', index, 'content']),
    ),
  chosen: ({ tool_choice: choice }) => nameAt(objectOf(choice)['name'], 'tool_choice', 'name'),
  answered: ({ content_block: block, content }) => [
    ...(block === undefined ? [] : inBlocks([block], []).map(({ path, name }) => named(path, name))),
    ...inBlocks(content, ['content']),
  ],
};

/** The one block of an event stands by itself, not in a list. */
function named(path: NamePlace['path'], name: string): NamePlace {
  return { path: ['content_block', ...path.slice(1)], name };
}
