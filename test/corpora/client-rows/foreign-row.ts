/** The form of a content row for the protocols that no upstream speaks: Gemini's and Ollama's, by `faults.md` §3. */
import type { ErrorWords } from './client-row.ts';
import type { Body } from './content-row.ts';

export type ForeignProtocol = 'gemini' | 'ollama';

export type ForeignExpectation =
  /** Refused by the proxy, and no call. */
  | { readonly error: ErrorWords; readonly says?: RegExp }
  /** Translated, sent up in one call, and answered; what goes up holds `sent`, and `edit` was noted. */
  | { readonly ok: true; readonly sent?: RegExp; readonly edit?: string }
  /** To Ollama a request that says nothing only loads its model: answered here, and no call. */
  | { readonly loaded: true }
  /** Sent up, and a second time with less in it: the refusal is the upstream's own, in the caller's shape. */
  | { readonly verdict: 413 };

/** A body, or all that is wrong with it as text; what is no text is sent as JSON. */
type Sent = Body | string | Buffer;

export interface ForeignRow {
  /** The number in `faults.md`. */
  readonly id: string;
  readonly title: string;
  /** What callers send, by protocol; a protocol that cannot say it has none. */
  readonly bodies: Readonly<Partial<Record<ForeignProtocol, Sent>>>;
  readonly expect: ForeignExpectation;
  readonly but?: Readonly<Partial<Record<ForeignProtocol, ForeignExpectation>>>;
}

/** A row about bodies of any kind, also those that ask for counts and embeddings. */
export interface AnyBodyRow {
  readonly id: string;
  readonly title: string;
  body(sound: Body): Sent;
  readonly expect: ErrorWords;
}
