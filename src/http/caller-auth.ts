/** Finds and checks a caller's key: one extractor for every protocol, so no policy can hold for one header only. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../canonical/caller.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { KeyRegistry } from './key-registry.ts';
import type { WrongKeyLimiter } from './wrong-key-limiter.ts';

/** Where a request may carry a key. */
export interface CredentialPlaces {
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
  /** From `/k/<key>/…`, decoded. */
  readonly pathKey: string | undefined;
  readonly protocol: ProtocolId;
}

/**
 * Every credential in the request, in a fixed order: the path (somebody wrote it into this one tool's base URL),
 * `Authorization: Bearer`, `x-api-key`, `x-goog-api-key`, and `?key=` for Gemini alone, whose SDKs know nothing else.
 * Claude Code sends two at times; one right one is enough.
 */
export function presentedKeys({ headers, query, pathKey, protocol }: CredentialPlaces): readonly string[] {
  const keys: string[] = [];
  if (pathKey) keys.push(pathKey);
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

/**
 * The caller, or why there is none: `invalid_api_key`, and `rate_limited` for whoever guesses; `internal_error` where the
 * store of keys fails. A missing, expired or
 * revoked key is not counted as a try: nothing was guessed.
 */
export function identifyCaller(
  presented: readonly string[],
  keys: Pick<KeyRegistry, 'find' | 'anonymous'>,
  wrongKeys: WrongKeyLimiter,
  peer: string,
): Caller | ProxyError {
  let ended: 'expired' | 'revoked' | undefined;
  try {
    for (const key of presented) {
      const found = keys.find(key);
      if (typeof found === 'object') return found;
      ended ??= found;
    }
  } catch (cause) {
    return new ProxyError('internal_error', 'The keys of this proxy cannot be read at the moment.', { cause });
  }
  if (ended !== undefined) {
    const what = ended === 'expired' ? 'has expired' : 'has been revoked';
    return new ProxyError('invalid_api_key', `This API key ${what}: \`crossfeed keys add\` makes a new one.`);
  }
  if (keys.anonymous !== null) return keys.anonymous;
  const how = '`crossfeed keys show` prints it.';
  if (presented.length === 0)
    return new ProxyError('invalid_api_key', `An API key of this Crossfeed proxy is needed: ${how}`);
  const retryAfterMs = wrongKeys.count(peer);
  if (retryAfterMs === undefined)
    return new ProxyError('invalid_api_key', `This API key is not a key of this Crossfeed proxy: ${how}`);
  return new ProxyError('rate_limited', `Too many wrong API keys. The right one still works: ${how}`, { retryAfterMs });
}
