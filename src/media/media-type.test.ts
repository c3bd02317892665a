import { describe, expect, test } from 'vitest';
import { images, pdf } from '../../test/support/sample-images.ts';
import { base64Fault, bytesIn, headOf, isTextType, plainType, typeOfBytes } from './media-type.ts';

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

describe('the first bytes say what it is', () => {
  test.each([
    ['image/png', images.png],
    ['image/jpeg', images.jpeg],
    ['image/gif', images.gif],
    ['image/webp', images.webp],
    ['image/avif', images.avif],
    ['image/heic', base64('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
    ['image/bmp', base64(`BM${'\0'.repeat(12)}\x28\0\0\0${'\0'.repeat(20)}`)],
    ['image/tiff', base64('II*\0\x08\0\0\0')],
    ['application/pdf', pdf],
    ['application/pdf', base64(`${'x'.repeat(1000)}%PDF-1.7`)],
    ['image/svg+xml', base64('<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="x"/>')],
    ['text/html', base64('\xef\xbb\xbf  <!doctype html>')],
    ['text/html', base64('<b>')],
    [null, base64('AAAA')],
    [null, base64('BMW is a make of cars, and no picture')],
    [null, base64('1 < 2')],
    [null, ''],
  ])('%s', (type, data) => expect(typeOfBytes(headOf(data))).toBe(type));
});

test.each([
  ['', 'there is no data in it.'],
  [' \n', 'there is no data in it.'],
  ['{not base64}', 'its data is no base64.'],
  [`${'A'.repeat(5000)}…`, 'its data is no base64.'],
  ['AAAA', null],
  ['AAA=', null],
  ['AA\r\nAA==\n', null],
  ['-_-_', null],
])('base64 %j: %s', (data, fault) => expect(base64Fault(data)).toBe(fault));

test.each([1, 2, 3, 4, 5, 300])('base64 of %i bytes', (bytes) =>
  expect(bytesIn(Buffer.alloc(bytes).toString('base64'))).toBe(bytes),
);

test.each([
  ['image/jpg', 'image/jpeg'],
  ['IMAGE/PNG', 'image/png'],
  ['image/webp', 'image/webp'],
])('%s is spelled %s', (declared, type) => expect(plainType(declared)).toBe(type));

test.each([
  ['text/plain', undefined, true],
  ['application/json', undefined, true],
  ['application/pdf', 'a.txt', false],
  [null, 'notes.md', true],
  [null, 'a.pdf', false],
  [null, undefined, false],
])('%s named %s is text: %s', (type, name, isText) => expect(isTextType(type, name)).toBe(isText));
