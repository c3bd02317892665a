/** Answers one request: heads, bodies, streams, and the faults that come before an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { writeFrames } from './event-writer.ts';
import { strikeOf, type FaultAction } from './faults.ts';
import { refusalNamed, retryHeader } from './named-refusals.ts';
import type { OpenRecord } from './request-log.ts';
import { fingerprint } from './seal.ts';
import type { Visit } from './stage.ts';

export interface VisitOptions {
  readonly record: OpenRecord;
  readonly strikes: readonly FaultAction[];
  readonly clock: Clock;
  /** Tells when a stream starts (+1) and when it is over (-1). */
  countStream(step: 1 | -1): void;
}

/** How the real one types most of its errors, JSON or not (reference §8). */
const plainText = 'text/plain; charset=utf-8';

export function createVisit(request: IncomingMessage, response: ServerResponse, options: VisitOptions): Visit {
  const { record, strikes, clock } = options;
  const asked = request.headers['x-request-id'];
  const own = fingerprint('request', String(record.number)).slice(0, 20);

  function head(
    status: number,
    contentType: string,
    headers: Readonly<Record<string, string>>,
    all: readonly FaultAction[],
  ): void {
    record.status = status;
    response.writeHead(status, {
      'content-type': contentType,
      'x-github-request-id': `SIM1:${own.slice(0, 5)}:${own.slice(5, 10)}`,
      'x-request-id': typeof asked === 'string' ? asked : own,
      ...headers,
      ...strikeOf(all, 'headers')?.headers,
    });
  }

  function whole(
    status: number,
    contentType: string,
    text: string,
    headers: Readonly<Record<string, string>> = {},
    more: readonly FaultAction[] = [],
  ) {
    const all = [...strikes, ...more];
    const send = () => {
      if (response.destroyed) return;
      const cut = strikeOf(all, 'cut');
      const stall = strikeOf(all, 'stall');
      if (cut === undefined && stall === undefined) {
        head(status, contentType, headers, all);
        return void response.end(text);
      }
      // A whole answer breaks in its middle, whatever number of events the fault names.
      head(status, contentType, { ...headers, 'content-length': String(Buffer.byteLength(text)) }, all);
      response.write(text.slice(0, text.length / 2));
      if (cut === undefined) return;
      record.ended = 'broken-off';
      if (cut.reset) request.socket.resetAndDestroy();
      else request.socket.end();
    };
    const delayMs = strikeOf(all, 'slow-first-byte')?.delayMs ?? 0;
    if (delayMs > 0) clock.after(delayMs, send);
    else send();
  }

  return {
    record,
    headers: request.headers,
    origin: `http://${request.headers.host ?? 'localhost'}`,
    strikes,
    json: (status, body, headers, more) =>
      whole(status, 'application/json; charset=utf-8', JSON.stringify(body), headers, more),
    text: (status, contentType, text) => whole(status, contentType, text),
    refuse({ status, body, headers }) {
      whole(status, plainText, typeof body === 'string' ? body : JSON.stringify(body), headers);
    },
    stream(frames, start) {
      options.countStream(1);
      response.once('close', () => options.countStream(-1));
      const begin = () => {
        if (response.destroyed) return;
        head(200, 'text/event-stream', { 'cache-control': 'no-cache', ...start.headers }, start.strikes);
        writeFrames(response, frames, {
          ...start,
          clock,
          onEnd(how, sentEvents) {
            if (how === 'broken-off') record.ended = how;
            start.onEnd(how, sentEvents);
          },
        });
      };
      if (start.firstDelayMs > 0) clock.after(start.firstDelayMs, begin);
      else begin();
    },
    strike(strikes) {
      if (strikeOf(strikes, 'silence') !== undefined) return true;
      if (strikeOf(strikes, 'reset') !== undefined) {
        record.ended = 'broken-off';
        request.socket.resetAndDestroy();
        return true;
      }
      const named = strikeOf(strikes, 'refusal');
      if (named !== undefined) {
        const { status, body, headers, contentType } = refusalNamed(named.name);
        const { retryAfterS, retryAfterForm = 'seconds' } = named;
        const retry = retryAfterS === undefined ? {} : retryHeader(retryAfterForm, retryAfterS, clock.now());
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        whole(status, contentType ?? plainText, text, { ...headers, ...retry });
        return true;
      }
      const refused = strikeOf(strikes, 'status');
      if (refused === undefined) return false;
      const { body = '' } = refused;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      whole(refused.status, refused.contentType ?? plainText, text, refused.headers);
      return true;
    },
  };
}
