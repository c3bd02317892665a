import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cwdIn, nextStep } from './coding-agent.ts';
import type { Ask, OfferedTool, Turn } from './conversation.ts';
import { shellLine } from './file-call.ts';

const task: Turn = { role: 'user', text: 'Create a file named a.txt with the content: it\'s "x"' };
const content = 'x';

const tool = (name: string, properties: Record<string, unknown>, required = Object.keys(properties)): OfferedTool => ({
  name,
  form: 'function',
  schema: { type: 'object', properties, required },
});
const text = { type: 'string' };
const read = tool('Read', { file_path: text });
const custom = (name: string, namespace?: string): OfferedTool =>
  namespace === undefined ? { name, form: 'custom', schema: {} } : { name, namespace, form: 'custom', schema: {} };

const ask = (turns: readonly Turn[], tools: readonly OfferedTool[] = []): Ask => ({
  turns,
  tools,
  choice: { kind: 'auto' },
  parallel: true,
  schema: undefined,
  thinks: false,
  stops: [],
  maxOutputTokens: undefined,
});

const environment: Turn = { role: 'system', text: 'Working directory: /home/me/work\nPlatform: linux' };
const line = `printf '%s' 'x' > 'a.txt'`;

test.each([
  [
    'Claude Code',
    [read, tool('Bash', { command: text }), tool('Write', { file_path: text, content: text })],
    'Write',
    { file_path: '/home/me/work/a.txt', content },
  ],
  [
    'a generic writer',
    [read, tool('create_file', { path: text, file_text: text })],
    'create_file',
    { path: '/home/me/work/a.txt', file_text: content },
  ],
  ['a bare shell', [tool('bash', { command: text })], 'bash', { command: line }],
  [
    'Codex exec_command',
    [tool('exec_command', { cmd: text, yield_time_ms: { type: 'number' } }, ['cmd'])],
    'exec_command',
    { cmd: line },
  ],
  [
    'the older Codex shell',
    [tool('shell', { command: { type: 'array', items: text } })],
    'shell',
    { command: ['bash', '-lc', line] },
  ],
  [
    'a hosted shell',
    [{ name: 'local_shell', form: 'local-shell', schema: {} } as const],
    'local_shell',
    { command: ['bash', '-lc', line] },
  ],
  [
    'a patch function',
    [tool('apply_patch', { input: text })],
    'apply_patch',
    { input: '*** Begin Patch\n*** Add File: a.txt\n+x\n*** End Patch\n' },
  ],
  [
    'whatever has a path and a content',
    [read, tool('editor', { target_file: text, code: text })],
    'editor',
    { target_file: '/home/me/work/a.txt', code: content },
  ],
])('asks for the file with %s', (_, tools, name, input) => {
  const step = nextStep(ask([environment, task], tools));
  if (step?.kind !== 'call') throw new Error('no call');
  expect([step.tool.name, JSON.parse(step.input)]).toEqual([name, input]);
});

test('free-text tools: a patch, and JavaScript in code mode with its namespace', () => {
  expect(nextStep(ask([task], [custom('apply_patch')]))).toMatchObject({
    input: expect.stringContaining('*** Add File: a.txt\n+x'),
  });
  expect(nextStep(ask([task], [custom('wait', 'functions'), custom('exec', 'functions')]))).toMatchObject({
    tool: { namespace: 'functions' },
    input: `await tools.exec_command({cmd: ${JSON.stringify(line)}});`,
  });
});

test('nothing to write with: no step', () => {
  expect(nextStep(ask([task], [read]))).toBeUndefined();
});

test.each([
  ['a result', { role: 'tool', text: 'File created' }, 'Done: I created a.txt'],
  ['a declared error', { role: 'tool', text: 'no', isError: true }, 'I could not create a.txt. The tool said: no'],
  ['an error in words', { role: 'tool', text: 'Error: EACCES' }, 'I could not create a.txt'],
  ['an exit code', { role: 'tool', text: 'Process exited with code 1' }, 'I could not create a.txt'],
  ['an exit code of zero', { role: 'tool', text: 'Process exited with code 0' }, 'Done'],
] as const)('%s ends the work', (_, result, expected) => {
  const step = nextStep(ask([task, { role: 'assistant', text: '' }, result], [read]));
  expect(step).toEqual({ kind: 'text', text: expect.stringContaining(expected) });
});

const write = tool('Write', { file_path: text, content: text });

test('reminders and environment blocks behind the task do not hide it', () => {
  const reminder: Turn = { role: 'user', text: '<system-reminder>Create b.txt, a file</system-reminder>' };
  const context: Turn = { role: 'user', text: '<environment_context>\n  <cwd>/srv</cwd>\n</environment_context>' };
  const step = nextStep(ask([context, task, reminder, { role: 'user', text: 'Thank you!' }], [write]));
  expect(step?.kind === 'call' && JSON.parse(step.input)).toEqual({ file_path: '/srv/a.txt', content });
});

test('a finished task is not started again by a later question', () => {
  const turns: Turn[] = [task, { role: 'tool', text: 'ok' }, { role: 'assistant', text: 'Done' }];
  expect(nextStep(ask([...turns, { role: 'user', text: 'How are you?' }], [write]))).toBeUndefined();
  const next: Turn = { role: 'user', text: 'Now create a file b.txt containing "y"' };
  expect(nextStep(ask([...turns, next], [write]))).toMatchObject({
    kind: 'call',
    input: '{"file_path":"b.txt","content":"y"}',
  });
});

test.each([
  ['Primary working directory: /a/b\n', '/a/b'],
  ['<cwd>/c d</cwd>', '/c d'],
  ['cwd: "/e"', '/e'],
  [String.raw`Working directory: C:\work`, String.raw`C:\work`],
  ['nothing', undefined],
])('finds the folder in %j', (words, folder) => {
  expect(cwdIn([{ role: 'system', text: words }])).toBe(folder);
});

test('the shell line writes exactly the content, quotes and lines included', () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  try {
    const hard = `it's "1" $HOME \\n 100%\nsecond`;
    execFileSync('sh', ['-c', shellLine({ name: 'deep/a b.txt', content: hard })], { cwd: folder });
    expect(readFileSync(join(folder, 'deep/a b.txt'), 'utf8')).toBe(hard);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
