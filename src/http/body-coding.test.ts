/** Tests of content types and codings. */
import { expect, test } from 'vitest';
import { decoderFor, isJson } from './body-coding.ts';

test.each([
  ['application/json', true],
  ['Application/JSON; charset=UTF-8', true],
  ['application/vnd.api+json;v=1', true],
  [undefined, false],
  ['', false],
  ['text/plain', false],
  ['application/jsonp', false],
  ['application/json, text/plain', false],
  ['multipart/form-data; boundary=application/json', false],
])('%s', (type, yes) => expect(isJson(type)).toBe(yes));

test.each([undefined, '', 'identity', ' Identity '])('%s is no coding', (coding) =>
  expect(decoderFor(coding)).toBe('identity'),
);
test.each(['gzip', 'x-gzip', 'deflate', 'BR', ' zstd '])('%s has a decoder', (coding) =>
  expect(decoderFor(coding)).toBeTypeOf('function'),
);
test.each(['gzip, br', 'gzip,', 'lzma', 'constructor', 'identity, gzip'])('%s is refused', (coding) =>
  expect(decoderFor(coding)).toBeUndefined(),
);
