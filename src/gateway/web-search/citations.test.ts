import { expect, test } from 'vitest';
import { citationsOf, placeOfUrl, urlCitations } from './citations.ts';

const url = 'https://a.example/x';
const entry = { url, title: 'A', text: 'Said.', pageAge: null };

test.each([
  ['in a link', `See [A](${url}).`, 8],
  ['at the end of a sentence', `See ${url}.`, 4],
  ['at the very end', `See ${url}`, 4],
  ['only as the beginning of another', `See ${url}-2 and ${url}/y and ${url}.html`, -1],
  ['behind one that it begins', `${url}-2, ${url}`, 23],
  ['nowhere', 'See nothing.', -1],
])('an address stands %s', (_where, text, place) => {
  expect(placeOfUrl(text, url)).toBe(place);
});

test('places are counted in whole characters', () => {
  expect(urlCitations(`👍 ${url}`, [entry])).toEqual([
    { type: 'url_citation', url, title: 'A', start_index: 2, end_index: 2 + url.length },
  ]);
});

test('a cited text is bounded, and breaks no character', () => {
  const [citation] = citationsOf({ type: 'text', text: url }, [{ ...entry, text: '👍'.repeat(200) }]);
  expect(citation?.['cited_text']).toBe('👍'.repeat(150));
});

test('what is no text cites nothing', () => {
  expect(citationsOf({ type: 'thinking', thinking: url }, [entry])).toEqual([]);
});
