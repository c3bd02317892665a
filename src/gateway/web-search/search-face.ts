/** What the loop of searches needs of a protocol: its request with a function for its search tool, and one answer woven of several. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import type { SearchLocation, SearchOutcome } from '../../canonical/web-search.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';

/** What a caller says of the searches that its model may make. */
export interface SearchTerms {
  /** Infinite where the caller sets no bound. */
  readonly maxUses: number;
  readonly allowedDomains: readonly string[];
  readonly blockedDomains: readonly string[];
  readonly userLocation?: SearchLocation | undefined;
}

export interface SearchRewrite {
  /** The request as it goes up: plain functions, and earlier searches as their calls. */
  readonly view: JsonObject;
  readonly edits: readonly RequestEdit[];
  /** Null where only the history is about searches. */
  readonly terms: SearchTerms | null;
}

/** A search that the model asked for; an empty query is one that nobody can make. */
export interface SearchCall {
  readonly id: string;
  readonly query: string;
}

/** One answer to the caller, woven of the answers of several steps. Strings are UTF-8 text, data is parsed of it. */
export interface AnswerWeaver {
  /** What goes down for an event of the present step; undefined for the event as it came. `raw` is its text. */
  frame(event: string, data: JsonObject, raw: string): string | undefined;
  /** The present step's answer, where it comes in one piece. */
  whole(answer: JsonObject): void;
  /** Ends the step: the searches that the proxy is to make now. Null where the step did not come to its end. */
  endStep(): readonly SearchCall[] | null;
  /** What goes down when one begins. */
  begin(call: SearchCall): string;
  /** What goes down for the result of one. */
  tell(call: SearchCall, outcome: SearchOutcome): string;
  /** Whether the model is to go on with the results; false where the caller has calls of its own to answer first. */
  readonly goesOn: boolean;
  /** Under which the protocol keeps answers: that of the first step holds for all. */
  readonly answerId?: string | undefined;
  /** The request of the next step; the last one may not search any more. */
  nextRequest(isLast: boolean): JsonObject;
  /** The end of a stream, which was held until now. */
  ending(): string;
  /** An error as the last event of a stream. */
  failure(error: ProxyError, exchangeId: string): string;
  /** The same of the error that a step was answered with. */
  refusal(errorBody: string): string;
  answer(): JsonObject;
}

export interface SearchFace {
  /** Null where nothing of the request is about searches. */
  rewrite(view: JsonObject): SearchRewrite | null;
  /** Of the request as it goes up, and as it came. */
  weave(view: JsonObject, asked: JsonObject): AnswerWeaver;
}

/** The function that stands in for every protocol's search tool. */
export const searchTool = {
  name: 'web_search',
  description:
    'Searches the web and returns the pages found, each with its title, its address and what it says. Use it for what is ' +
    'newer than your knowledge, or has to be looked up. In your answer, name the pages you rely on as Markdown links with ' +
    'their full addresses.',
  schema: {
    type: 'object',
    properties: { query: { type: 'string', description: 'What to search for.' } },
    required: ['query'],
    additionalProperties: false,
  },
} as const;
