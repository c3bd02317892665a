/** What Node's HTTP parser lets pass and we do not: answered before any protocol is known. */
import type { IncomingMessage } from 'node:http';

/** A request that is refused on the spot; the connection is closed after it. */
export interface RequestFault {
  readonly status: 400 | 417 | 431;
  readonly reason: string;
}

const bad = (reason: string): RequestFault => ({ status: 400, reason });

/** A registered name or address with an optional port: no user, path, query or fragment can hide in it (CVE-2026-49468). */
const hostForm = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i;

/**
 * Looks at the head as it came (`rawHeaders`), because `headers` has already dropped what matters: the second Host,
 * the 101st line. Node lets all of these pass (observed on 24.21). Returns undefined for a sound head.
 */
export function requestFault(request: IncomingMessage, maxHeaders: number): RequestFault | undefined {
  const raw = request.rawHeaders;
  if (raw.length > maxHeaders * 2) return { status: 431, reason: 'Too many header lines.' };
  const version = request.httpVersion;
  if (version !== '1.1' && version !== '1.0') return bad('This is an HTTP/1.1 server.');

  let host: string | undefined;
  let coding: string | undefined;
  let expectation: string | undefined;
  let hasLength = false;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    // The length decides most lines without a copy of the name.
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (host !== undefined) return bad('More than one Host header.');
      host = value;
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      coding = coding === undefined ? value : `${coding}, ${value}`;
    } else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      hasLength = true;
    } else if (name.length === 6 && name.toLowerCase() === 'expect') {
      expectation = value;
    }
  }

  if (host === undefined) return bad('The Host header is missing.');
  if (!hostForm.test(host)) return bad('The Host header is not a host.');
  if (coding !== undefined) {
    if (version === '1.0' || hasLength || coding.trim().toLowerCase() !== 'chunked')
      return bad('The Transfer-Encoding is not supported.');
    if (firstChunkBytes(request) > longestChunkBytes) return bad('The chunk size is out of range.');
  }
  if (expectation !== undefined && version === '1.1' && expectation.trim().toLowerCase() !== '100-continue')
    return { status: 417, reason: 'The only expectation known here is 100-continue.' };
  return undefined;
}

/** 4 GB: no body comes near, and sizes beyond are what attacks on chunk parsers use. */
const longestChunkBytes = 0xffff_ffff;

/**
 * The size that the first chunk announces, where it arrived together with the head; else 0, and the limits of
 * `read-body.ts` hold alone. The parser's view of its buffer is undocumented: without it, nothing is refused here.
 */
function firstChunkBytes(request: IncomingMessage): number {
  const { parser } = request.socket as { parser?: { getCurrentBuffer?: () => Buffer | undefined } | null };
  const seen = parser?.getCurrentBuffer?.();
  // Behind a pipelined request the buffer begins with that one.
  if (!Buffer.isBuffer(seen) || !beginsWith(seen, `${request.method} ${request.url} HTTP/`)) return 0;
  const headEnd = seen.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const digits = /^[0-9a-f]+/i.exec(seen.toString('latin1', headEnd + 4, headEnd + 24));
  return digits ? Number.parseInt(digits[0], 16) : 0;
}

function beginsWith(bytes: Buffer, text: string): boolean {
  return bytes.length >= text.length && bytes.toString('latin1', 0, text.length) === text;
}
