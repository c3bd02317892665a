import { expect, test } from 'vitest';
import { readSteps } from './task-steps.ts';

const edit = (name: string, from: string, to: string) => ({ kind: 'edit', name, from, to });
const command = (line: string) => ({ kind: 'command', line });
const create = (name: string, content: string) => ({ kind: 'create', name, content });

test.each([
  ['In the file notes.txt replace "beta" by "omega"', [edit('notes.txt', 'beta', 'omega')]],
  ['"In the file notes.txt replace \\"beta\\" by \\"omega\\""', [edit('notes.txt', 'beta', 'omega')]],
  ['Please replace `a.b` with `c.d` in src/x.ts', [edit('src/x.ts', 'a.b', 'c.d')]],
  ['Change the word red to blue in the file style.css.', [edit('style.css', 'red', 'blue')]],
  ['Make sure to replace "a" by "b" in the file x.txt', [edit('x.txt', 'a', 'b')]],
  ['Run the command `echo $((6 * 7))` and tell me its output', [command('echo $((6 * 7))')]],
  ['run "ls -l"', [command('ls -l')]],
  ['Execute the shell command: ls -l and then tell me what it says', [command('ls -l')]],
  ['Run this command:\n```sh\nls\npwd\n```', [command('ls\npwd')]],
  ['Create a file a.txt with the content: x', [create('a.txt', 'x')]],
  [
    'Create a file a.txt with the content "one", then replace "one" by "two" in it and run `cat a.txt`',
    [create('a.txt', 'one'), edit('a.txt', 'one', 'two'), command('cat a.txt')],
  ],
  [
    'Do this:\n1. Write `x` to the file a.txt\n2. Execute `cat a.txt`\n3. In that file change "x" to "y"',
    [create('a.txt', 'x'), command('cat a.txt'), edit('a.txt', 'x', 'y')],
  ],
  // A content may hold the words of an order.
  ['Create a file a.txt with the content: eat and run', [create('a.txt', 'eat and run')]],
  ['Create a file a.txt containing "first, then run `rm x`"', [create('a.txt', 'first, then run `rm x`')]],
])('%j', (text, steps) => {
  expect(readSteps(text)).toEqual(steps);
});

test('“that file” is the one that was spoken of before', () => {
  expect(readSteps('Now in that file replace "x" by "y"', 'old.txt')).toEqual([edit('old.txt', 'x', 'y')]);
  expect(readSteps('Now in that file replace "x" by "y"')).toEqual([]);
});

test.each([
  'How do I run a marathon?',
  'Run for your life',
  'What does `npm run build` change in a.txt?',
  'Replace the lamp, please',
  'Change my mind',
  'Explain why execute permissions matter',
  '',
])('%j asks for nothing to be done', (text) => {
  expect(readSteps(text)).toEqual([]);
});

test('a pasted megabyte does not hold it up', () => {
  expect(readSteps(`replace "${'a '.repeat(500_000)}`)).toEqual([]);
});
