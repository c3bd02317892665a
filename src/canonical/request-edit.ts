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

/** What a translation can do to something that the other protocol has no exact word for. */
export type TranslationRule =
  /** Left out: the other side has nothing like it. */
  | 'not-carried'
  /** Said in other words that mean less, or nearly the same. */
  | 'approximated'
  /** Stands in another place. */
  | 'moved'
  /** A call without a result, a result without a call: mended, since the other side refuses them. */
  | 'repaired'
  /** A tool of a kind that the other side lacks goes as a function, and comes back as what it was. */
  | 'wrapped-tool'
  /** Reasoning sealed by another family or account, which this model cannot read. */
  | 'reasoning-left-behind'
  /** Looked for by us in the answer, since the endpoint has no stop sequences. */
  | 'stop-emulated';

/** How an exchange travelled. */
export type Lane = 'raw' | 'patched' | 'translated';
