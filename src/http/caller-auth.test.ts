/** Tests of finding and checking caller keys. */
import { expect, test } from 'vitest';
import { createKeyCheck, presentedKeys } from './caller-auth.ts';

const check = createKeyCheck([
  { id: 'one', key: 'sk-one' },
  { id: 'two', key: 'sk-two' },
]);

test.each([
  ['sk-one', 'one'],
  ['sk-two', 'two'],
  ['sk-on', undefined],
  ['sk-one ', undefined],
  ['', undefined],
  ["' OR '1'='1", undefined],
  ['x'.repeat(10_000), undefined],
])('the key %j', (key, id) => expect(check(key)).toBe(id));

test('without keys nothing is right', () => expect(createKeyCheck([])('')).toBeUndefined());

test.each([
  [{ authorization: 'Bearer a' }, ['a']],
  [{ authorization: 'bearer   a ' }, ['a']],
  [{ authorization: 'Bearer a b' }, []],
  [{ authorization: 'Basic a' }, []],
  [{ authorization: 'Bearer ' }, []],
  [{ 'x-api-key': 'b' }, ['b']],
  [{ 'x-goog-api-key': 'c' }, ['c']],
  [{ authorization: 'Bearer a', 'x-api-key': 'b', 'x-goog-api-key': 'c' }, ['a', 'b', 'c']],
  [{ cookie: 'key=a' }, []],
])('%o presents %o', (headers, keys) => expect(presentedKeys(headers, 'key=q', 'openai-chat')).toEqual(keys));

test('a key in the query counts for Gemini alone', () => {
  expect(presentedKeys({}, 'alt=sse&key=a%2Bb', 'gemini')).toEqual(['a+b']);
  for (const protocol of ['openai-chat', 'openai-responses', 'anthropic-messages', 'ollama'] as const)
    expect(presentedKeys({}, 'key=a', protocol)).toEqual([]);
});
