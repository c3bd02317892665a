/** Addresses nobody may be sent to, what is no image, schemas that live elsewhere, numbers that are none. */
import { expect, test } from 'vitest';
import { addressFault, checkNumbers, imageFault, refersElsewhere, tokens } from './checked-values.ts';

test.each([
  'https://example.com/a.png',
  'http://93.184.216.34/a.png',
  'http://172.32.0.1/',
  'http://100.128.0.1/',
  'https://[2606:2800:220:1::1]/a.png',
  'https://fe80.example/',
])('%s may be fetched', (address) => {
  expect(addressFault(address)).toBeNull();
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1/a.png',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://0.0.0.0/',
  'http://127.0.0.1:80/a.png',
  'http://[::ffff:127.0.0.1]/a.png',
  'http://[::1]/',
  'http://[fd00::1]/',
  'http://[fe80::1]/',
  'http://2130706433/a.png',
  'http://0177.1/a.png',
  'http://localhost/a.png',
  'http://a.localhost./',
  'file:///etc/passwd',
  'gopher://example.com/x',
  'ftp://example.com/a.png',
  'data:image/svg+xml,<svg/>',
  'a.png',
])('#B-092 #B-093 #B-094 %s may not', (address) => {
  expect(addressFault(address)).toMatch(/\.$/);
});

test.each([
  ['image/png', true],
  ['image/JPEG', true],
  ['image/svg+xml', false],
  ['text/html', false],
])('#B-098 data of %s is an image: %s', (mediaType, expected) => {
  expect(imageFault({ kind: 'data', mediaType, data: 'AAAA' }) === null).toBe(expected);
});

test.each([
  [{ $ref: '#/$defs/A' }, false],
  [{ properties: { $ref: { type: 'string' } } }, false],
  [{ properties: { a: { $ref: 'http://127.0.0.1/s.json' } } }, true],
  [{ anyOf: [{ $ref: '//example.com/s.json' }] }, true],
])('#B-101 %j points elsewhere: %s', (schema, expected) => {
  expect(refersElsewhere(schema)).toBe(expected);
});

test.each([
  [{}, null],
  [{ max_tokens: 1, temperature: 2 }, null],
  [{ max_tokens: null }, null],
  [{ max_tokens: 0 }, 'max_tokens'],
  [{ max_tokens: -1 }, 'max_tokens'],
  [{ max_tokens: '10' }, 'max_tokens'],
  [{ max_tokens: 1.5 }, 'max_tokens'],
  [{ temperature: 5 }, 'temperature'],
  [{ temperature: 'hot' }, 'temperature'],
])('#B-105 #B-106 %j is refused for %s', (body, param) => {
  const check = () => checkNumbers({ max_tokens: tokens, temperature: { min: 0, max: 2 } }, body);
  if (param === null) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: 'invalid_request', param }) as Error);
});

test('#B-105 a number that is required has to be there', () => {
  expect(() => checkNumbers({ max_tokens: { ...tokens, isRequired: true } }, {})).toThrow(/max_tokens/);
});
