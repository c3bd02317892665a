/** The form of a content row: a body that a client sends to a route, and what it must get, by `faults.md` §3. */
import type { ErrorWords } from './client-row.ts';

/** The routes served now, by what they speak. */
export type ContentFace = 'chat' | 'responses' | 'messages' | 'count' | 'embeddings';

// oxlint-disable-next-line typescript/no-explicit-any -- bodies in every shape that a client may get wrong
export type Body = Record<string, any>;

export type ContentExpectation =
  /** Refused by the proxy, and no call. `param` is the field at fault. */
  | { readonly error: ErrorWords; readonly param?: string | Readonly<Partial<Record<ContentFace, string>>> }
  /** Sent up and answered. `sent` is what goes up, where it is not every byte as it came; a pattern is only in it. */
  | { readonly ok: true; readonly sent?: ((bytes: Buffer) => Buffer) | RegExp }
  /**
   * Sent up byte for byte: the refusal is the upstream's own, in the caller's shape (`decisions.md` 1). What is too large
   * goes up a second time, with less in it (`decisions.md` 7).
   */
  | { readonly verdict: 400 | 413 };

export interface ContentRow {
  /** The number in `faults.md`. */
  readonly id: string;
  readonly title: string;
  /** Default: all. */
  readonly on?: readonly ContentFace[];
  /** From the sound body of the route. An object is sent as JSON. */
  body(sound: Body, face: ContentFace): Body | string | Buffer;
  readonly expect: ContentExpectation;
}

/** The body without some of its fields. */
export function without(body: Body, ...fields: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));
}
