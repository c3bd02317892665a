/** An image or a document in a caller's body: where it stands, what it is, and how something else is put there. */
import type { JsonEdit } from '../framing/json-text.ts';

export type Path = readonly (string | number)[];

export type MediumContent =
  /** `data` is base64; `declared` is what the caller says that it is. */
  | { readonly kind: 'inline'; readonly declared: string | null; readonly data: string }
  | { readonly kind: 'address'; readonly url: string };

export interface Medium {
  readonly kind: 'image' | 'document';
  readonly content: MediumContent;
  readonly title?: string | undefined;
  /** Of the block, or whatever the protocol has for one. */
  readonly path: Path;
  /** Where the data or the address stands, as the protocol spells a place. */
  readonly param: string;
  /** Where the type stands. */
  readonly typeParam: string;
  /** In what came after the model's last words. */
  readonly isNew: boolean;
  /** Stands there without any word for its type. */
  readonly isBare: boolean;
  /** Is not written as endpoints read it: data where an address belongs, `BASE64`. */
  readonly isMisspelled: boolean;
  /** Puts this data there. */
  put(type: string, base64: string): readonly JsonEdit[];
  /** Puts a text there; null where the protocol has no place for one. */
  say(text: string): JsonEdit | null;
  /** Puts this image there, in the place of a document. */
  show(type: string, base64: string): readonly JsonEdit[];
}
