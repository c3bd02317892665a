/** Opaque strings that this simulator can recognise again: item ids, signatures, encrypted content, Copilot tokens. */
import { createHash } from 'node:crypto';

/** Not a secret: the seal only has to tell "issued here, unchanged" from everything else. */
const pepper = 'crossfeed-simulator';

/** A short, repeatable fingerprint in base64url. */
export function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256')
    .update([pepper, ...parts].join('\u0000'))
    .digest('base64url');
}

/** `purpose` keeps a signature from passing as an item id. The payload can be read back with `openSeal`. */
export function seal(purpose: string, payload: string): string {
  const body = Buffer.from(payload, 'utf8').toString('base64url');
  return `${body}.${fingerprint(purpose, body).slice(0, 16)}`;
}

/** The payload, or undefined if the string was not sealed here for this purpose, or was changed since. */
export function openSeal(purpose: string, sealed: string): string | undefined {
  const dot = sealed.lastIndexOf('.');
  if (dot < 0) return undefined;
  const body = sealed.slice(0, dot);
  if (fingerprint(purpose, body).slice(0, 16) !== sealed.slice(dot + 1)) return undefined;
  return Buffer.from(body, 'base64url').toString('utf8');
}
