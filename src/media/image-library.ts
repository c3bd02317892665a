/** What is asked of a library of image formats: one that is there, or none. */

export interface Encoding {
  readonly type: 'image/png' | 'image/jpeg';
  /** No edge is longer, in pixels. */
  readonly edge: number;
  /** Of a JPEG, from 1 to 100. */
  readonly quality?: number;
}

export interface ImageLibrary {
  /** The same bytes for the same bytes. Throws where they cannot be read. */
  encode(bytes: Buffer, encoding: Encoding): Promise<Buffer>;
}

/** Null where none is installed. */
export type LoadImageLibrary = () => Promise<ImageLibrary | null>;
