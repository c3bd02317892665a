import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editJson, measureJson, memberText } from './json-text.ts';

test.each([
  ['{"a":1,"b":2}', [{ op: 'remove', path: ['a'] }], '{"b":2}'],
  ['{"a":1,"b":2}', [{ op: 'remove', path: ['b'] }], '{"a":1}'],
  ['{ "a" : 1 , "b" : 2 }', [{ op: 'remove', path: ['a'] }], '{  "b" : 2 }'],
  ['{"a":1}', [{ op: 'remove', path: ['a'] }], '{}'],
  ['{"a":1}', [{ op: 'remove', path: ['zz'] }], '{"a":1}'],
  ['{"a":{"b":[1,{"c":2,"d":3}]}}', [{ op: 'remove', path: ['a', 'b', 1, 'c'] }], '{"a":{"b":[1,{"d":3}]}}'],
  [
    '{"a":[1,2,3]}',
    [
      { op: 'remove', path: ['a', 0] },
      { op: 'remove', path: ['a', 2] },
    ],
    '{"a":[2]}',
  ],
  ['{}', [{ op: 'set', path: ['x'], value: true }], '{"x":true}'],
  ['{"a":1}', [{ op: 'set', path: ['o', 'p'], value: 1 }], '{"a":1,"o":{"p":1}}'],
  ['{"o":{}}', [{ op: 'set', path: ['o', 'p'], value: 1 }], '{"o":{"p":1}}'],
  ['{"a":1.50}', [{ op: 'rename', path: ['a'], to: 'b' }], '{"b":1.50}'],
  ['{"\\u0061" :1}', [{ op: 'rename', path: ['a'], to: 'b' }], '{"b" :1}'],
  [' {"a":"x"} ', [{ op: 'set', path: ['a'], value: 'y' }], ' {"a":"y"} '],
  ['{"a":1,"a":2}', [{ op: 'set', path: ['a'], value: 3 }], '{"a":1,"a":3}'],
  ['{"a":"}\\"]{","b":[]}', [{ op: 'remove', path: ['b'] }], '{"a":"}\\"]{"}'],
] as const)('%s edited by %j', (text, edits, wanted) => {
  expect(editJson(text, edits)).toBe(wanted);
});

test('of a repeated key only the last stays', () => {
  expect(editJson('{"a":1,"b":{"a":9,"a":8},"a":2}', [], ['a'])).toBe('{"b":{"a":9,"a":8},"a":2}');
});

test('an edited document parses to the edited value, whatever stands in it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.string(),
      fc.jsonValue(),
      fc.nat(2),
      (object, key, value, indent) => {
        const text = JSON.stringify(object, null, indent);
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const { [key]: _removed, ...rest } = parsed;
        expect(JSON.parse(editJson(text, [{ op: 'remove', path: [key] }]))).toEqual(rest);
        const withValue = JSON.parse(editJson(text, [{ op: 'set', path: [key], value }])) as Record<string, unknown>;
        expect(Object.getOwnPropertyDescriptor(withValue, key)?.value).toEqual(JSON.parse(JSON.stringify(value)));
        expect(editJson(text, [])).toBe(text);
      },
    ),
  );
});

test('a document is measured without parsing it', () => {
  expect(measureJson('{"a":[{"b":1,"c":"{[:"}],"a":2}', 128, 100)).toEqual({ depth: 3, keys: 2, repeatedKeys: ['a'] });
  expect(measureJson('['.repeat(200_000), 128, 100).depth).toBe(129);
  const manyKeys = `{${Array.from({ length: 300_000 }, (_, i) => `"${i}":0`).join(',')}}`;
  expect(measureJson(manyKeys, 128, 10_000).keys).toBe(10_001);
});

test.each([
  ['{"a": [1, 2.0] ,"b":2}', 'a', '[1, 2.0]'],
  ['\n  {"a":1,"a" : 12345678901234567890 }', 'a', '12345678901234567890'],
  ['{"\\u0061":"x"}', 'a', '"x"'],
  ['{"b":{"a":1}}', 'a', undefined],
  ['["a"]', 'a', undefined],
  ['{}', 'a', undefined],
])('%j has the member %j as %j, byte for byte', (text, key, expected) => {
  expect(memberText(text, key)).toBe(expected);
});
