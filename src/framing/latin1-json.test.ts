/** Escapes and bytes of one text must be one string in a view, or an edit that moves it breaks it. */
import { expect, test } from 'vitest';
import { holdsLongInteger, parseExactLatin1Json, parseLatin1Json } from './latin1-json.ts';

const view = (text: string) => Buffer.from(text).toString('latin1');

const rows: readonly (readonly [string, string, string])[] = [
  ['a character of two bytes', '"caf\\u00e9"', 'café'],
  ['a character of three bytes', '"\\u4e2d\\u6587"', '中文'],
  ['a pair of surrogates', '"\\ud83d\\ude00"', '😀'],
  ['half a pair', '"\\ud83d!"', '\ufffd!'],
  ['the other half', '"a\\ude00"', 'a\ufffd'],
  ['a half after another character', '"\\u00e9\\ude00"', 'é\ufffd'],
  ['a half after an ASCII escape', '"\\u0041\\ude00"', 'A\ufffd'],
  ['an escaped backslash before a u', '"\\\\u00e9"', '\\u00e9'],
  ['an escaped backslash before an escape', '"\\\\\\u00e9"', '\\é'],
  ['ASCII escapes', '"\\u001b\\u0022\\n"', '\u001b"\n'],
  ['bytes and escapes side by side', '"é\\u00e9"', 'éé'],
];

test.each(rows)('%s', (_name, json, text) => {
  const parsed = parseLatin1Json(view(json));
  expect(parsed).toBe(view(text));
  expect(Buffer.from(JSON.stringify(parsed), 'latin1').toString()).toBe(JSON.stringify(text));
});

test('escapes that follow each other, and escapes behind an even run of backslashes', () => {
  for (const text of ['éé😀😀ü', 'a\\é\\\\中', '\\u00e9\n\u0001é']) {
    const json = JSON.stringify(text).replaceAll(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(parseLatin1Json(json)).toBe(view(text));
  }
});

test('a long text of nothing but escapes', () => {
  const text = '😀中'.repeat(50_000);
  const json = JSON.stringify(text).replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
  expect(parseLatin1Json(json)).toBe(view(text));
});

test('an escaped key is the key it means', () => {
  expect(parseLatin1Json('{"\\u00e9":1}')).toEqual({ [view('é')]: 1 });
});

test('what is not JSON is undefined', () => {
  expect(parseLatin1Json('{"a":\\u00e9}')).toBeUndefined();
});

test.each([
  ['an id that a double cannot hold', '{"id":12345678901234567890,"n":1}'],
  ['a negative one', '[-9007199254740993]'],
  ['one behind an escape', String.raw`{"a":"\u00e9","id":90071992547409931}`],
])('%s keeps its digits', (_name, text) => {
  expect(JSON.stringify(parseExactLatin1Json(text))).toBe(text.replace(String.raw`\u00e9`, view('é')));
});

test.each([
  ['a safe integer', '{"n":1234567890123456}', { n: 1_234_567_890_123_456 }],
  ['a fraction', '[1234567890123456.5]', [1_234_567_890_123_456.5]],
  ['digits within a text', '{"t":":1234567890123456789"}', { t: ':1234567890123456789' }],
])('%s is what it always was', (_name, text, expected) => {
  expect(parseExactLatin1Json(text)).toEqual(expected);
});

test('what is no JSON is undefined, exact or not', () => {
  expect(parseExactLatin1Json('[12345678901234567890')).toBeUndefined();
});

test.each([
  ['{"a":1234567890123456}', true],
  ['[-1234567890123456]', true],
  ['1234567890123456', true],
  ['{"a":123456789012345,"b":123456789012345}', false],
  ['{"a":"1234567890123456"}', false],
  [String.raw`{"a":"\"1234567890123456"}`, false],
  [String.raw`{"a":"\\","b":1234567890123456}`, true],
  ['{"a":"1234567890123456', false],
])('whether %s holds an integer beyond a double: %j', (text, expected) => {
  expect(holdsLongInteger(text)).toBe(expected);
});
