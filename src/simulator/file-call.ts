/** Chooses among the offered tools the one that can write a file, and words the call. */
import type { OfferedTool, Piece } from './conversation.ts';
import type { FileTask } from './file-task.ts';
import { arrayOf, objectOf, stringOf } from './json-value.ts';
import { exampleOf } from './schema-example.ts';

type Call = Extract<Piece, { kind: 'call' }>;

const writerNames = /^(?:write|create|save)(?:[_-]?(?:to[_-]?)?(?:new[_-]?)?file)?$/i;
const shellNames =
  /^(?:exec_command|shell|local_shell|shell_command|container\.exec|bash|run|run_(?:shell|terminal)_(?:command|cmd)|run_in_terminal|run_command|execute_command|execute|terminal)$/i;
const pathNames = /^(?:absolute_?path|file_?path|path|file_?name|target_?file|file)$/i;
const contentNames = /^(?:contents?|file_?text|text|file_?content|code|body|data)$/i;
const commandNames = /^(?:cmd|command|commands|script)$/i;

/** Undefined where no offered tool can do it. `cwd` makes absolute paths. */
export function fileCall(task: FileTask, tools: readonly OfferedTool[], cwd: string | undefined): Call | undefined {
  const order: readonly ((tool: OfferedTool) => string | undefined)[] = [
    (tool) => (writerNames.test(tool.name) ? writerInput(tool, task, cwd) : undefined),
    (tool) => (tool.form === 'custom' && tool.name === 'exec' ? codeModeInput(task) : undefined),
    (tool) => (tool.name === 'apply_patch' ? patchInput(tool, task) : undefined),
    (tool) => (tool.form === 'local-shell' || shellNames.test(tool.name) ? shellInput(tool, task, cwd) : undefined),
    // Whatever has a path and a content will do, whatever its name.
    (tool) => (tool.form === 'function' ? writerInput(tool, task, cwd) : undefined),
  ];
  for (const inputOf of order) {
    for (const tool of tools) {
      const input = inputOf(tool);
      if (input !== undefined) return { kind: 'call', tool, input };
    }
  }
  return undefined;
}

/** A shell line that writes the file whatever is in it. */
export function shellLine({ name, content }: FileTask): string {
  const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const folder = name.includes('/') ? `mkdir -p ${quote(name.slice(0, name.lastIndexOf('/')))} && ` : '';
  return `${folder}printf '%s' ${quote(content)} > ${quote(name)}`;
}

function writerInput(tool: OfferedTool, task: FileTask, cwd: string | undefined): string | undefined {
  const names = Object.keys(objectOf(objectOf(tool.schema)['properties']));
  const path = names.find((name) => pathNames.test(name));
  const content = names.find((name) => contentNames.test(name));
  if (path === undefined || content === undefined) return undefined;
  const filled = objectOf(exampleOf(tool.schema, 'Create the file', { command: 'create' }));
  return JSON.stringify({ ...filled, [path]: absolute(task.name, cwd), [content]: task.content });
}

function shellInput(tool: OfferedTool, task: FileTask, cwd: string | undefined): string | undefined {
  const line = shellLine(task);
  if (tool.form === 'local-shell') return JSON.stringify({ command: ['bash', '-lc', line] });
  if (tool.form === 'custom') return line;
  const properties = objectOf(objectOf(tool.schema)['properties']);
  const command = Object.keys(properties).find((name) => commandNames.test(name));
  if (command === undefined) return undefined;
  const isList = objectOf(properties[command])['type'] === 'array';
  const named = { description: `Create ${task.name}`, workdir: cwd ?? '.', cwd: cwd ?? '.' };
  const filled = objectOf(exampleOf(tool.schema, 'Create the file', named));
  return JSON.stringify({ ...filled, [command]: isList ? ['bash', '-lc', line] : line });
}

/** Codex's "code mode": the one tool takes JavaScript, in which the real tools are functions. */
function codeModeInput(task: FileTask): string {
  return `await tools.exec_command({cmd: ${JSON.stringify(shellLine(task))}});`;
}

function patchInput(tool: OfferedTool, task: FileTask): string | undefined {
  const lines = task.content.split('\n').map((line) => `+${line}`);
  const patch = ['*** Begin Patch', `*** Add File: ${task.name}`, ...lines, '*** End Patch', ''].join('\n');
  if (tool.form === 'custom') return patch;
  const name = arrayOf(objectOf(tool.schema)['required']).map(stringOf)[0] ?? 'input';
  return JSON.stringify({ [name]: patch });
}

function absolute(name: string, cwd: string | undefined): string {
  if (cwd === undefined || /^(?:[\\/]|[A-Za-z]:)/.test(name)) return name;
  return `${cwd.replace(/\/+$/, '')}/${name.replace(/^\.\//, '')}`;
}
