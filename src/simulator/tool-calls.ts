/** Recognises what the offered tools of a coding client are for, and words calls for them. By schema, not by client. */
import type { OfferedTool, Piece } from './conversation.ts';
import { arrayOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { exampleOf } from './schema-example.ts';

export type Call = Extract<Piece, { kind: 'call' }>;

const writerNames = /^(?:write|create|save)(?:[_-]?(?:to[_-]?)?(?:new[_-]?)?file)?$/i;
const readerNames = /^(?:read|view|open)(?:[_-]?file)?$/i;
const shellNames =
  /^(?:exec_command|shell|local_shell|shell_command|container\.exec|bash|run|run_(?:shell|terminal)_(?:command|cmd)|run_in_terminal|run_commands?|execute_command|execute|terminal)$/i;
const pathNames = /^(?:absolute_?path|file_?path|path|file_?name|target_?file|file)$/i;
const contentNames = /^(?:contents?|file_?text|text|file_?content|code|body|data)$/i;
const oldNames = /^(?:old(?:_?(?:string|str|text|content))?|search|find)$/i;
const newNames = /^(?:new(?:_?(?:string|str|text|content))?|replace|replacement)$/i;
const commandNames = /^(?:cmd|command|commands|script)$/i;

export type ToolSet = readonly OfferedTool[];

/** Whatever has a path and a content will do, but what is named so comes first. */
export function writerCall(tools: ToolSet, path: string, content: string, named = true): Call | undefined {
  return firstCall(tools, (tool) => {
    if (tool.form !== 'function' || writerNames.test(tool.name) !== named) return undefined;
    return functionInput(
      tool,
      [
        [pathNames, path],
        [contentNames, content],
      ],
      { command: 'create' },
    );
  });
}

export function editorCall(tools: ToolSet, path: string, from: string, to: string): Call | undefined {
  return firstCall(tools, (tool) => {
    if (tool.form !== 'function') return undefined;
    return functionInput(
      tool,
      [
        [pathNames, path],
        [oldNames, from],
        [newNames, to],
      ],
      { command: 'str_replace' },
    );
  });
}

export function readerCall(tools: ToolSet, path: string): Call | undefined {
  return firstCall(tools, (tool) => {
    if (tool.form !== 'function' || !readerNames.test(tool.name)) return undefined;
    return functionInput(tool, [[pathNames, path]], { command: 'view' });
  });
}

export function shellCall(tools: ToolSet, line: string, what: string, cwd: string | undefined): Call | undefined {
  return firstCall(tools, (tool) => {
    if (tool.form !== 'local-shell' && !shellNames.test(tool.name)) return undefined;
    if (tool.form === 'local-shell') return JSON.stringify({ command: ['bash', '-lc', line] });
    if (tool.form === 'custom') return line;
    const properties = objectOf(objectOf(tool.schema)['properties']);
    const list = Object.entries(properties).find(
      ([name, property]) => commandNames.test(name) && objectOf(property)['type'] === 'array',
    );
    // Several lines, or one line in its words: only the name tells.
    const given = list === undefined ? line : list[0] === 'commands' ? [line] : ['bash', '-lc', line];
    return functionInput(tool, [[commandNames, given]], { description: what, workdir: cwd ?? '.', cwd: cwd ?? '.' });
  });
}

export function patchCall(tools: ToolSet, body: readonly string[]): Call | undefined {
  const patch = ['*** Begin Patch', ...body, '*** End Patch', ''].join('\n');
  return firstCall(tools, (tool) => {
    if (tool.name !== 'apply_patch') return undefined;
    if (tool.form === 'custom') return patch;
    const name = arrayOf(objectOf(tool.schema)['required']).map(stringOf)[0] ?? 'input';
    return JSON.stringify({ [name]: patch });
  });
}

/** Codex's "code mode": the one tool takes JavaScript, in which the real tools are functions. A proxy may have wrapped it. */
export function codeModeCall(tools: ToolSet, line: string): Call | undefined {
  const script =
    `const r = await tools.exec_command({cmd: ${JSON.stringify(line)}}); ` +
    'text(r.output); if (r.exit_code) text(`exit code: ${r.exit_code}`);';
  return firstCall(tools, (tool) => {
    if (tool.name !== 'exec') return undefined;
    if (tool.form === 'custom') return script;
    return takesRawText(tool) ? JSON.stringify({ input: script }) : undefined;
  });
}

/** A function of one required text called `input`: what a tool that takes raw text becomes where there is no such kind. */
function takesRawText({ schema }: OfferedTool): boolean {
  const names = Object.keys(objectOf(objectOf(schema)['properties']));
  return names.length === 1 && names[0] === 'input';
}

function firstCall(tools: ToolSet, inputOf: (tool: OfferedTool) => string | undefined): Call | undefined {
  for (const tool of tools) {
    const input = inputOf(tool);
    if (input !== undefined) return { kind: 'call', tool, input };
  }
  return undefined;
}

/** Undefined where the schema lacks one of the given arguments. Of the others only what is required is filled. */
function functionInput(
  tool: OfferedTool,
  given: readonly (readonly [RegExp, unknown])[],
  named: Readonly<Record<string, string>>,
): string | undefined {
  const schema = objectOf(tool.schema);
  const properties = objectOf(schema['properties']);
  const names = Object.keys(properties);
  const found = given.map(([words, value]) => [names.find((name) => words.test(name)), value] as const);
  if (found.some(([name]) => name === undefined)) return undefined;
  const filled = objectOf(
    exampleOf({ ...schema, additionalProperties: undefined }, named['description'] ?? 'File', named),
  );
  return JSON.stringify({ ...withoutGuesses(filled, properties, named), ...Object.fromEntries(found) });
}

/** A required argument that may be null is optional in truth; one with a list of words takes the word that we mean. */
function withoutGuesses(
  filled: JsonObject,
  properties: JsonObject,
  named: Readonly<Record<string, string>>,
): JsonObject {
  const entries = Object.entries(filled).map(([name, value]) => {
    const property = objectOf(properties[name]);
    if (arrayOf(property['type']).includes('null')) return [name, null];
    return [name, arrayOf(property['enum']).includes(named[name]) ? named[name] : value];
  });
  return Object.fromEntries(entries) as JsonObject;
}

/** The file's path as tools want it that take only absolute ones. */
export function absolutePath(name: string, cwd: string | undefined): string {
  if (cwd === undefined || /^(?:[\\/]|[A-Za-z]:)/.test(name)) return name;
  return `${cwd.replace(/\/+$/, '')}/${name.replace(/^\.\//, '')}`;
}

export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
