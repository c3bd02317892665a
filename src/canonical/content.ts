/** What a turn is made of: text, images, documents, and what only one protocol knows. */
import type { JsonObject } from './json-value.ts';
import type { ProtocolId } from './protocol-id.ts';

/** A prompt-cache breakpoint behind the block that carries it. No part of any prefix comparison. */
export interface CacheMark {
  /** `5m`, `1h`; null where the caller left it to the vendor. */
  readonly ttl: string | null;
}

export type Part = TextPart | ImagePart | DocumentPart | AudioPart | RefusalPart | ForeignPart;

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly annotations?: readonly Annotation[];
  readonly cache?: CacheMark;
}

export interface ImagePart {
  readonly kind: 'image';
  readonly source: MediaSource;
  /** OpenAI's `detail`: `low`, `high`, `auto`. */
  readonly detail?: string;
  readonly cache?: CacheMark;
}

export interface DocumentPart {
  readonly kind: 'document';
  readonly source: MediaSource;
  readonly title?: string;
  readonly context?: string;
  /** Whether the model is asked to cite from it. */
  readonly citations?: boolean;
  readonly cache?: CacheMark;
}

export interface AudioPart {
  readonly kind: 'audio';
  readonly format: string;
  /** Base64. */
  readonly data: string;
}

/** The model's own words of refusal: neither an answer nor an error. */
export interface RefusalPart {
  readonly kind: 'refusal';
  readonly text: string;
}

/** Something no other protocol has a word for. Carried within its protocol, reported elsewhere. */
export interface ForeignPart {
  readonly kind: 'foreign';
  readonly protocol: ProtocolId;
  readonly type: string;
  readonly value: JsonObject;
}

export type MediaSource =
  /** `data` is base64 without a `data:` head. */
  | { readonly kind: 'data'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'parts'; readonly parts: readonly Part[] }
  /** A file that only its vendor's account knows. */
  | { readonly kind: 'file'; readonly id: string };

export type Annotation =
  /** A web page as source. `start` and `end` count characters as the protocol did that said them; null is unknown. */
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly title: string | null;
      readonly citedText: string | null;
      readonly start: number | null;
      readonly end: number | null;
    }
  | { readonly kind: 'foreign'; readonly protocol: ProtocolId; readonly value: JsonObject };

/** A document that holds plain text, as that text; null for any other. A view, like all text. */
export function plainText(source: MediaSource): (MediaSource & { readonly kind: 'text' }) | null {
  if (source.kind !== 'data' || !/^(?:text\/|application\/(?:json|xml|yaml|x-yaml|toml)$)/.test(source.mediaType))
    return null;
  const bytes = Buffer.from(source.data, 'base64');
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  return { kind: 'text', text: bytes.toString('latin1') };
}
