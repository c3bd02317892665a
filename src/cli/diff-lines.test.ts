/** The change as a person sees it: in order, and with no secret of theirs or ours. */
import { expect, test } from 'vitest';
import { diffLines } from './diff-lines.ts';

const asIs = (line: string) => line;

test.each([
  ['nothing', 'a\nb\n', 'a\nb\n', []],
  ['a line that comes', 'a\nc\n', 'a\nb\nc\n', ['+ b']],
  ['a line that goes', 'a\nb\nc', 'a\nc', ['- b']],
  ['a line that changes, between others', 'a\nb\nc\nd', 'x\nb\nc\ny', ['- a', '+ x', '- d', '+ y']],
  ['a new file', '', 'a\nb\n', ['+ a', '+ b']],
  ['CRLF and a byte order mark', '\uFEFFa\r\nb\r\n', '\uFEFFa\r\nc\r\n', ['- b', '+ c']],
])('%s', (_what, before, after, lines) => {
  expect(diffLines(before, after, asIs)).toEqual(lines);
});

test.each([
  ['"ANTHROPIC_AUTH_TOKEN": "mine-mine",', '+ "ANTHROPIC_AUTH_TOKEN": …,'],
  ['{ "apiKey": "mine-mine", "b": 1 }', '+ { "apiKey": …, "b": 1 }'],
  ['GEMINI_API_KEY=mine-mine', '+ GEMINI_API_KEY=…'],
  ["experimental_bearer_token = 'mine-mine'", '+ experimental_bearer_token = …'],
  ['apiKey: mine-mine', '+ apiKey: …'],
  [String.raw`"password": "mi\"ne-mine"`, '+ "password": …'],
  ['"apiKey": "{env:CROSSFEED_API_KEY}"', '+ "apiKey": "{env:CROSSFEED_API_KEY}"'],
  ['"token": "12ab-mine"', '+ "token": …'],
  ['"maxOutputTokens": 8000', '+ "maxOutputTokens": 8000'],
])('of %s the value is not shown where it is a secret', (line, shown) => {
  expect(diffLines('', line, asIs)).toEqual([shown]);
});
