/** Searches by a model of the seat that has a search of its own: each a call by itself, under the name of the one it is made for. */
import { objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { Model } from '../../canonical/model.ts';
import type { SearchEntry, SearchLocation, SearchQuery, SearchWay } from '../../canonical/web-search.ts';
import { cheapestModel, noNeeds } from '../../routing/cheapest-model.ts';
import type { Gateway, GatewayRequest, InferenceRoute, MadeFor } from '../gateway.ts';
import { pageOf, plainTitle } from '../../upstream/search/plain-entry.ts';
import { createInnerOutput } from '../inner-output.ts';

/** Whose turn a search is made for. */
export interface SearchAsker extends Pick<GatewayRequest, 'caller' | 'headers'> {
  readonly parentId: string;
  readonly session: string;
}

export interface SeatSearchOptions {
  readonly gateway: Pick<Gateway, 'answer'>;
  readonly models: (of: { readonly accountName: string }) => Promise<readonly Model[]>;
  /** By its id; null for the cheapest that has `/responses`. */
  readonly model: string | null;
  readonly newId: () => string;
}

const route: InferenceRoute = { protocol: 'openai-responses', operation: 'generate', path: '/v1/responses' };

export function createSeatSearch(options: SeatSearchOptions): (asker: SearchAsker) => SearchWay {
  async function modelOf(accountName: string): Promise<string | undefined> {
    if (options.model !== null) return options.model;
    const models = await options.models({ accountName });
    return cheapestModel(models, { ...noNeeds, endpoint: '/responses', tools: true })?.id;
  }

  return (asker) => async (query, signal) => {
    if (query.query.length > maxQueryLength) return { problem: 'query_too_long' };
    try {
      const { caller } = asker;
      const model = await modelOf(caller.accountName);
      if (model === undefined) return { problem: 'unavailable', detail: 'no model of this seat can search' };
      const madeFor: MadeFor = { parentId: asker.parentId, kind: 'web-search', session: asker.session };
      const { status, body } = await ask(
        {
          route,
          exchangeId: options.newId(),
          headers: headersOf(asker),
          body: Buffer.from(JSON.stringify(questionOf(model, query))),
          // The owner chose the model for searches, whatever models the key may name itself.
          caller: { ...caller, models: null, aliases: {} },
          madeFor,
        },
        signal,
      );
      if (status !== 200)
        return { problem: status === 429 ? 'too_many_requests' : 'unavailable', detail: `status ${status}` };
      const entries = entriesOf(objectOf(parseJson(body)), query.maxResults);
      return entries === null
        ? { problem: 'unavailable', detail: `${model} did not search, or names no pages` }
        : { entries };
    } catch (thrown) {
      return { problem: 'unavailable', detail: thrown instanceof Error ? thrown.message : 'unknown error' };
    }
  };

  function ask(
    request: GatewayRequest,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve) => {
      let status = 0;
      const chunks: Buffer[] = [];
      const onAbort = () => output.leave();
      const output = createInnerOutput({
        head: (code) => {
          status = code;
        },
        flush: () => undefined,
        data(bytes) {
          chunks.push(Buffer.from(bytes));
          return true;
        },
        onDrain: (listener) => listener(),
        over(isWhole) {
          signal.removeEventListener('abort', onAbort);
          resolve({ status: isWhole ? status : 0, body: Buffer.concat(chunks).toString('utf8') });
        },
      });
      signal.addEventListener('abort', onAbort);
      options.gateway.answer(request, output);
      if (signal.aborted) output.leave();
    });
  }
}

/** Who calls and what for, but nothing of what the caller's own protocol says. */
function headersOf({ headers }: SearchAsker): GatewayRequest['headers'] {
  const { 'user-agent': userAgent, 'x-crossfeed-project': project } = headers;
  return {
    // GitHub is told that no person speaks here: the call is made in answer to one of theirs.
    'x-interaction-type': 'conversation-background',
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    ...(project === undefined ? {} : { 'x-crossfeed-project': project }),
  };
}

/** The vendor refuses more. */
const maxDomains = 100;
const maxQueryLength = 2_000;

/** The vendor takes hosts alone; what lies elsewhere on them is left out afterwards. */
function hostOf(domain: string): string {
  return domain
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/^\*\./, '');
}

function placeOf({ country, ...place }: SearchLocation): SearchLocation {
  return country?.length === 2 ? { ...place, country } : place;
}

function questionOf(model: string, query: SearchQuery): JsonObject {
  const { userLocation } = query;
  const hosts = [...new Set(query.allowedDomains.map(hostOf))].filter((host) => host !== '').slice(0, maxDomains);
  const tool = {
    type: 'web_search',
    ...(hosts.length === 0 ? {} : { filters: { allowed_domains: hosts } }),
    ...(userLocation === undefined ? {} : { user_location: { type: 'approximate', ...placeOf(userLocation) } }),
  };
  const text =
    `Search the web for: ${query.query.replaceAll(/\s+/g, ' ')}\n\n` +
    `Then report what you found: for each page that helps, at most ${query.maxResults}, one paragraph with the facts that it gives, ` +
    'figures and names as they stand there, and a citation of the page. Add nothing that is on none of them.';
  return {
    model,
    stream: false,
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
    tools: [tool],
    include: ['web_search_call.action.sources'],
  };
}

/** What one page is told to say, at most. */
const maxTextLength = 4_000;

/** Pages that are cited come first, with the paragraphs that cite them; null where no search was made, or nobody says what it found. */
function entriesOf(response: JsonObject, maxResults: number): readonly SearchEntry[] | null {
  const output = listOf(response['output']).map(objectOf);
  const searches = output.filter(({ type, status }) => type === 'web_search_call' && status !== 'failed');
  if (searches.length === 0) return null;
  const found = new Map<string, { title: string; texts: Set<string> }>();
  const add = (address: unknown, title: unknown, text: string) => {
    // As it stands in the paragraphs that cite it, so that it is found there again.
    if (typeof address !== 'string' || pageOf(address) === null || /[\s\p{Cc}]/u.test(address)) return;
    const url = withoutMarks(address);
    const page = found.get(url) ?? { title: '', texts: new Set() };
    // A line end in it would begin another page in what the model reads.
    if (page.title === '') page.title = plainTitle(title);
    if (text !== '') page.texts.add(text);
    found.set(url, page);
  };
  for (const item of output.filter(({ type }) => type === 'message'))
    for (const part of listOf(item['content']).map(objectOf)) {
      const text = typeof part['text'] === 'string' ? part['text'] : '';
      for (const note of listOf(part['annotations']).map(objectOf))
        if (note['type'] === 'url_citation') add(note['url'], note['title'], paragraphAt(text, note));
    }
  for (const search of searches)
    for (const source of listOf(objectOf(search['action'])['sources']).map(objectOf))
      add(source['url'], source['title'], '');
  // Nothing was found only where that is said: what names no page tells nothing of it.
  const tellsSources = searches.some(({ action }) => Array.isArray(objectOf(action)['sources']));
  if (found.size === 0 && !tellsSources) return null;
  return [...found].slice(0, maxResults).map(([url, { title, texts }]) => ({
    url,
    title: title === '' ? new URL(url).host : title,
    text: Array.from([...texts].join('\n'))
      .slice(0, maxTextLength)
      .join(''),
    pageAge: null,
  }));
}

function paragraphAt(text: string, { start_index: start, end_index: end }: JsonObject): string {
  if (typeof start !== 'number' || typeof end !== 'number') return '';
  // The vendor counts whole characters, not their halves.
  const unitsBefore = (place: number) => Array.from(text).slice(0, place).join('').length;
  const from = text.lastIndexOf('\n\n', unitsBefore(start));
  const to = text.indexOf('\n\n', unitsBefore(end));
  return withoutMarks(text.slice(from < 0 ? 0 : from + 2, to < 0 ? text.length : to).trim());
}

const tracking = /[?&]utm_source=(?:openai|chatgpt\.com)(?![\w&=-])/g;

/** The vendor marks the addresses of its citations, and not those of its sources. */
function withoutMarks(text: string): string {
  return text.replaceAll(tracking, '');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
