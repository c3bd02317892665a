/** A named change that the proxy made to a request or to a stream, with its reason. Nothing is changed without one. */

export interface RequestEdit {
  /** The rule's name, kebab-case, as `x-crossfeed-edits` lists it. */
  readonly rule: string;
  /** Why, in one sentence, for the log and the API. */
  readonly reason: string;
  /** Where in the body or headers, e.g. `stream_options.include_usage`; absent for a rule over a whole stream. */
  readonly path?: string;
}

/** Takes note of one edit. */
export type Report = (edit: RequestEdit) => void;

/** How an exchange travelled. */
export type Lane = 'raw' | 'patched' | 'translated';
