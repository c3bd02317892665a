import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import recordedTools from '../../test/corpora/client-tools/tools.json' with { type: 'json' };
import type { OfferedTool } from './conversation.ts';
import { createLine, editLine, planStep } from './step-calls.ts';
import type { TaskStep } from './task-steps.ts';

const create: TaskStep = { kind: 'create', name: 'a.txt', content: 'x' };
const edit: TaskStep = { kind: 'edit', name: 'a.txt', from: 'old', to: 'new' };
const command: TaskStep = { kind: 'command', line: 'ls' };
/** What a look at the file brings, in the words of any client. */
const looked = 'Output:\nan old line\n<exited with exit code 0>';

const path = '/w/a.txt';
const createScript = `printf '%s' 'x' > 'a.txt'`;
const editScript = `sed 's/old/new/g' 'a.txt' > 'a.txt.new' && mv 'a.txt.new' 'a.txt'`;
const search = `grep -F -- 'old' 'a.txt'`;
const addPatch = '*** Begin Patch\n*** Add File: a.txt\n+x\n*** End Patch\n';
const editPatch = '*** Begin Patch\n*** Update File: a.txt\n@@\n-an old line\n+an new line\n*** End Patch\n';
const script = (line: string) =>
  `const r = await tools.exec_command({cmd: ${JSON.stringify(line)}}); ` +
  'text(r.output); if (r.exit_code) text(`exit code: ${r.exit_code}`);';

type Expected = readonly (readonly [tool: string, input: unknown])[];

const rows: readonly (readonly [keyof typeof recordedTools, TaskStep, Expected])[] = [
  ['claude-code', create, [['Write', { file_path: path, content: 'x' }]]],
  [
    'claude-code',
    edit,
    [
      ['Read', { file_path: path }],
      ['Edit', { file_path: path, old_string: 'old', new_string: 'new' }],
    ],
  ],
  ['claude-code', command, [['Bash', { command: 'ls' }]]],
  ['codex', create, [['exec_command', { cmd: createScript }]]],
  ['codex', edit, [['exec_command', { cmd: editScript }]]],
  ['codex', command, [['exec_command', { cmd: 'ls' }]]],
  ['codex, code mode', create, [['exec', script(createScript)]]],
  ['codex, code mode', edit, [['exec', script(editScript)]]],
  ['codex, code mode', command, [['exec', script('ls')]]],
  ['opencode', create, [['write', { filePath: path, content: 'x' }]]],
  [
    'opencode',
    edit,
    [
      ['read', { filePath: path }],
      ['edit', { filePath: path, oldString: 'old', newString: 'new' }],
    ],
  ],
  ['opencode', command, [['bash', { command: 'ls' }]]],
  ['opencode, GPT', create, [['apply_patch', { patchText: addPatch }]]],
  [
    'opencode, GPT',
    edit,
    [
      ['bash', { command: search }],
      ['apply_patch', { patchText: editPatch }],
    ],
  ],
  ['copilot', create, [['create', { path, file_text: 'x' }]]],
  [
    'copilot',
    edit,
    [
      ['view', { path }],
      ['edit', { path, old_str: 'old', new_str: 'new' }],
    ],
  ],
  ['copilot', command, [['bash', { command: 'ls', description: 'Run the command' }]]],
  ['copilot, GPT', create, [['apply_patch', addPatch]]],
  [
    'copilot, GPT',
    edit,
    [
      ['bash', { command: search, description: 'Search a.txt' }],
      ['apply_patch', editPatch],
    ],
  ],
];

function callsOf(step: TaskStep, tools: readonly OfferedTool[]): unknown {
  return planStep(step, tools, '/w')?.map((planned, index) => {
    const { tool, input } = planned.call(Array.from({ length: index }, () => looked));
    return [tool.name, tool.form === 'custom' ? input : (JSON.parse(input) as unknown)];
  });
}

test.each(rows)('with the tools of %s: %j', (client, step, expected) => {
  expect(callsOf(step, recordedTools[client] as readonly OfferedTool[])).toEqual(expected);
});

const text = { type: 'string' };
const editorTool: OfferedTool = {
  name: 'str_replace_based_edit_tool',
  form: 'function',
  schema: {
    properties: {
      command: { type: 'string', enum: ['view', 'create', 'str_replace'] },
      path: text,
      file_text: text,
      old_str: text,
      new_str: text,
    },
    required: ['command', 'path'],
  },
};

test.each([
  [create, { command: 'create', path, file_text: 'x' }],
  [edit, { command: 'str_replace', path, old_str: 'old', new_str: 'new' }],
])('one tool with a command for everything: %j', (step, input) => {
  expect(callsOf(step, [editorTool])).toEqual([[editorTool.name, input]]);
});

test('a required argument that may be null is left null', () => {
  const schema = {
    properties: { command: text, timeout: { type: ['integer', 'null'] } },
    required: ['command', 'timeout'],
  };
  expect(callsOf(command, [{ name: 'bash', form: 'function', schema }])).toEqual([
    ['bash', { command: 'ls', timeout: null }],
  ]);
});

test.each([create, edit, command])('no tool for it, no plan: %j', (step) => {
  expect(
    planStep(step, [{ name: 'web_fetch', form: 'function', schema: { properties: { url: text } } }], '/w'),
  ).toBeUndefined();
});

test('a patch tool alone: the wanted text is taken for whole lines', () => {
  const step: TaskStep = { ...edit, from: 'a\nb' };
  expect(callsOf(step, [{ name: 'apply_patch', form: 'custom', schema: {} }])).toEqual([
    ['apply_patch', '*** Begin Patch\n*** Update File: a.txt\n@@\n-a\n-b\n+new\n*** End Patch\n'],
  ]);
});

test.each([
  [`it's "1" $HOME \\n 100%`, `a/b&c\\d'e`],
  ['[x].*^y$', 'line 1\nline 2'],
])('the shell lines write and replace exactly %j by %j', (from, to) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  try {
    const name = 'deep/a b.txt';
    execFileSync('sh', ['-c', createLine({ name, content: `${from}\nsecond\n` })], { cwd: folder });
    expect(readFileSync(join(folder, name), 'utf8')).toBe(`${from}\nsecond\n`);
    writeFileSync(join(folder, name), `<${from}> and ${from}\nsecond\n`);
    execFileSync('sh', ['-c', editLine({ name, from, to })], { cwd: folder });
    expect(readFileSync(join(folder, name), 'utf8')).toBe(`<${to}> and ${to}\nsecond\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a script that a proxy wrapped into a function is a script all the same', () => {
  const schema = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };
  const tools: OfferedTool[] = [{ form: 'function', name: 'exec', schema }];
  const [planned] = planStep(command, tools, '/w') ?? [];
  expect(planned?.call([])).toMatchObject({ tool: tools[0], input: JSON.stringify({ input: script('ls') }) });
});
