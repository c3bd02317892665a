/** What an image is, by its first bytes. */
import { expect, test } from 'vitest';
import { decodeImages } from './decode-images.ts';

const webp = (length: number) => {
  const bytes = Buffer.from('RIFF....WEBPVP8 more');
  bytes.writeUInt32LE(length, 4);
  return bytes;
};
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);

test.each([
  ['image/png', png],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1])],
  ['image/gif', Buffer.from('GIF89a.')],
  ['image/webp', webp(12)],
  ['image/webp', webp(0xfff_ffff)],
])('%s', (mediaType, bytes) => {
  const data = bytes.toString('base64');
  const expected = [{ kind: 'image', source: { kind: 'data', mediaType, data } }];
  expect(decodeImages([data], 'images')).toEqual(expected);
  expect(decodeImages([`data:application/octet-stream;base64,${data}`], 'images')).toEqual(expected);
});

test.each([
  ['a list of numbers', [...png]],
  ["Node's Buffer", png.toJSON()],
  ['a typed array', JSON.parse(JSON.stringify(new Uint8Array(png)))],
  ['lines', png.toString('base64').replace(/^.{4}/, '$&\r\n')],
])('%s is the same as its base64', (_what, image) => {
  expect(decodeImages([image], 'images')).toMatchObject([{ source: { data: png.toString('base64') } }]);
});

test('an address is one, and our own placeholder is its text', () => {
  const url = 'https://example.com/a.png';
  expect(decodeImages([url, { placeholder: '[image removed]' }], 'images')).toEqual([
    { kind: 'image', source: { kind: 'url', url } },
    { kind: 'text', text: '[image removed]' },
  ]);
});

test.each([
  ['text', Buffer.from('hello').toString('base64')],
  ['nothing', ''],
  ['a path', '/home/me/cat.png'],
  ['numbers that are no bytes', [137, 80, 256]],
  ['an empty object', {}],
  ['a number', 7],
])('%s is refused', (_what, image) => {
  expect(() => decodeImages([png.toString('base64'), image], 'messages.2.images')).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: 'messages[2].images[1]' }),
  );
});
