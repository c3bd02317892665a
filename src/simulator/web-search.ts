/** How a played model searches the web: when it is asked to, for what, and what it says of the pages that it found. */
import type { HostedSearch, OfferedTool, Piece, SearchAction, TextPiece } from './conversation.ts';
import { objectOf, parseJson } from './json-value.ts';
import { findPages, pageAt, type WebPage } from './web-index.ts';

const wish =
  /\b(?:search(?:es|ing)?\b[^.?!\n]{0,40}\b(?:web|internet|online|for)\b|web\s+search\b|look(?:ing)?\b[^.?!\n]{0,40}\bup\b|google\b|open\s+https?:)/i;

export function asksToSearch(prompt: string): boolean {
  return wish.test(prompt);
}

const queries = [
  /\bquery:\s*([^\n]+)/i,
  /\bsearch[^.?!\n]{0,40}\bfor:\s*([^\n]+)/i,
  /\bsearch[^.?!\n]{0,40}\bfor\s+([^\n]+?)(?=[.?!]?\s*(?:\n|$)|[.,;?!]\s)/i,
  /\b(?:look\s+up|google|search\s+(?:the\s+)?(?:web|internet)\s+(?:about|on))\s+([^\n]+?)(?=[.?!]?\s*(?:\n|$)|[.,;?!]\s)/i,
];

export function queryIn(prompt: string): string {
  const found = queries.map((words) => words.exec(prompt)?.[1]).find((query) => query !== undefined);
  const query = found ?? prompt.split(/\s+/).filter(Boolean).slice(0, 12).join(' ');
  return query.trim().replaceAll(/^["“'‘]|["”'’]$/g, '');
}

/** The client's own tool for it, or one that a proxy put in the place of a hosted one. */
export function clientSearch(tools: readonly OfferedTool[], prompt: string): Piece | undefined {
  if (!asksToSearch(prompt)) return undefined;
  const tool = tools.find(
    ({ name, form, schema }) =>
      form === 'function' && /^web_?search$/i.test(name) && 'query' in objectOf(objectOf(schema)['properties']),
  );
  return tool === undefined ? undefined : { kind: 'call', tool, input: JSON.stringify({ query: queryIn(prompt) }) };
}

/** What a model says of results that came from its client: in sentences that name the pages. Undefined without pages. */
export function citedResults(prompt: string, results: readonly string[]): string | undefined {
  if (!asksToSearch(prompt)) return undefined;
  const found = results.flatMap((text) => text.match(/https?:\/\/[^\s"'<>)\]\\]+/g) ?? []);
  // What a tool read may be a program that writes addresses: `https://${host}` is none.
  const urls = [...new Set(found)].filter((url) => URL.canParse(url));
  if (urls.length === 0) return undefined;
  return `I found ${urls.length} pages. ${urls.map((url) => `See [${new URL(url).host}](${url}).`).join(' ')}`;
}

/** The searches, and then the words about what they found. `marked` are the queries that markers ask for. */
export function hostedSearch(search: HostedSearch, prompt: string, marked: readonly string[]): readonly Piece[] {
  const actions = (marked.length === 0 ? actionsIn(prompt) : marked.map(searchFor)).slice(0, search.maxCalls);
  const pages = actions.flatMap((action) => pagesOf(action, search));
  const pieces = actions.map((action): Piece => {
    const sources = action.type === 'search' ? pagesOf(action, search).map(({ url }) => url) : [];
    const waitMs = search.weather === 'slow' ? search.delayMs : 0;
    return { kind: 'search', action, sources, isFailed: search.weather === 'fails', waitMs };
  });
  return [...pieces, pages.length === 0 ? emptyHanded(search, prompt) : report(pages)];
}

const searchFor = (query: string): SearchAction => ({ type: 'search', queries: [query], query });

function actionsIn(prompt: string): readonly SearchAction[] {
  const find = /\bfind\s+["“']([^"”'\n]+)["”']\s+(?:in|on)\s+(https?:\/\/[^\s"'<>)]+)/i.exec(prompt);
  if (find !== null) return [{ type: 'find_in_page', pattern: find[1] ?? '', url: withoutStop(find[2] ?? '') }];
  const open = /\bopen\s+(https?:\/\/[^\s"'<>)]+)/i.exec(prompt)?.[1];
  return open === undefined ? [searchFor(queryIn(prompt))] : [{ type: 'open_page', url: withoutStop(open) }];
}

const withoutStop = (url: string) => url.replace(/[.,;?!]+$/, '');

function pagesOf(action: SearchAction, { allowedDomains, weather }: HostedSearch): readonly WebPage[] {
  if (weather === 'nothing' || weather === 'fails') return [];
  if (action.type === 'search') return findPages(action.query, allowedDomains);
  return [pageAt(action.url, action.type === 'open_page' ? 'this page' : action.pattern)];
}

function emptyHanded({ weather }: HostedSearch, prompt: string): TextPiece {
  const text = weather === 'fails' ? 'The search failed.' : `I found nothing on the web for “${queryIn(prompt)}”.`;
  return { kind: 'text', text };
}

/** A paragraph a page; the vendor marks the addresses in its citations, and counts places in whole characters. */
function report(pages: readonly WebPage[]): TextPiece {
  let text = '';
  const citations = pages.map(({ url, title, text: said }) => {
    const marked = `${url}${url.includes('?') ? '&' : '?'}utm_source=openai`;
    text += `${text === '' ? '' : '\n\n'}${said} `;
    const start = Array.from(text).length;
    text += `([${new URL(url).host}](${marked}))`;
    return { url: marked, title, start, end: Array.from(text).length };
  });
  return { kind: 'text', text, citations };
}

/** The queries in markers for a search that the model does not call as a tool. */
export function markedQueries(calls: readonly { readonly name: string; readonly input: string }[]): readonly string[] {
  return calls.flatMap(({ name, input }) => {
    if (!/^web_?search/i.test(name)) return [];
    const { query } = objectOf(parseJson(input));
    return typeof query === 'string' ? [query] : [];
  });
}
