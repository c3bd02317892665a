/** Every number of the fault catalogue has its place: a row of a corpus, a test, or a reason. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bodyRows, slowRows } from './corpora/client-rows/bodies.ts';
import { guardRows, welcomeRows } from './corpora/client-rows/guard.ts';
import { jsonRows } from './corpora/client-rows/json-bodies.ts';
import { queryKeyRows, rightKeyRows, wrongKeyRows } from './corpora/client-rows/keys.ts';
import { parserRows, soundRows } from './corpora/client-rows/parser.ts';
import { pathRows } from './corpora/client-rows/paths.ts';
import { schemaRows } from './corpora/client-rows/schema-bodies.ts';
import { anyBodyRows, foreignRows } from './corpora/client-rows/foreign-bodies.ts';
import { faultIds } from './corpora/fault-ids.ts';
import { faultPlaces } from './corpora/fault-map.ts';
import { upstreamRows } from './corpora/upstream-rows/rows.ts';

const lists: readonly (readonly { readonly id: string }[])[] = [
  bodyRows,
  slowRows,
  guardRows,
  welcomeRows,
  jsonRows,
  queryKeyRows,
  rightKeyRows,
  wrongKeyRows,
  parserRows,
  soundRows,
  pathRows,
  schemaRows,
  anyBodyRows,
  foreignRows,
  upstreamRows,
];
/** A letter behind the number is a variant of ours. */
const rows = new Set(lists.flat().map(({ id }) => id.replace(/[a-z]$/, '')));
/** Variants that the catalogue does not number. */
const ours: ReadonlySet<string> = new Set(['B-013', 'B-021', 'B-024', 'B-029']);

test('the catalogue has as many cases as it has', () => {
  const count = (kind: string) => faultIds.filter((id) => id.startsWith(kind)).length;
  expect([count('B'), count('U'), count('W')]).toEqual([103, 97, 39]);
});

test.each(faultIds)('%s has its place', (id) => {
  expect(rows.has(id) || faultPlaces[id] !== undefined).toBe(true);
});

test('no place is for a case that a row plays, or that nobody numbered', () => {
  for (const id of Object.keys(faultPlaces)) {
    expect(faultIds, id).toContain(id);
    expect(rows.has(id), `${id} has a row`).toBe(false);
  }
  for (const id of rows) if (!ours.has(id)) expect(faultIds, id).toContain(id);
});

const tests = Object.entries(faultPlaces).flatMap(([id, place]) => ('file' in place ? [[id, place] as const] : []));

test.each(tests)('the test for %s is there', (_id, { file, named }) => {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  expect(existsSync(path), file).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain(named);
});

test('of the world only what needs replicas has no test', () => {
  const untested = faultIds.filter((id) => {
    const place = faultPlaces[id];
    return id.startsWith('W') && (place === undefined || 'later' in place);
  });
  expect(untested).toEqual(['W-009', 'W-038', 'W-039', 'W-040']);
});

test('a reason is a sentence', () => {
  for (const [id, place] of Object.entries(faultPlaces)) {
    if ('later' in place) expect(place.later.length, id).toBeGreaterThan(20);
    if ('decision' in place) expect(place.instead.length, id).toBeGreaterThan(20);
  }
});
