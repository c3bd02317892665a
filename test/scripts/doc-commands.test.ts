/** Which lines of a page count as commands. */
import { expect, test } from 'vitest';
import { docCommands } from '../support/doc-commands.ts';

const fence = (language: string, ...lines: readonly string[]) => ['```' + language, ...lines, '```'].join('\n');

test.each([
  ['a line of a shell block', fence('sh', 'crossfeed status'), ['crossfeed status']],
  ['a comment behind it is left out', fence('sh', 'crossfeed status   # what runs'), ['crossfeed status']],
  ['a comment of its own is left out', fence('sh', '# look', '', 'crossfeed status'), ['crossfeed status']],
  ['a hash within a word stays', fence('sh', 'echo a#b'), ['echo a#b']],
  ['continued lines are one', fence('sh', 'curl x \\', "  -d '{}'"), ["curl x -d '{}'"]],
  ['other languages are none', fence('ts', 'crossfeed'), []],
  ['no language is none', fence('', 'crossfeed'), []],
  ['prose between blocks is none', `${fence('sh', 'one')}\ncrossfeed\n${fence('sh', 'two')}`, ['one', 'two']],
])('%s', (_what, markdown, texts) => {
  expect(docCommands(markdown).map(({ text }) => text)).toEqual(texts);
});

test('the line is the one on which a command begins', () => {
  expect(docCommands(`# Page\n\n${fence('sh', '# first', 'a \\', '  b', 'c')}`).map(({ line }) => line)).toEqual([
    5, 7,
  ]);
});
