/** Plans the calls that a step takes with the tools at hand; a later call may look at what the earlier ones brought. */
import { assertNever } from '../base/assert-never.ts';
import type { FileTask } from './file-task.ts';
import type { EditTask, TaskStep } from './task-steps.ts';
import {
  absolutePath,
  codeModeCall,
  editorCall,
  patchCall,
  readerCall,
  shellCall,
  shellQuoted,
  writerCall,
  type Call,
  type ToolSet,
} from './tool-calls.ts';

export interface PlannedCall {
  readonly announcement: string;
  /** `before` are the results of this step so far. */
  call(before: readonly string[]): Call;
}

/** Undefined where no offered tool can do it. */
export function planStep(step: TaskStep, tools: ToolSet, cwd: string | undefined): readonly PlannedCall[] | undefined {
  switch (step.kind) {
    case 'create':
      return planned(`I will create the file now.`, createCall(step, tools, cwd));
    case 'edit':
      return planEdit(step, tools, cwd);
    case 'command': {
      const call = codeModeCall(tools, step.line) ?? shellCall(tools, step.line, 'Run the command', cwd);
      return planned('I will run the command now.', call);
    }
    default:
      return assertNever(step);
  }
}

function planned(announcement: string, call: Call | undefined): readonly PlannedCall[] | undefined {
  return call === undefined ? undefined : [{ announcement, call: () => call }];
}

function createCall(task: FileTask, tools: ToolSet, cwd: string | undefined): Call | undefined {
  const path = absolutePath(task.name, cwd);
  const line = createLine(task);
  const added = task.content.split('\n').map((text) => `+${text}`);
  return (
    writerCall(tools, path, task.content) ??
    codeModeCall(tools, line) ??
    patchCall(tools, [`*** Add File: ${task.name}`, ...added]) ??
    shellCall(tools, line, `Create ${task.name}`, cwd) ??
    writerCall(tools, path, task.content, false)
  );
}

/** A shell line that writes the file whatever is in it. */
export function createLine({ name, content }: FileTask): string {
  const folder = name.includes('/') ? `mkdir -p ${shellQuoted(name.slice(0, name.lastIndexOf('/')))} && ` : '';
  return `${folder}printf '%s' ${shellQuoted(content)} > ${shellQuoted(name)}`;
}

function planEdit(task: EditTask, tools: ToolSet, cwd: string | undefined): readonly PlannedCall[] | undefined {
  const { name, from, to } = task;
  const path = absolutePath(name, cwd);
  const announcement = 'I will edit the file now.';
  const edit = editorCall(tools, path, from, to);
  const look = readerCall(tools, path);
  if (edit !== undefined) {
    // Claude Code's and opencode's editors refuse a file that was not read.
    const first = look === undefined ? [] : [{ announcement: 'I will look at the file first.', call: () => look }];
    return [...first, { announcement, call: () => edit }];
  }
  const search = shellCall(tools, `grep -F -- ${shellQuoted(from)} ${shellQuoted(name)}`, `Search ${name}`, cwd);
  const patch = patchCall(tools, editPatch(task, []));
  if (patch !== undefined && search !== undefined && !from.includes('\n')) {
    const patched = (before: readonly string[]) => patchCall(tools, editPatch(task, before)) ?? patch;
    return [
      { announcement: 'I will look at the lines first.', call: () => search },
      { announcement, call: patched },
    ];
  }
  const line = editLine(task);
  return planned(announcement, codeModeCall(tools, line) ?? patch ?? shellCall(tools, line, `Edit ${name}`, cwd));
}

/** A patch replaces whole lines: those that a search found, or else the wanted text as a line of its own. */
function editPatch({ name, from, to }: EditTask, found: readonly string[]): readonly string[] {
  const lines = found.flatMap((text) => text.split('\n')).filter((line) => line.includes(from));
  const changes = (lines.length === 0 ? [from] : lines).flatMap((line) => [
    '@@',
    ...line.split('\n').map((old) => `-${old}`),
    ...line
      .replaceAll(from, () => to)
      .split('\n')
      .map((text) => `+${text}`),
  ]);
  return [`*** Update File: ${name}`, ...changes];
}

/** A shell line that replaces text within lines. `sed -i` means something else on a Mac. */
export function editLine({ name, from, to }: EditTask): string {
  const pattern = from.replaceAll(/[\\/.*[\]^$]/g, String.raw`\$&`);
  const replacement = to.replaceAll(/[\\/&]/g, String.raw`\$&`).replaceAll('\n', '\\\n');
  const file = shellQuoted(name);
  const copy = shellQuoted(`${name}.new`);
  return `sed ${shellQuoted(`s/${pattern}/${replacement}/g`)} ${file} > ${copy} && mv ${copy} ${file}`;
}
