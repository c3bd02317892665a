import { expect, test } from 'vitest';
import { readFileTask } from './file-task.ts';

test.each([
  ['Create a file named hello.txt with the content: hello from crossfeed', 'hello.txt', 'hello from crossfeed'],
  ['create hello.txt containing "Hi there"', 'hello.txt', 'Hi there'],
  ['Write `x = 1` to the file src/a.py.', 'src/a.py', 'x = 1'],
  ['Please write a file ./notes.md whose text is exactly: one\\ntwo', './notes.md', 'one\ntwo'],
  ["Make a new file called 'data.json' with content '{\"a\":1}'", 'data.json', '{"a":1}'],
  ['Create a file `run.sh` with this content:\n```sh\necho 1\necho 2\n```', 'run.sh', 'echo 1\necho 2'],
  ['Save a file log.txt that says done', 'log.txt', 'done'],
  ['Create the file empty.txt', 'empty.txt', 'Hello from the Copilot simulator.'],
])('%j', (text, name, content) => {
  expect(readFileTask(text)).toEqual({ name, content });
});

test.each([
  'What does src/a.ts do?',
  'Create a plan for version 2.1.330',
  'Write a poem about the sea',
  'Read the file https://example.com/a.txt',
  '',
])('%j asks for no file', (text) => {
  expect(readFileTask(text)).toBeUndefined();
});

test('a pasted megabyte without a space does not hold it up', () => {
  expect(readFileTask(`Create a file with ${'a'.repeat(1_000_000)}`)).toBeUndefined();
});
