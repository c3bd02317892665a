import { expect, test } from 'vitest';
import { cwdIn, nextStep } from './coding-agent.ts';
import type { Ask, OfferedTool, Turn } from './conversation.ts';

const task: Turn = { role: 'user', text: 'Create a file named a.txt with the content: x' };
const content = 'x';

const tool = (name: string, properties: Record<string, unknown>, required = Object.keys(properties)): OfferedTool => ({
  name,
  form: 'function',
  schema: { type: 'object', properties, required },
});
const text = { type: 'string' };
const read = tool('Read', { file_path: text });
const write = tool('Write', { file_path: text, content: text });
const edit = tool('Edit', { file_path: text, old_string: text, new_string: text });
const bash = tool('Bash', { command: text });

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

const result = (words: string): Turn => ({ role: 'tool', text: words });

/** The names and arguments of what is called next, or the final words. */
function next(turns: readonly Turn[], tools: readonly OfferedTool[]): unknown {
  const pieces = nextStep(ask(turns, tools));
  const call = pieces?.find((piece) => piece.kind === 'call');
  if (call !== undefined) return [call.tool.name, JSON.parse(call.input)];
  return pieces?.map((piece) => (piece.kind === 'text' ? piece.text : '')).join();
}

test('several steps are done one after another, then told', () => {
  const tools = [bash, edit, read, write];
  const turns: Turn[] = [
    {
      role: 'user',
      text: 'Create a file a.txt with the content "x", then replace "x" by "y" in it and run `cat a.txt`',
    },
  ];
  expect(next(turns, tools)).toEqual(['Write', { file_path: 'a.txt', content }]);
  turns.push(result('created'));
  expect(next(turns, tools)).toEqual(['Read', { file_path: 'a.txt' }]);
  turns.push(result('Error: is what the file happens to begin with'));
  expect(next(turns, tools)).toEqual(['Edit', { file_path: 'a.txt', old_string: 'x', new_string: 'y' }]);
  turns.push(result('edited'));
  expect(next(turns, tools)).toEqual(['Bash', { command: 'cat a.txt' }]);
  turns.push(result('y'));
  expect(next(turns, tools)).toBe(
    'Done: I created a.txt with the content you asked for. I edited a.txt: “x” is “y” now. The command printed: y',
  );
});

test('a step that failed ends the work, and nothing is said to be done', () => {
  const both: Turn = { role: 'user', text: 'In the file a.txt replace "x" by "y" and run `cat a.txt`' };
  const failed: Turn = { role: 'tool', text: 'File does not exist.', isError: true };
  expect(next([both, failed], [bash, edit, read])).toBe('I could not edit a.txt. The tool said: File does not exist.');
  const command: Turn = { role: 'user', text: 'Run `false` and tell me its output' };
  expect(next([command, result('exit code: 1')], [bash])).toBe('The command failed. The tool said: exit code: 1');
});

test('half of a task is not begun', () => {
  expect(
    next([{ role: 'user', text: 'Create a file a.txt with the content "x", then run `ls`' }], [write]),
  ).toBeUndefined();
});

test('a later prompt may speak of the file of an earlier one', () => {
  const turns: Turn[] = [task, result('created'), { role: 'assistant', text: 'Done' }];
  const later: Turn = { role: 'user', text: 'Now in that file replace "x" by "y"' };
  expect(next([...turns, later, result('x')], [edit, read])).toEqual([
    'Edit',
    { file_path: 'a.txt', old_string: 'x', new_string: 'y' },
  ]);
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
] as const)('%s ends the work', (_, outcome, expected) => {
  expect(next([task, { role: 'assistant', text: '' }, outcome], [write])).toContain(expected);
});

test('reminders and environment blocks behind the task do not hide it', () => {
  const reminder: Turn = { role: 'user', text: '<system-reminder>Create b.txt, a file</system-reminder>' };
  const context: Turn = { role: 'user', text: '<environment_context>\n  <cwd>/srv</cwd>\n</environment_context>' };
  const turns = [context, task, reminder, { role: 'user', text: 'Thank you!' } as const];
  expect(next(turns, [write])).toEqual(['Write', { file_path: '/srv/a.txt', content }]);
});

test('a finished task is not started again by a later question', () => {
  const turns: Turn[] = [task, { role: 'tool', text: 'ok' }, { role: 'assistant', text: 'Done' }];
  expect(nextStep(ask([...turns, { role: 'user', text: 'How are you?' }], [write]))).toBeUndefined();
  const other: Turn = { role: 'user', text: 'Now create a file b.txt containing "y"' };
  expect(next([...turns, other], [write])).toEqual(['Write', { file_path: 'b.txt', content: 'y' }]);
});

test.each([
  ['Primary working directory: /a/b\n', '/a/b'],
  ['<cwd>/c d</cwd>', '/c d'],
  ["I'm currently working in the directory: /q/w\nHere is", '/q/w'],
  ['cwd: "/e"', '/e'],
  [String.raw`Working directory: C:\work`, String.raw`C:\work`],
  ['nothing', undefined],
])('finds the folder in %j', (words, folder) => {
  expect(cwdIn([{ role: 'system', text: words }])).toBe(folder);
});

test.each([
  ['are asked for at once', 'In parallel run `expr 1` and run `expr 2`', true, ['expr 1', 'expr 2']],
  ['are not asked for at once', 'Run `expr 1` and run `expr 2`', true, ['expr 1']],
  ['are not allowed at once', 'In parallel run `expr 1` and run `expr 2`', false, ['expr 1']],
])('commands that %s', (_, prompt, parallel, commands) => {
  const turns: Turn[] = [{ role: 'user', text: prompt }];
  const pieces = nextStep({ ...ask(turns, [bash]), parallel }) ?? [];
  const calls = pieces.flatMap((piece) => (piece.kind === 'call' ? [piece.input] : []));
  expect(calls).toEqual(commands.map((command) => JSON.stringify({ command })));
});

test.each([
  ['command', { type: 'array', items: text }, ['bash', '-lc', 'expr 1']],
  ['commands', { type: 'array', items: text }, ['expr 1']],
])('a shell whose %s is a list', (name, schema, given) => {
  const turns: Turn[] = [{ role: 'user', text: 'Run `expr 1`' }];
  expect(next(turns, [tool('run_commands', { [name]: schema })])).toEqual(['run_commands', { [name]: given }]);
});

test('a prompt in quotes, with what Kilo Code puts behind it, is read without them', () => {
  const said = `"${task.text}"\n\n<environment_details>\nWorkspace root folder: /\n</environment_details>`;
  expect(next([{ role: 'user', text: said }], [write])).toEqual(['Write', { file_path: 'a.txt', content }]);
});
