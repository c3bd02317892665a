/** What each provider of searches has to bring: how it is asked, and how its answers are read. Both are pure. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { SearchOutcome, SearchQuery } from '../../canonical/web-search.ts';

export interface ProviderRequest {
  readonly method: 'GET' | 'POST';
  /** With the query string. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SearchProvider {
  readonly origin: string;
  /** Longer queries are refused before they are sent. */
  readonly maxQueryLength: number;
  /** A problem where it cannot be asked so. */
  ask(query: SearchQuery): ProviderRequest | Extract<SearchOutcome, { problem: unknown }>;
  /** What an answer of status 200 found. */
  read(answer: JsonObject): SearchOutcome;
  /** What any other status means, as far as it is special to this provider. */
  refusal(status: number, answer: JsonObject): SearchOutcome | null;
}

/** The providers hold no more than that for one search. */
export const mostResults = 20;
