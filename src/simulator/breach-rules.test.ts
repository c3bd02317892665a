import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { breachRules } from './breach-rules.ts';

const folder = new URL('./', import.meta.url);
const named = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .flatMap((text) => [
    ...text.matchAll(/\{ name: '([a-z-]+)', refuse\b/g),
    ...text.matchAll(/\bnote\(\s*(?:[\w.]+, )?'([a-z-]+)'/g),
    ...text.matchAll(/\brule: '([a-z-]+)'/g),
    ...text.matchAll(/\? '(initiator-[a-z-]+)' : '(initiator-[a-z-]+)'/g),
  ])
  .flatMap((match) => match.slice(1));

test('every rule that is broken anywhere is described, and none that is not', () => {
  expect([...new Set(named)].toSorted()).toEqual(Object.keys(breachRules).toSorted());
});
