/** A search of the web that the proxy makes for a model: what is asked, what comes back, and how it may fail. */

export interface SearchQuery {
  readonly query: string;
  /** Hosts without a scheme, perhaps with a path; empty where any will do. Never both lists. */
  readonly allowedDomains: readonly string[];
  readonly blockedDomains: readonly string[];
  readonly maxResults: number;
  /** Roughly where the user is, as far as the caller says it. */
  readonly userLocation?: SearchLocation | undefined;
}

export interface SearchLocation {
  readonly city?: string | undefined;
  readonly region?: string | undefined;
  /** Two letters. */
  readonly country?: string | undefined;
  readonly timezone?: string | undefined;
}

export interface SearchEntry {
  readonly url: string;
  readonly title: string;
  /** What the page says, as far as the search shows it; may be empty. */
  readonly text: string;
  /** How old the page is, in words ("April 30, 2025"); null where nobody says. */
  readonly pageAge: string | null;
}

/** The codes of Anthropic's `web_search_tool_result_error`. */
export type SearchProblem =
  | 'unavailable'
  | 'too_many_requests'
  | 'query_too_long'
  | 'invalid_tool_input'
  | 'max_uses_exceeded'
  | 'request_too_large';

export type SearchOutcome =
  | { readonly entries: readonly SearchEntry[] }
  /** `detail` is for the owner's log; it holds neither query nor key. */
  | { readonly problem: SearchProblem; readonly detail?: string | undefined };

/** Never rejects; an aborted one comes back as `unavailable`. */
export type SearchWay = (query: SearchQuery, signal: AbortSignal) => Promise<SearchOutcome>;
