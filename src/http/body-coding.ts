/** Which compression a request body came in, and the decoder for it. */
import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** `codex` sends zstd, the others are what HTTP libraries offer. */
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  // A frame may ask for a window of 128 MB, which is allocated at once: 8 MB is what RFC 8878 tells decoders to have.
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
};

/** A decoder; `identity` for none; undefined for an unknown coding or more than one. */
export function decoderFor(contentEncoding: string | undefined): (() => Transform) | 'identity' | undefined {
  const coding = contentEncoding?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return 'identity';
  return Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
}

/** `application/json` and its `+json` family, with any parameter. Anything else may come from a web page's form. */
export function isJson(contentType: string | undefined): boolean {
  return jsonForm.test(contentType ?? '');
}

/** What `curl -d` says of whatever it sends. */
export function isForm(contentType: string): boolean {
  return contentType.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

const jsonForm = /^\s*application\/(?:json|[a-z0-9.!#$&^_-]+\+json)\s*(?:;|$)/i;
