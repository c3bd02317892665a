import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from './ndjson.ts';

test('any cutting of the bytes gives the same lines', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.array(fc.nat(300)),
      fc.constantFrom('\n', '\r\n'),
      (values, cuts, lineEnd) => {
        const bytes = Buffer.from(values.map((value) => JSON.stringify(value) + lineEnd).join(''));
        const seen: string[] = [];
        const splitter = createLineSplitter(1024 * 1024, (line) => seen.push(line));
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        for (const [index, edge] of edges.slice(1).entries()) splitter.push(bytes.subarray(edges[index], edge));
        expect(seen).toEqual(values.map((value) => JSON.stringify(value)));
        expect(splitter.rest()).toBe('');
      },
    ),
  );
});

test('a last line without a line end is the rest', () => {
  const seen: string[] = [];
  const splitter = createLineSplitter(100, (line) => seen.push(line));
  splitter.push(Buffer.from('{"a":1}\n\n{"b"'));
  expect(seen).toEqual(['{"a":1}']);
  expect(splitter.rest()).toBe('{"b"');
});

test('an endless line stops at the limit', () => {
  const splitter = createLineSplitter(10, () => expect.unreachable());
  expect(splitter.push(Buffer.alloc(11, 'a'))).toBe(false);
});
