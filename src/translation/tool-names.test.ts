/** Names that do not fit are aliased, one to one, and the alias of a name never depends on its company. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createToolNames } from './tool-names.ts';

const limits = { maxLength: 64, pattern: /^[a-zA-Z0-9_-]+$/ };

test('what fits stays as it is', () => {
  const names = createToolNames(['read_file', 'a'.repeat(64)], limits);
  expect(names.aliased).toEqual([]);
  expect(names.toWire('read_file')).toBe('read_file');
  expect(names.fromWire('read_file')).toBe('read_file');
});

test('long and dotted names get readable aliases', () => {
  const long = `mcp__some_server__${'x'.repeat(60)}`;
  const names = createToolNames([long, 'fs.read', 'fs_read'], limits);
  expect(names.aliased.map(({ name }) => name)).toEqual(['fs.read', long]);
  expect(names.toWire('fs.read')).toMatch(/^fs_read_[a-z0-9]{8}$/);
  expect(names.toWire(long)).toMatch(/^mcp__some_server__x+_[a-z0-9]{8}$/);
  expect(names.toWire(long)).toHaveLength(64);
});

test('a tool that already has the name of an alias keeps it', () => {
  const alias = createToolNames(['fs.read'], limits).toWire('fs.read');
  const names = createToolNames(['fs.read', alias], limits);
  expect(names.toWire(alias)).toBe(alias);
  expect(names.toWire('fs.read')).not.toBe(alias);
  expect(names.fromWire(names.toWire('fs.read'))).toBe('fs.read');
});

test('a name that must begin with a letter does', () => {
  const names = createToolNames(['1.read'], { maxLength: 64, pattern: /^[a-zA-Z_][a-zA-Z0-9_-]*$/ });
  expect(names.toWire('1.read')).toMatch(/^t_1_read_/);
});

const anyName = fc.oneof(
  fc.string({ minLength: 1, maxLength: 128 }),
  fc.string({ unit: fc.constantFrom('a', '_', '.', '-'), minLength: 60, maxLength: 128 }),
);

test('law 6: names and aliases are one to one, and aliases fit', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyName, { maxLength: 30 }), (all) => {
      const names = createToolNames(all, limits);
      const wire = all.map((name) => names.toWire(name));
      expect(new Set(wire).size).toBe(all.length);
      expect(wire.map((name) => names.fromWire(name))).toEqual(all);
      for (const name of wire) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    }),
  );
});

test('law 5: more tools change no alias', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyName, { minLength: 1, maxLength: 30 }), (all) => {
      const few = createToolNames(all.slice(0, Math.ceil(all.length / 2)), limits);
      const many = createToolNames(all, limits);
      for (const { name, alias } of few.aliased) expect(many.toWire(name)).toBe(alias);
    }),
  );
});
