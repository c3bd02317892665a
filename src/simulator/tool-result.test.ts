import { expect, test } from 'vitest';
import { failureIn, printedIn } from './tool-result.ts';

test.each([
  ['a declared error', { text: 'no', isError: true }, true, true],
  ['an error in words', { text: 'Error: EACCES' }, true, false],
  ["Claude Code's own words", { text: '<tool_use_error>File has not been read yet</tool_use_error>' }, true, true],
  ["Codex's exit code", { text: 'Process exited with code 1\nOutput:\n' }, true, true],
  ['an exit code of zero', { text: 'Process exited with code 0\nOutput:\n' }, false, false],
  ["the Copilot CLI's exit code", { text: 'x\n<shellId: 0 completed with exit code 2>' }, true, true],
  ['a command that was not found', { text: 'exit code: 127' }, true, true],
  ['any text', { text: 'There was no error' }, false, false],
])('%s: failed %j, as quoted matter %j', (_, turn, failed, failedQuoted) => {
  expect([failureIn({ role: 'tool', ...turn }, false), failureIn({ role: 'tool', ...turn }, true)]).toEqual([
    failed,
    failedQuoted,
  ]);
});

test.each([
  ['Chunk ID: 1\nWall time: 0.1 seconds\nProcess exited with code 0\nOutput:\n42\n', '42'],
  ['42\n<shellId: 0 completed with exit code 0>', '42'],
  ['42\n\n<system-reminder>\nBe brief.\n</system-reminder>', '42'],
  ['a\nb', 'a\nb'],
])('what was printed in %j', (text, printed) => {
  expect(printedIn(text)).toBe(printed);
});
