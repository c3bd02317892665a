/** Which results a text relies on: those whose addresses it names. The model cites with links; callers get citations. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { SearchEntry } from '../../canonical/web-search.ts';
import { sealText } from './result-text.ts';

const maxCited = 150;

/** Those of `entries` that `text` names, each once, in its order. */
export function citedEntries(text: string, entries: readonly SearchEntry[]): readonly SearchEntry[] {
  const byUrl = new Map(entries.map((entry) => [entry.url, entry]));
  return [...byUrl.values()].filter(({ url }) => url !== '' && placeOfUrl(text, url) >= 0);
}

/** Where an address stands by itself, and not as the beginning of another one; -1 where it does not. */
export function placeOfUrl(text: string, url: string): number {
  for (let at = text.indexOf(url); at >= 0; at = text.indexOf(url, at + 1))
    if (!/^(?:[\w/?&=%#-]|[.:]\w)/.test(text.slice(at + url.length, at + url.length + 2))) return at;
  return -1;
}

interface UrlCitation {
  readonly type: 'url_citation';
  readonly url: string;
  readonly title: string;
  readonly start_index: number;
  readonly end_index: number;
}

/** For a text block of Messages. */
export function citationsOf({ type, text }: JsonObject, entries: readonly SearchEntry[]): readonly JsonObject[] {
  if (type !== 'text' || typeof text !== 'string' || entries.length === 0) return [];
  return citedEntries(text, entries).map(({ url, title, text: said }) => ({
    type: 'web_search_result_location',
    url,
    title,
    encrypted_index: sealText(url),
    cited_text: citedText(said),
  }));
}

/** No half character at its end. */
function citedText(text: string): string {
  return Array.from(text.slice(0, maxCited * 2))
    .slice(0, maxCited)
    .join('');
}

/** For a text of OpenAI's protocols: each place that names a result. */
export function urlCitations(text: string, entries: readonly SearchEntry[]): readonly UrlCitation[] {
  return citedEntries(text, entries).map(({ url, title }) => {
    // The vendor counts whole characters, not their halves.
    const start = Array.from(text.slice(0, placeOfUrl(text, url))).length;
    return { type: 'url_citation', url, title, start_index: start, end_index: start + Array.from(url).length };
  });
}
