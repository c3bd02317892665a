/** Receives one HTTP answer of the Copilot API: streams a good one, reads a refusal whole, refuses what is no API. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock, Timer } from '../../base/clock.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { Flow, UpstreamReceiver } from '../upstream.ts';
import { codingOf, createDecoder } from './decompress.ts';
import type { Decoder } from './decompress.ts';
import { looksLikeHtml } from './error-body.ts';
import { allowedHeaders, plainHeaders } from './response-head.ts';
import type { TransportFailure, TransportSink } from './transport.ts';

/** A whole answer that is no 2xx. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string;
}

export interface AnswerOptions {
  readonly receiver: UpstreamReceiver;
  readonly clock: Clock;
  /** Bounds the decoded bytes of an answer that is read whole; null for streams. */
  readonly maxDecodedBytes: number | null;
  /** A 2xx head is about to be given to the receiver: nothing is retried from here on. */
  readonly onAccepted: () => void;
  readonly onRefusal: (refusal: Refusal) => void;
  /** The connection broke. */
  readonly onBroken: (failure: TransportFailure) => void;
  /** The answer itself is at fault; the transport is to be ended. */
  readonly onUnusable: (error: ProxyError) => void;
  readonly onEnd: () => void;
}

export interface Answer extends TransportSink {
  /** Frees decoder and timer; nothing more is told. */
  destroy(): void;
}

const maxRefusalBytes = 64 * 1024;
/** A refusal whose body never ends is judged by what came. */
const refusalBodyMs = 10_000;
const sniffBytes = 512;

/** What the bytes of the body mean, decided at the head. */
type Mode = 'waiting' | 'sniffing' | 'streaming' | 'refusal' | 'over';

export function createAnswer(options: AnswerOptions): Answer {
  const { receiver } = options;
  let mode: Mode = 'waiting';
  let status = 0;
  let headers: IncomingHttpHeaders = {};
  let flow: Flow | undefined;
  let decoder: Decoder | undefined;
  let timer: Timer | undefined;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let acceptedBytes = 0;

  function destroy(): void {
    mode = 'over';
    held = [];
    decoder?.destroy();
    timer?.cancel();
  }

  function unusable(code: ProxyError['code'], message: string): void {
    const upstreamRequestId = plainHeaders(headers)['x-github-request-id'];
    destroy();
    options.onUnusable(new ProxyError(code, message, { upstreamStatus: status, upstreamRequestId }));
  }

  function accept(): void {
    mode = 'streaming';
    options.onAccepted();
    if (flow !== undefined) receiver.onHead({ status, headers: allowedHeaders(headers) }, flow);
  }

  function refuse(): void {
    const bodyText = Buffer.concat(held).toString('utf8', 0, maxRefusalBytes);
    destroy();
    options.onRefusal({ status, headers: plainHeaders(headers), bodyText });
  }

  /** Decides a body of doubtful type by its first bytes. */
  function sniff(): void {
    const first = Buffer.concat(held);
    if (looksLikeHtml(first.toString('latin1', 0, sniffBytes))) return webPage();
    held = [];
    accept();
    if (first.length > 0 && isStreaming()) receiver.onData(first);
  }

  function webPage(): void {
    unusable('not_an_api_response', 'A web page came instead of an API answer: is there a captive portal or a proxy?');
  }

  // A function, because a callback may have changed the mode behind the compiler's back.
  function isStreaming(): boolean {
    return mode === 'streaming';
  }

  function onBytes(chunk: Buffer): void {
    if (mode === 'streaming') {
      acceptedBytes += chunk.length;
      if (options.maxDecodedBytes === null || acceptedBytes <= options.maxDecodedBytes) return receiver.onData(chunk);
      return unusable('upstream_invalid_response', 'The answer of the Copilot API is larger than is sane.');
    }
    if (mode !== 'sniffing' && mode !== 'refusal') return;
    held.push(chunk);
    heldBytes += chunk.length;
    if (mode === 'sniffing') return heldBytes >= sniffBytes || firstIsPlain(held) ? sniff() : undefined;
    if (heldBytes >= maxRefusalBytes) refuse();
  }

  function onBytesEnd(): void {
    if (mode === 'refusal') return refuse();
    if (mode === 'sniffing') sniff();
    if (!isStreaming()) return;
    destroy();
    options.onEnd();
  }

  return {
    destroy,
    onHead(headStatus, headHeaders, upstreamFlow) {
      status = headStatus;
      headers = headHeaders;
      flow = upstreamFlow;
      const good = status >= 200 && status < 300 && status !== 204 && status !== 205;
      if (status >= 300 && status < 400)
        return unusable(
          'not_an_api_response',
          `The Copilot API answered with a redirect (HTTP ${status}), as a captive portal or a proxy does.`,
        );
      if (!good && status < 400)
        return unusable(
          'upstream_invalid_response',
          `The Copilot API answered with HTTP ${status}, which holds no answer.`,
        );
      const coding = codingOf(headers['content-encoding']);
      if (coding === 'unknown' && good)
        return unusable('upstream_invalid_response', 'The Copilot API used a content coding that nobody asked for.');
      if (coding !== 'identity' && coding !== 'unknown') {
        const limits = { maxBytes: good ? options.maxDecodedBytes : maxRefusalBytes * 4 };
        decoder = createDecoder(coding, limits, upstreamFlow, {
          onData: onBytes,
          onEnd: onBytesEnd,
          onFault(fault) {
            if (mode === 'refusal') return refuse();
            if (fault === 'cut') return unusable('upstream_truncated', 'The Copilot API broke off its answer.');
            const what = fault === 'bomb' ? 'unfolds to more than is sane' : 'cannot be decompressed';
            unusable('upstream_invalid_response', `The answer of the Copilot API ${what}.`);
          },
        });
        flow = decoder.flow;
      }
      if (!good) {
        mode = 'refusal';
        timer = options.clock.after(refusalBodyMs, refuse);
        return;
      }
      const type = (headers['content-type'] ?? '').toLowerCase();
      if (/^\s*text\/html/.test(type)) return webPage();
      // JSON and event streams say what they are; anything else shows it in its first bytes.
      if (/json|event-stream/.test(type)) return accept();
      mode = 'sniffing';
    },
    onData(chunk) {
      if (decoder === undefined) onBytes(chunk);
      else decoder.write(chunk);
    },
    onEnd() {
      if (decoder === undefined) onBytesEnd();
      else decoder.end();
    },
    onFailure(failure) {
      if (mode === 'over') return;
      // A refusal cut short is still a refusal.
      if (mode === 'refusal') return refuse();
      destroy();
      options.onBroken(failure);
    },
  };
}

/** Whether the first non-blank byte already says that this is no web page. */
function firstIsPlain(held: readonly Buffer[]): boolean {
  const text = Buffer.concat(held).toString('latin1').trimStart();
  return text !== '' && !text.startsWith('<') && !text.startsWith('ï');
}
