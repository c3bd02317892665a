/** Carries a stream down: whole frames, one write per upstream read, exactly one ending. */
import { isUtf8 } from 'node:buffer';
import type { LimitsConfig } from '../config/config.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { createFrameSplitter } from '../framing/server-sent-events.ts';
import type { FrameVerdict, StreamStanding, StreamWatch } from '../protocols/protocol.ts';
import { parseInBandError } from '../upstream/copilot/errors.ts';
import type { Flow, UpstreamHead, UpstreamReceiver } from '../upstream/upstream.ts';
import type { Exchange } from './exchange.ts';
import { utf8Of } from './latin1-view.ts';
import { documentForStream, notAStream } from './no-stream.ts';
import type { Ticker } from './ticker.ts';
import { isWholeFrame } from './translate-stream.ts';

export interface StreamRelayOptions {
  readonly exchange: Exchange;
  readonly watch: StreamWatch;
  readonly limits: LimitsConfig;
  /** How long the upstream may be silent for this model. */
  readonly silenceMs: number;
  /** What keeps an idle connection open in this protocol; null where clients take none. */
  readonly heartbeat: string | null;
  readonly contentType: string;
  readonly ticker: Ticker;
}

export interface StreamRelay extends UpstreamReceiver {
  /** Sends the head, and a heartbeat, before there is an answer: the call waits for its start. */
  openEarly(): void;
  /** Ends the stream now, with `error` in the protocol's own form. */
  giveUp(error: ProxyError): void;
  /** What was used so far, for an exchange that its client ends. */
  readonly usage: StreamStanding['usage'];
}

/** How long the upstream may keep its connection open after its last frame, before we close it. */
const lingerMs = 1_000;

export function createStreamRelay(options: StreamRelayOptions): StreamRelay {
  const { exchange, watch, limits, silenceMs, heartbeat, ticker } = options;
  let flow: Flow | undefined;
  let over = false;
  let endedAtMs: number | undefined;
  /** Chunks of the current turn of the event loop: they are read, judged and written together. */
  let arrived: Buffer[] = [];
  let flushing = false;
  /** What goes down next. Until the head is sent it only gathers. */
  let out: Buffer[] = [];
  let outBytes = 0;
  let frames = 0;
  let anyBytes = false;
  let toldFirstToken = false;
  let headAtMs = 0;
  let lastByteMs = 0;
  let lastProgressMs = 0;
  let lastWriteMs = 0;
  let pausedAtMs: number | undefined;
  /** The run of frames that go down as they came, cut from one buffer. */
  let span: { bytes: Buffer; start: number; end: number } | undefined;
  /** The run of frames that go down in other words, a latin1 view: one buffer for all of a read. */
  let replaced = '';
  let failure: ProxyError | undefined;
  /** Some of what is read is not UTF-8, or a chunk ends within a character: then frames are looked at one by one. */
  let isDoubtful = false;
  /** Undecided until the head or the first byte tells a stream from a JSON document. */
  let body: 'stream' | 'document' | undefined;

  const splitter = createFrameSplitter(limits.maxEventBytes, (text, bytes, start, end) => {
    if (watch.standing.ended || failure) return;
    // What is translated goes on in part: the bytes that are wrong may stand in what does not.
    if (isDoubtful && !isUtf8(bytes.subarray(start, end))) {
      failure = notUtf8();
      return;
    }
    frames += 1;
    take(watch.frame(text, start, end), bytes, start, end);
    if (!watch.standing.idle) lastProgressMs = ticker.nowMs;
    if (watch.standing.hasContent && !toldFirstToken) {
      toldFirstToken = true;
      exchange.publish({ type: 'first-token' });
    }
  });

  function take(verdict: FrameVerdict, bytes: Buffer, start: number, end: number) {
    if (verdict === 'forward') {
      if (span?.bytes === bytes && span.end === start) span.end = end;
      else {
        closeSpan();
        closeReplaced();
        if (!failure) span = { bytes, start, end };
      }
      return;
    }
    if (verdict === 'drop') return;
    closeSpan();
    if (failure) return;
    if (verdict.kind !== 'replace') closeReplaced();
    switch (verdict.kind) {
      case 'replace':
        replaced += verdict.text;
        break;
      case 'upstream-error':
        failure ??= parseInBandError(utf8Of(verdict.payload));
        break;
      case 'broken':
        failure ??= new ProxyError('upstream_invalid_response', verdict.message);
        break;
    }
  }

  function queue(bytes: Buffer) {
    out.push(bytes);
    outBytes += bytes.length;
  }

  function closeReplaced() {
    if (replaced === '') return;
    const bytes = Buffer.from(replaced, 'latin1');
    replaced = '';
    if (isUtf8(bytes)) queue(bytes);
    else failure ??= notUtf8();
  }

  function closeSpan() {
    if (!span) return;
    const bytes = span.bytes.subarray(span.start, span.end);
    span = undefined;
    if (isUtf8(bytes)) return queue(bytes);
    // The frames before the broken one are good, and the client gets them.
    const perFrame = createFrameSplitter(limits.maxEventBytes, (_text, source, start, end) => {
      const frame = source.subarray(start, end);
      if (!failure && isUtf8(frame)) queue(frame);
      else failure ??= notUtf8();
    });
    perFrame.push(bytes);
  }

  function read(chunk: Buffer) {
    isDoubtful ||= !isUtf8(chunk);
    if (!splitter.push(chunk)) {
      failure ??= new ProxyError('upstream_invalid_response', 'The upstream sent an event over the size limit.');
    }
    isDoubtful &&= splitter.rest().length > 0;
    closeSpan();
    closeReplaced();
  }

  function flush() {
    flushing = false;
    if (isOver() || arrived.length === 0) return;
    const chunk = arrived.length === 1 && arrived[0] ? arrived[0] : Buffer.concat(arrived);
    arrived = [];
    body ??= firstCharacter(chunk) === '{' ? 'document' : 'stream';
    if (body === 'stream') {
      read(chunk);
      settle();
      return;
    }
    queue(chunk);
    if (outBytes > limits.maxEventBytes) fail(notAStream());
  }

  /** The client may have ended the exchange meanwhile. */
  const isOver = () => over || exchange.ended;

  /** After every read: the head once it may go, what has gathered, and the ending if one is due. */
  function settle() {
    if (!exchange.headSent) {
      // A failure before anything meaningful is still a true status.
      if (failure && !watch.standing.hasContent)
        return end(() => exchange.fail(failure as ProxyError, watch.standing.usage));
      const enough = frames >= limits.headHoldEvents || outBytes >= limits.headHoldBytes;
      if (!watch.standing.hasContent && !watch.standing.ended && !enough) return;
    }
    writeOut();
    if (failure) return fail(failure);
    if (watch.standing.ended) {
      endedAtMs = ticker.nowMs;
      end(() => exchange.finish(watch.standing.usage, watch.standing.endingMended));
      if (watch.standing.upstreamLeft) {
        leaveTicker();
        exchange.abandonUpstream();
      }
    }
  }

  function writeOut() {
    if (!exchange.headSent) {
      sendHead();
      // Not every protocol has a heartbeat that would take it along.
      if (out.length === 0) exchange.flushHead();
    }
    if (out.length === 0) return;
    const bytes = out.length === 1 && out[0] ? out[0] : Buffer.concat(out, outBytes);
    out = [];
    outBytes = 0;
    lastWriteMs = ticker.nowMs;
    if (exchange.write(bytes) || pausedAtMs !== undefined) return;
    pausedAtMs = ticker.nowMs;
    flow?.pause();
    exchange.onDrain(() => {
      pausedAtMs = undefined;
      lastByteMs = ticker.nowMs;
      if (!over) flow?.resume();
    });
  }

  function sendHead() {
    exchange.sendHead(200, {
      'content-type': options.contentType,
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    lastWriteMs = ticker.nowMs;
  }

  function end(ending: () => void) {
    over = true;
    // After a last frame the upstream ends by itself in a moment, and its connection can be used again.
    if (endedAtMs === undefined) leaveTicker();
    ending();
  }

  function fail(thrown: ProxyError) {
    const error = exchange.clean(thrown);
    end(() =>
      exchange.fail(error, watch.standing.usage, exchange.headSent ? watch.failure(error, exchange.id) : undefined),
    );
  }

  /** The upstream has nothing more to say; `cause` is why, if it did not simply end. */
  function close(cause: ProxyError | undefined) {
    flush();
    if (body === 'stream' && !isOver()) {
      readRest();
      settle();
    }
    leaveTicker();
    if (isOver()) return;
    if (body === 'document' && !cause) return fail(documentForStream(Buffer.concat(out, outBytes)));
    const completion = body === 'stream' ? watch.completion() : null;
    if (completion !== null) {
      queue(Buffer.from(completion, 'latin1'));
      writeOut();
      end(() => exchange.finish(watch.standing.usage, true));
    } else if (cause) {
      fail(cause);
    } else if (!anyBytes) {
      fail(new ProxyError('empty_response', 'The upstream closed its answer without sending anything.'));
    } else {
      fail(new ProxyError('upstream_truncated', 'The upstream broke off before its answer was complete.'));
    }
  }

  function readRest() {
    if (isWholeFrame(splitter.rest())) read(Buffer.from('\n\n'));
  }

  /** An answer that is whole but for its last frame is an answer: nobody is told that it failed. */
  function stall(message: string) {
    close(new ProxyError('upstream_stalled', message));
    exchange.abandonUpstream();
  }

  const leaveTicker = ticker.join((nowMs) => {
    if (isOver()) {
      if (endedAtMs !== undefined && nowMs - endedAtMs < lingerMs) return;
      leaveTicker();
      exchange.abandonUpstream();
      return;
    }
    if (!flow) {
      beat(nowMs);
      return;
    }
    if (!exchange.headSent && body === 'stream' && nowMs - headAtMs >= limits.headHoldMs) writeOut();
    if (pausedAtMs !== undefined) {
      if (nowMs - pausedAtMs >= limits.clientWriteMs) end(() => exchange.cancel(watch.standing.usage));
      return;
    }
    if (nowMs - lastByteMs >= silenceMs)
      return stall(`The upstream sent nothing for ${Math.round(silenceMs / 1000)} seconds.`);
    if (nowMs - lastProgressMs >= limits.commentsOnlyMs)
      return stall('The upstream kept its answer open without adding to it.');
    beat(nowMs);
  });

  /** Keeps an open connection alive once it was quiet for long enough. */
  function beat(nowMs: number, quietMs = limits.heartbeatMs) {
    if (heartbeat === null || !exchange.headSent || nowMs - lastWriteMs < quietMs) return;
    lastWriteMs = nowMs;
    exchange.heartbeat(heartbeat);
  }

  return {
    onHead(head: UpstreamHead, upstreamFlow: Flow) {
      flow = upstreamFlow;
      headAtMs = lastByteMs = lastProgressMs = ticker.nowMs;
      const contentType = head.headers['content-type'] ?? '';
      // Any other label is doubted: streams come as text and as JSON, and their first byte tells.
      if (contentType.includes('event-stream')) body = 'stream';
      exchange.publish({
        type: 'upstream-head',
        status: head.status,
        upstreamRequestId: head.headers['x-github-request-id'] ?? null,
      });
    },
    onData(chunk) {
      lastByteMs = ticker.nowMs;
      if (isOver()) {
        // Bytes after the last frame: nobody gets them, and this connection is not to be trusted again.
        leaveTicker();
        exchange.abandonUpstream();
        return;
      }
      anyBytes = true;
      arrived.push(chunk);
      if (flushing) return;
      flushing = true;
      queueMicrotask(flush);
    },
    onEnd: () => close(undefined),
    onFailure: close,
    openEarly() {
      if (isOver() || exchange.headSent) return;
      sendHead();
      if (heartbeat === null) exchange.flushHead();
      beat(ticker.nowMs, 0);
    },
    giveUp(error) {
      if (isOver()) return;
      if (exchange.headSent) writeOut();
      fail(error);
    },
    get usage() {
      return watch.standing.usage;
    },
  };
}

function notUtf8(): ProxyError {
  return new ProxyError('invalid_utf8', 'The upstream sent bytes that are not UTF-8.');
}

function firstCharacter(chunk: Buffer): string {
  return chunk.subarray(0, 64).toString('latin1').trimStart().charAt(0);
}
