/** Tools of kinds that only Responses has, as plain functions: what goes up, and what each is to the caller. */
import { shortHash } from '../canonical/fit-id.ts';
import type { CallForm, Item } from '../canonical/conversation.ts';
import type { ModelRequest } from '../canonical/model-request.ts';
import type { Report } from '../canonical/request-edit.ts';
import type { CustomTool, FunctionTool, Tool, ToolChoice, ToolName } from '../canonical/tool.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { CallerTool } from './restore-calls.ts';

export interface AdaptedTools {
  readonly request: ModelRequest;
  /** Tools that go up as something else, by the name they go up under. */
  readonly calls: ReadonlyMap<string, CallerTool>;
}

/** Errors: `invalid_request` for a choice that names no tool. Each tool keeps its place, since the order of tools is part of the cached prefix. */
export function adaptTools(request: ModelRequest, report: Report): AdaptedTools {
  const tools = eachOnce(request.tools, report);
  const names = createFlatNames(tools);
  const calls = new Map<string, CallerTool>();
  const adapted: FunctionTool[] = [];
  for (const [index, tool] of tools.entries()) {
    const path = `tools.${index}`;
    switch (tool.kind) {
      case 'hosted':
        report({
          rule: 'not-carried',
          reason: `Only its vendor can run the tool ${tool.type}.${hintOf(tool.type)}`,
          path,
        });
        break;
      case 'local-shell': {
        const name = names.of(localShell, 'local-shell');
        calls.set(name, { ...localShell, form: 'local-shell' });
        report({ rule: 'wrapped-tool', reason: 'local_shell goes up as a function.', path });
        adapted.push({ ...localShellFunction, name });
        break;
      }
      case 'custom': {
        const name = names.of(tool, 'custom');
        calls.set(name, { name: tool.name, namespace: tool.namespace, form: 'custom' });
        report({ rule: 'wrapped-tool', reason: 'A tool for raw text goes up as a function with one text.', path });
        adapted.push(wrapped(tool, name));
        break;
      }
      case 'function': {
        const name = names.of(tool);
        if (tool.namespace === null) {
          adapted.push(tool);
          break;
        }
        calls.set(name, { name: tool.name, namespace: tool.namespace, form: 'function' });
        report({ rule: 'wrapped-tool', reason: 'A namespace becomes part of the name of its tools.', path });
        adapted.push(flat(tool, name));
      }
    }
  }
  const items = request.items.map((item) => adaptCall(item, names));
  const toolChoice = adaptChoice(request.toolChoice, names, adapted, request.tools, report);
  return { request: { ...request, tools: adapted, items, toolChoice }, calls };
}

/** What only a vendor can run may have another way. */
function hintOf(type: string): string {
  return type.startsWith('web_search') ? ' The proxy searches the web itself where webSearch.via says how.' : '';
}

/** Codex names its tools again among the items. Two of one name are refused: the later one stands in the earlier one's place. */
function eachOnce(tools: readonly Tool[], report: Report): readonly Tool[] {
  const byName = new Map<string, Tool>();
  for (const [index, tool] of tools.entries()) {
    const { kind } = tool;
    const isNamed = kind === 'function' || kind === 'custom';
    const key = isNamed ? `${kind}\0${tool.namespace ?? ''}\0${tool.name}` : kind === 'hosted' ? `${index}` : kind;
    if (byName.has(key))
      report({ rule: 'repaired', reason: 'A tool that is named twice goes up once.', path: `tools.${index}` });
    byName.set(key, tool);
  }
  return [...byName.values()];
}

interface FlatNames {
  /** Of a tool that is offered, of whatever form, else a name that none of these has. */
  of(tool: ToolName, form?: CallForm): string;
}

/** What every upstream takes; a longer one of ours would be refused, though none of its parts is too long. */
const maxNameLength = 64;

/** A flat name that is taken gets a hash behind it; what comes first in the request has the first choice. */
function createFlatNames(tools: readonly Tool[]): FlatNames {
  const byTool = new Map<string, string>();
  // A plain function always is what it is called.
  const taken = new Set(
    tools.flatMap((tool) => (tool.kind === 'function' && tool.namespace === null ? [tool.name] : [])),
  );

  const keyOf = ({ name, namespace }: ToolName, form: CallForm) => `${form}\0${namespace ?? ''}\0${name}`;

  function add({ name, namespace }: ToolName, form: CallForm): string {
    const key = keyOf({ name, namespace }, form);
    const plain = namespace === null ? name : `${namespace}__${name}`;
    const isTooLong = namespace !== null && plain.length > maxNameLength;
    const hash = shortHash(key).slice(0, 8);
    const chosen = isTooLong
      ? `${plain.slice(0, maxNameLength - hash.length - 1)}_${hash}`
      : taken.has(plain)
        ? `${plain}_${hash}`
        : plain;
    byTool.set(key, chosen);
    taken.add(chosen);
    return chosen;
  }

  for (const tool of tools) {
    if (tool.kind === 'function' && tool.namespace === null) byTool.set(keyOf(tool, 'function'), tool.name);
    else if (tool.kind === 'function' || tool.kind === 'custom') add(tool, tool.kind);
    else if (tool.kind === 'local-shell') add(localShell, 'local-shell');
  }
  return {
    of(tool, form = 'function') {
      for (const known of [form, 'function', 'custom'] as const) {
        const name = byTool.get(keyOf(tool, known));
        if (name !== undefined) return name;
      }
      return add(tool, form);
    },
  };
}

const localShell: ToolName = { name: 'local_shell', namespace: null };

const localShellFunction = {
  kind: 'function',
  namespace: null,
  description: 'Runs a command on the machine of the user and returns its output.',
  schema: {
    type: 'object',
    properties: {
      command: { type: 'array', items: { type: 'string' }, description: 'The command and its arguments.' },
      working_directory: { type: 'string' },
      timeout_ms: { type: 'number' },
    },
    required: ['command'],
  },
  strict: null,
  deferred: false,
} as const satisfies Omit<FunctionTool, 'name'>;

function wrapped(tool: CustomTool, name: string): FunctionTool {
  const { grammar } = tool;
  const form =
    grammar === null
      ? 'Put the raw text that this tool takes into "input".'
      : `Put the raw text that this tool takes into "input". It must match this ${grammar.syntax} grammar:\n${grammar.definition}`;
  return {
    kind: 'function',
    name,
    namespace: null,
    description: described(tool, [tool.description, form]),
    schema: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
    strict: null,
    deferred: false,
  };
}

function flat(tool: FunctionTool, name: string): FunctionTool {
  const { namespaceDescription: _said, ...rest } = tool;
  return { ...rest, name, namespace: null, description: described(tool, [tool.description]) };
}

/** What was said of the namespace comes first, since it is what the tools of one have in common. */
function described(
  { namespaceDescription }: { readonly namespaceDescription?: string },
  texts: readonly (string | null)[],
) {
  const said = [namespaceDescription ?? null, ...texts].filter((text) => text !== null && text !== '');
  return said.length === 0 ? null : said.join('\n\n');
}

/** Calls in the history go by the same names, also those of tools that are not offered any more. */
function adaptCall(item: Item, names: FlatNames): Item {
  if (item.kind === 'tool-result') return { ...item, form: 'function' };
  if (item.kind !== 'tool-call') return item;
  const input = item.form === 'custom' ? JSON.stringify({ input: item.input }) : item.input;
  return { ...item, name: names.of(item, item.form), namespace: null, form: 'function', input };
}

function adaptChoice(
  choice: ToolChoice | null,
  names: FlatNames,
  tools: readonly FunctionTool[],
  told: readonly Tool[],
  report: Report,
): ToolChoice | null {
  if (choice === null || tools.length === 0) return null;
  const known = new Set(tools.map(({ name }) => name));
  const toWire = (tool: ToolName): ToolName => ({ name: names.of(tool), namespace: null });
  const gone = { rule: 'not-carried', reason: 'The tool that it names did not go up.', path: 'tool_choice' };
  switch (choice.kind) {
    case 'tool': {
      const tool = toWire(choice.tool);
      if (known.has(tool.name)) return { ...choice, tool };
      if (!isOffered(choice.tool, told)) {
        const message = 'tool_choice: the tool that it names is not among tools.';
        throw new ProxyError('invalid_request', message, { param: 'tool_choice' });
      }
      report(gone);
      return null;
    }
    case 'allowed': {
      const allowed = choice.tools.map(toWire).filter(({ name }) => known.has(name));
      if (allowed.length < choice.tools.length) report(gone);
      return allowed.length === 0 ? null : { ...choice, tools: allowed };
    }
    default:
      return choice;
  }
}

/** Also one that only its vendor can run, which is no fault of the caller's. */
function isOffered({ name, namespace }: ToolName, tools: readonly Tool[]): boolean {
  return tools.some((tool) => {
    if (tool.kind === 'local-shell') return name === localShell.name;
    if (tool.kind === 'hosted') return tool.type === name || tool.value['name'] === name;
    return tool.name === name && tool.namespace === namespace;
  });
}
