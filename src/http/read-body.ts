/** Reads a request body whole, decompressed and within its limit, without ever holding more than that. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Transform } from 'node:stream';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { decoderFor, isForm, isJson } from './body-coding.ts';

export type BodyType = 'json' | 'curl';

/**
 * Calls `done` once: with the body, with the error to answer, or with null when the client left in the middle (then
 * there is nobody to answer). `type` says how it must be labelled. Codes: `unsupported_media_type`,
 * `request_too_large`, `invalid_request`.
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
  done: (outcome: Buffer | ProxyError | null) => void,
  type: BodyType = 'json',
): void {
  const { headers } = request;
  const { 'content-type': label } = headers;
  if (!isJson(label) && !(type === 'curl' && (label === undefined || isForm(label)))) {
    done(new ProxyError('unsupported_media_type', 'Send the request body as Content-Type: application/json.'));
    return;
  }
  const decoder = decoderFor(headers['content-encoding']);
  if (decoder === undefined) {
    const message = 'Content-Encoding must be one of gzip, deflate, br, zstd, and only one.';
    done(new ProxyError('unsupported_media_type', message));
    return;
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    done(tooLarge(maxBytes));
    return;
  }
  // The client waits for this word before it sends anything, and until here there was a reason to spare it the work.
  if (headers.expect !== undefined && request.httpVersion === '1.1') response.writeContinue();
  collect(request, decoder === 'identity' ? undefined : decoder(), maxBytes, done);
}

/**
 * `curl` where its `-d` may call JSON a form, or nothing at all, as people do who ask Ollama. A web page could do so as well,
 * without asking anybody, but its browser says that it is one (B-011, B-012).
 */
export function bodyType({ protocol }: { readonly protocol: ProtocolId }, headers: IncomingHttpHeaders): BodyType {
  if (protocol !== 'ollama' && protocol !== 'ollama-generate') return 'json';
  const isPage = headers.origin !== undefined || Object.keys(headers).some((name) => name.startsWith('sec-fetch-'));
  return isPage ? 'json' : 'curl';
}

function collect(
  request: IncomingMessage,
  decoder: Transform | undefined,
  maxBytes: number,
  done: (outcome: Buffer | ProxyError | null) => void,
): void {
  let pieces: Buffer[] = [];
  let size = 0;
  let settled = false;

  function settle(outcome: Buffer | ProxyError | null): void {
    if (settled) return;
    settled = true;
    request.off('data', take);
    if (decoder) request.unpipe(decoder).resume();
    decoder?.destroy();
    // What still listens lives as long as the answer, which may take minutes.
    pieces = [];
    done(outcome);
  }
  function take(piece: Buffer): void {
    size += piece.length;
    if (size > maxBytes) settle(tooLarge(maxBytes));
    else pieces.push(piece);
  }
  function whole(): void {
    settle(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, size));
  }

  /** `close` also follows a complete body, while a decoder may still be at work on its last bytes. */
  function gone(): void {
    if (!request.complete) settle(null);
  }

  request.on('error', gone);
  request.once('close', gone);
  if (decoder) {
    decoder.on('data', take);
    decoder.once('end', whole);
    decoder.on('error', () => settle(new ProxyError('invalid_request', 'The compressed body cannot be decompressed.')));
    request.pipe(decoder);
  } else {
    request.on('data', take);
    request.once('end', whole);
  }
}

function tooLarge(maxBytes: number): ProxyError {
  return new ProxyError('request_too_large', `The request body is larger than ${maxBytes} bytes.`);
}
