/** Finds and checks a caller's key: one extractor for every protocol, so no policy can hold for one header only. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ProtocolId } from '../canonical/protocol-id.ts';

/** The id of the key that was presented; undefined if it is none of ours. */
export type KeyCheck = (presented: string) => string | undefined;

export interface CallerKey {
  readonly id: string;
  readonly key: string;
}

/**
 * Keeps digests only, and compares a digest with every one of them: equal lengths whatever was presented, and no
 * early return, so the time taken says nothing about any key.
 */
export function createKeyCheck(keys: readonly CallerKey[]): KeyCheck {
  const known = keys.map(({ id, key }) => ({ id, digest: digestOf(key) }));
  return (presented) => {
    const digest = digestOf(presented);
    let found: string | undefined;
    for (const { id, digest: ours } of known) if (timingSafeEqual(digest, ours)) found = id;
    return found;
  };
}

function digestOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/**
 * Every credential in the request, in a fixed order: `Authorization: Bearer`, `x-api-key`, `x-goog-api-key`, and
 * `?key=` for Gemini alone, whose SDKs know nothing else. Claude Code sends two at times; one right one is enough.
 */
export function presentedKeys(headers: IncomingHttpHeaders, query: string, protocol: ProtocolId): readonly string[] {
  const keys: string[] = [];
  const bearer = bearerForm.exec(headers.authorization ?? '');
  if (bearer?.[1]) keys.push(bearer[1]);
  for (const name of ['x-api-key', 'x-goog-api-key'] as const) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') keys.push(value.trim());
  }
  if (protocol === 'gemini' && query !== '') {
    const key = new URLSearchParams(query).get('key');
    if (key) keys.push(key);
  }
  return keys;
}

const bearerForm = /^bearer +(\S+) *$/i;
