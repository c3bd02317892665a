/** Dresses a stream of server-sent events as its caller frames one: as the elements of one JSON array, or as lines. */
import type { StreamWatch } from '../protocols/protocol.ts';
import type { StreamFraming } from './gateway.ts';

export const contentTypeOf: Readonly<Record<StreamFraming | 'sse', string>> = {
  sse: 'text/event-stream; charset=utf-8',
  'json-array': 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson',
};

/** What stands before an event, and what ends the stream. */
interface Dress {
  readonly before: (isFirst: boolean) => string;
  readonly after: string;
  /** `isEmpty`: nothing was written before. */
  readonly end: (isEmpty: boolean) => string;
}

const dressOf: Readonly<Record<StreamFraming, Dress>> = {
  'json-array': {
    before: (isFirst) => (isFirst ? '[' : ',\r\n'),
    after: '',
    end: (isEmpty) => (isEmpty ? '[]' : ']'),
  },
  ndjson: { before: () => '', after: '\n', end: () => '' },
};

/** Frames of server-sent events without the words around them. */
export interface StreamDress {
  frames(text: string): string;
  /** What ends the stream, once. */
  close(): string;
}

export function createStreamDress(framing: StreamFraming): StreamDress {
  const { before, after, end } = dressOf[framing];
  let isEmpty = true;
  let closed = false;
  return {
    /** JSON holds no line end of its own, so each line is a whole event. */
    frames(frames) {
      let text = '';
      for (const line of frames.split(lineEnd)) {
        if (!line.startsWith(field)) continue;
        text += before(isEmpty) + line.slice(field.length) + after;
        isEmpty = false;
      }
      return text;
    },
    close() {
      if (closed) return '';
      closed = true;
      return end(isEmpty);
    },
  };
}

/** `watch`, all of whose frames are its own words, dressed. Whatever ends the stream, what went down is valid to its last byte. */
export function createFramedWatch(watch: StreamWatch, framing: StreamFraming): StreamWatch {
  const dress = createStreamDress(framing);
  return {
    get standing() {
      return watch.standing;
    },
    frame(text, start, stop) {
      const verdict = watch.frame(text, start, stop);
      const said = typeof verdict === 'object' && verdict.kind === 'replace' ? dress.frames(verdict.text) : '';
      const down = watch.standing.ended ? said + dress.close() : said;
      if (down !== '') return { kind: 'replace', text: down };
      return typeof verdict === 'object' && verdict.kind === 'replace' ? 'drop' : verdict;
    },
    completion() {
      const frames = watch.completion();
      return frames === null ? null : dress.frames(frames) + dress.close();
    },
    failure: (error, exchangeId) => dress.frames(watch.failure(error, exchangeId)) + dress.close(),
  };
}

const field = 'data: ';
const lineEnd = /\r?\n/;
