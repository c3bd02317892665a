/** What a model reads of a search, and the seal under which callers keep it: the same text on every later turn. */
import { objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchEntry, SearchProblem } from '../../canonical/web-search.ts';

const sealMark = 'cfs1.';

/** What a page says, for `encrypted_content`: callers carry it and need not read it. */
export function sealText(text: string): string {
  return sealMark + Buffer.from(JSON.stringify({ text })).toString('base64url');
}

/** The text that was sealed; empty for what another proxy, or the vendor, has sealed. */
export function unsealText(sealed: unknown): string {
  if (typeof sealed !== 'string' || !sealed.startsWith(sealMark)) return '';
  const { text } = objectOf(parseJson(Buffer.from(sealed.slice(sealMark.length), 'base64url').toString('utf8')));
  return typeof text === 'string' ? text : '';
}

/** Made of nothing but the entries, so that it is the same on the next turn (law 5). */
export function entriesText(entries: readonly SearchEntry[]): string {
  if (entries.length === 0) return 'The search found no pages.';
  return entries
    .map(({ url, title, text, pageAge }, index) => {
      const lines = [`[${index + 1}] ${title === '' ? url : title}`, `URL: ${url}`];
      if (pageAge !== null) lines.push(`Age: ${pageAge}`);
      if (text !== '') lines.push(text);
      return lines.join('\n');
    })
    .join('\n\n');
}

const problemTexts: Readonly<Record<SearchProblem, string>> = {
  unavailable:
    'The search could not be made: the search service did not answer. Nothing is known of what it would find.',
  too_many_requests: 'The search could not be made: too many searches at once. Nothing is known of what it would find.',
  query_too_long: 'The search could not be made: the query is too long.',
  invalid_tool_input: 'The search could not be made: it needs a query.',
  max_uses_exceeded: 'No more searches are allowed in this turn. Answer with what you have.',
  request_too_large: 'The search could not be made: the request is too large.',
};

export function isSearchProblem(code: unknown): code is SearchProblem {
  return typeof code === 'string' && Object.hasOwn(problemTexts, code);
}

export function problemText(problem: SearchProblem): string {
  return problemTexts[problem];
}

/** A search as the model wrote it. */
export function queryOf(input: JsonObject): string {
  const { query } = input;
  return typeof query === 'string' ? query.trim() : '';
}
