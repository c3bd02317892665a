import { expect, test } from 'vitest';
import { webSearchKey } from './web-search-key.ts';

const key = { CROSSFEED_WEB_SEARCH_KEY: 'k-1' };

test.each([
  ['nobody searches', { via: 'off', url: null }, key, undefined],
  ['a model of the seat does', { via: 'seat', url: null }, key, undefined],
  ['a provider does', { via: 'brave', url: null }, key, 'k-1'],
  ['SearXNG needs none', { via: 'searxng', url: 'http://127.0.0.1:8888' }, {}, undefined],
] as const)('%s', async (_what, settings, env, expected) => {
  expect(await webSearchKey(env, settings)).toBe(expected);
});

test.each([
  ['no key', { via: 'tavily', url: null }, /CROSSFEED_WEB_SEARCH_KEY/],
  ['no address', { via: 'searxng', url: null }, /webSearch\.url/],
] as const)('%s is said before anything starts', async (_what, settings, message) => {
  await expect(webSearchKey({}, settings)).rejects.toThrow(message);
});
