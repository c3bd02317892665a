/** One reading of the request target, shared by guard, key check and router, so that they cannot disagree. */

export interface RequestTarget {
  /** The `host[:port]` of an absolute-form target, lower-case; undefined for the usual form. */
  readonly authority: string | undefined;
  /** The path, still percent-encoded, e.g. `/v1/messages`; without the `/k/<key>` before it, and without `/openai`. */
  readonly path: string;
  /** The key of a `/k/<key>/…` path, decoded once; undefined where there is none. */
  readonly pathKey: string | undefined;
  /** Without its question mark; empty for none. */
  readonly query: string;
  /** False where dot segments, empty segments or encoded slashes make the path mean two things (B-031). */
  readonly canonical: boolean;
}

const absoluteForm = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i;

/** `scheme` is the listener's own: an absolute-form target of another scheme names another server, whatever its host says. */
export function parseTarget(url: string, scheme: 'http' | 'https' = 'http'): RequestTarget {
  let authority: string | undefined;
  let rest = url;
  if (!url.startsWith('/')) {
    const parts = absoluteForm.exec(url);
    if (parts) {
      authority = parts[1]?.toLowerCase() === scheme ? (parts[2] ?? '').toLowerCase() : `${parts[1]}:`;
      rest = parts[3]?.startsWith('/') ? parts[3] : `/${parts[3] ?? ''}`;
    }
  }
  const mark = rest.indexOf('?');
  const whole = mark < 0 ? rest : rest.slice(0, mark);
  const query = mark < 0 ? '' : rest.slice(mark + 1);
  const keyed = keyPrefix.exec(whole);
  if (!keyed) {
    const path = withoutVendor(whole);
    return { authority, path, pathKey: undefined, query, canonical: isCanonical(whole) };
  }
  // From here on nobody sees the key but the key check: errors and logs name the path behind it.
  const path = withoutVendor(whole.slice(keyed[0].length) || '/');
  const pathKey = decodeSegment(keyed[1] ?? '');
  return { authority, path, pathKey, query, canonical: pathKey !== undefined && isCanonical(path) };
}

/** For tools that can be told a base URL and nothing else. */
const keyPrefix = /^\/k\/([^/]+)/;

/** Where other vendors put OpenAI's API: Groq, whose SDK says so itself, and Google. */
function withoutVendor(path: string): string {
  return path.replace(/^(?:\/openai(?=\/v1\/)|\/v1beta\/openai(?=\/))/, '');
}

/** The only paths that may hold encoded characters: model ids have slashes, and SDKs encode them. */
const modelPath = /^(?:\/v1){0,2}(?:\/v1beta){0,2}\/models\/(?=.)/;

function isCanonical(path: string): boolean {
  if (!path.startsWith('/') || path.includes('//') || path.includes('\\') || path.includes('#')) return false;
  if (hasDotSegment(path)) return false;
  if (!path.includes('%')) return true;
  const prefix = modelPath.exec(path);
  if (!prefix) return false;
  const id = decodeSegment(path.slice(prefix[0].length));
  return id !== undefined && !id.includes('\\') && !id.includes('//') && !hasDotSegment(`/${id}`);
}

function hasDotSegment(path: string): boolean {
  return /\/\.{1,2}(?:\/|$)/.test(path);
}

/** Undoes percent-encoding; undefined where it is not UTF-8. */
export function decodeSegment(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
