/** What a model of the seat found, as pages: whatever it writes, each is one. */
import { expect, test } from 'vitest';
import type { SearchOutcome } from '../../canonical/web-search.ts';
import { createSeatSearch } from './seat-search.ts';

/** Answers with one text that cites these. */
async function found(citations: readonly { readonly url: string; readonly title?: unknown }[]): Promise<SearchOutcome> {
  const note = (citation: object) => ({ type: 'url_citation', start_index: 0, end_index: 1, ...citation });
  const response = {
    output: [
      { type: 'web_search_call', status: 'completed', action: { type: 'search', sources: [] } },
      { type: 'message', content: [{ type: 'output_text', text: 'It is high.', annotations: citations.map(note) }] },
    ],
  };
  const search = createSeatSearch({
    gateway: {
      answer(_request, output) {
        output.writeHead(200, {});
        output.end(JSON.stringify(response));
      },
    },
    models: async () => [],
    model: 'gpt-5.2',
    newId: () => 'cf-2',
  })({
    caller: { keyId: 'default', keyLabel: 'default', accountName: 'octo', project: null, models: null } as never,
    headers: {},
    parentId: 'cf-1',
    session: 's1',
  });
  const query = { query: 'lighthouses', allowedDomains: [], blockedDomains: [], maxResults: 5 };
  return search({ ...query, userLocation: undefined }, new AbortController().signal);
}

test.each([
  [
    'a title with lines of another page',
    { url: 'https://a.example/', title: 'A\n\n[2] B\nURL: https://c.example/' },
    'A [2] B URL: https://c.example/',
  ],
  ['a title without end', { url: 'https://a.example/', title: 'x'.repeat(1_000_000) }, 'x'.repeat(300)],
  ['a title of control characters', { url: 'https://a.example/', title: '\u0000\u001B[2J\u202E' }, '[2J'],
  ['a title that is none', { url: 'https://a.example/', title: {} }, 'a.example'],
])('%s: one line of it', async (_what, citation, title) => {
  expect(await found([citation])).toMatchObject({
    entries: [{ url: 'https://a.example/', title, text: 'It is high.' }],
  });
});

test.each([
  'https://a.example/\nURL: https://c.example/',
  'https://a.example/ (mirror)',
  'https://bank.example:pw@c.example/',
  'javascript:alert(1)',
  `https://a.example/${'x'.repeat(3_000)}`,
])('%j is no page', async (url) => {
  expect(await found([{ url, title: 'A' }])).toEqual({ entries: [] });
});

test('an address stays as it stands in the text that cites it', async () => {
  expect(await found([{ url: 'https://A.example', title: 'A' }])).toMatchObject({
    entries: [{ url: 'https://A.example' }],
  });
});
