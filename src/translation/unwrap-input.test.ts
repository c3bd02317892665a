/** Whatever text a custom tool is called with comes back as it was, however the stream is cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInputUnwrapper } from './unwrap-input.ts';

function unwrap(pieces: readonly string[]): string {
  const unwrapper = createInputUnwrapper();
  return pieces.map((piece) => unwrapper.push(piece)).join('') + unwrapper.end();
}

/** `text` in pieces that end at `cuts`. */
function cutAt(text: string, cuts: readonly number[]): string[] {
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => text.slice(start, ends[index] ?? text.length));
}

const view = (text: string) => Buffer.from(text).toString('latin1');
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\\', '"', 'u', 'd', '\n', '😀') }),
);

/** All that is not ASCII as escapes, as Python writes it. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

test('any text, any cutting: unwrapped it is the same', () => {
  fc.assert(
    fc.property(anyText, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (text, cuts, asAscii) => {
      const json = asAscii ? asciiJson({ input: text }) : view(JSON.stringify({ input: text }));
      expect(unwrap(cutAt(json, cuts))).toBe(view(text));
    }),
    { numRuns: 2000 },
  );
});

test('it is handed on while it is written', () => {
  const unwrapper = createInputUnwrapper();
  expect(['{"inp', 'ut": "*** Be', 'gin\\', 'nPatch\\u00', 'e9"', '}'].map((piece) => unwrapper.push(piece))).toEqual([
    '',
    '*** Be',
    'gin',
    '\nPatch',
    view('é'),
    '',
  ]);
});

test.each([
  ['text that is no object', ['*** Begin Patch', '\n*** End'], '*** Begin Patch\n*** End'],
  ['another member before it', ['{"why":"x","in', 'put":"ls"}'], 'ls'],
  ['an object without it', ['{"patch":"a"}'], '{"patch":"a"}'],
  ['an input that is no text', ['{"input": 1, "a": {"b":[1]}}'], '1'],
  ['an input that is an object', ['{"x":1,"input":{"cmd":"ls"}}'], '{"cmd":"ls"}'],
  ['a missing end', ['{"input":"half'], 'half'],
  ['line ends that are not escaped', ['{"input":"a\nb\t', 'c"}'], 'a\nb\tc'],
  ['space everywhere', [' \n{ "input" ', ': ', '"x" } '], 'x'],
  ['nothing', [], ''],
])('%s', (_name, pieces, expected) => {
  expect(unwrap(pieces)).toBe(expected);
});
