/** What callers say of themselves, as it is written down. */
import { expect, test } from 'vitest';
import type { Caller } from '../canonical/caller.ts';
import { clientName, projectOf } from './caller-words.ts';

const caller = { keyId: 'k', project: 'of the key' } as unknown as Caller;
const onTheWire = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

test.each([
  ['site', 'site'],
  [' site ', 'site'],
  ['', 'of the key'],
  [onTheWire('naïve'), 'naïve'],
  [onTheWire('日本'), '日本'],
  ['na\u00EFve', 'naïve'],
  ['a\tb\u009B', 'ab'],
])('a project that is sent as %j is %j, so that a budget of that name counts it', (sent, project) => {
  expect(projectOf({ 'x-crossfeed-project': sent }, caller)).toBe(project);
});

test('a client without a name, and one with a long one', () => {
  expect(clientName(undefined)).toBe('');
  expect(clientName('x'.repeat(500))).toHaveLength(200);
});
