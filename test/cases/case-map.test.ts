/** Every number of the list of translation cases has its test. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { caseNumbers, casePlaces } from './case-map.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));
const tests = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts') && file !== 'case-map.test.ts')
  .map((file) => readFileSync(`${folder}${file}`, 'utf8'))
  .join('\n');
/** Numbers in titles: `#75 #76 usage that …`. */
const played = new Set([...tests.matchAll(/['`\s]#(\d+)(?=[ '])/g)].map(([, number]) => Number(number)));

test('the list has as many cases as it has', () => {
  expect(caseNumbers).toHaveLength(94);
});

test.each(caseNumbers)('#%i has its place', (number) => {
  expect(played.has(number) || casePlaces[number] !== undefined).toBe(true);
});

test('no place is for a case that is played here, or that nobody numbered', () => {
  for (const number of Object.keys(casePlaces).map(Number)) {
    expect(caseNumbers, `#${number}`).toContain(number);
    expect(played.has(number), `#${number} is played here`).toBe(false);
  }
  for (const number of played) expect(caseNumbers, `#${number}`).toContain(number);
});

test.each(Object.entries(casePlaces))('the test for #%s is there', (_number, { file, named }) => {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  expect(existsSync(path), file).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain(named);
});
