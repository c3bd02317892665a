/** Tools of Messages in our words. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { Tool, ToolChoice } from '../../canonical/tool.ts';
import { refersElsewhere } from '../checked-values.ts';
import { saysNothing } from '../member-table.ts';
import { cacheOf, malformed, requireText } from './decode-content.ts';
import { toolMembers } from './member-tables.ts';

/**
 * `referenced` holds the deferred tools that the conversation has found already. No other protocol knows tools that wait to
 * be found, so the rest stays behind until then. Errors: `invalid_request`.
 */
export function decodeTools(tools: unknown, referenced: ReadonlySet<string>, report: Report): readonly Tool[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw malformed('tools', 'a list is required.');
  // Anthropic's own search does not run elsewhere: without it no deferred tool would ever be found.
  const shown = tools.some(isOwnSearch) ? null : referenced;
  return tools.flatMap((tool: unknown, index) => decodeTool(tool, `tools.${index}`, shown, report));
}

function isOwnSearch(tool: unknown): boolean {
  const { type } = objectOf(tool);
  return typeof type === 'string' && type.startsWith('tool_search_tool');
}

/** `shown` names the deferred tools that are shown; null shows them all. */
function decodeTool(tool: unknown, path: string, shown: ReadonlySet<string> | null, report: Report): readonly Tool[] {
  if (!isObject(tool)) throw malformed(path, 'an object is required.');
  const { type, description } = tool;
  if (typeof type === 'string' && type !== 'custom') return [{ kind: 'hosted', type, value: tool }];
  const name = requireText(tool['name'], `${path}.name`);
  const deferred = tool['defer_loading'] === true;
  if (deferred && shown === null)
    report({
      rule: 'approximated',
      path,
      reason: 'Without a search that finds it, a deferred tool is shown from the start.',
    });
  if (deferred && shown?.has(name) === false) {
    report({ rule: 'not-carried', path, reason: 'A deferred tool goes up once the conversation has found it.' });
    return [];
  }
  if (refersElsewhere(tool['input_schema']))
    throw malformed(`${path}.input_schema`, 'a schema elsewhere is not fetched.');
  for (const [member, value] of Object.entries(tool)) {
    if (toolMembers.has(member) || saysNothing(value)) continue;
    report({ rule: 'not-carried', path: `${path}.${member}`, reason: `Only Messages has ${member} on a tool.` });
  }
  return [
    {
      kind: 'function',
      name,
      namespace: null,
      description: typeof description === 'string' ? description : null,
      schema: isObject(tool['input_schema']) ? tool['input_schema'] : null,
      strict: typeof tool['strict'] === 'boolean' ? tool['strict'] : null,
      // It was found, so it is shown like any other.
      deferred: false,
      ...cacheOf(tool),
    },
  ];
}

/** The names in all `tool_reference` blocks of the conversation, and of the tool that is forced. */
export function referencedTools(messages: unknown, choice: unknown): ReadonlySet<string> {
  const { name: forced } = objectOf(choice);
  const names = new Set(typeof forced === 'string' ? [forced] : []);
  const look = (value: unknown, depth: number) => {
    if (depth > 6) return;
    if (Array.isArray(value)) for (const entry of value) look(entry, depth + 1);
    else if (isObject(value)) {
      if (value['type'] === 'tool_reference' && typeof value['tool_name'] === 'string') names.add(value['tool_name']);
      look(value['content'], depth + 1);
    }
  };
  look(messages, 0);
  return names;
}

export function decodeToolChoice(choice: unknown): ToolChoice | null {
  const { type, name } = objectOf(choice);
  switch (type) {
    case 'auto':
    case 'none':
      return { kind: type };
    case 'any':
      return { kind: 'required' };
    case 'tool':
      return { kind: 'tool', tool: { name: requireText(name, 'tool_choice.name'), namespace: null } };
    default:
      return null;
  }
}

export function decodeParallel(choice: unknown): boolean | null {
  const { disable_parallel_tool_use: disabled }: JsonObject = objectOf(choice);
  return typeof disabled === 'boolean' ? !disabled : null;
}
