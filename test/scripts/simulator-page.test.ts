import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultScenario } from '../../src/simulator/index.ts';

const page = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');

test.each(Object.keys(defaultScenario))('the page of the simulator names the field %s', (field) => {
  expect(page).toContain(`\`${field}\``);
});
