/** The threat model holds what it says: each line names a test, and each named test is there and runs. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const page = readFileSync(path.join(docs, 'security.md'), 'utf8');

/** The lines of every table that has a column of tests. */
const lines = page
  .split(/\n(?!\|)/)
  .map((block) => block.split('\n').filter((line) => line.startsWith('|')))
  .filter(([head = '']) => head.endsWith('| test |'))
  .flatMap((table) => table.slice(2));

const linked = (line: string) => [...line.matchAll(/\]\((\.\.\/[^)#]+\.test\.ts)\)/g)].map(([, file = '']) => file);

test('the page is read', () => {
  expect(lines.length).toBeGreaterThan(35);
});

test.each(lines)('%s', (line) => {
  const column = line.split('|').at(-2) ?? '';
  const files = linked(column);
  expect(files).not.toEqual([]);
  for (const file of files) {
    const at = path.join(docs, file);
    expect(existsSync(at), file).toBe(true);
    const text = readFileSync(at, 'utf8');
    expect(text, file).toMatch(/^\s*(?:test|describe)\b/m);
    expect(text, file).not.toMatch(/\b(?:test|describe)\.(?:only|skip|todo)\(/);
  }
});
