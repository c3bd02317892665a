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

/**
 * `watch`, all of whose frames are its own words, without the words of server-sent events around them. Whatever ends the
 * stream, what went down is valid to its last byte.
 */
export function createFramedWatch(watch: StreamWatch, framing: StreamFraming): StreamWatch {
  const { before, after, end } = dressOf[framing];
  let isEmpty = true;
  let closed = false;

  /** JSON holds no line end of its own, so each line is a whole event. */
  function dressed(frames: string): string {
    let text = '';
    for (const line of frames.split(lineEnd)) {
      if (!line.startsWith(field)) continue;
      text += before(isEmpty) + line.slice(field.length) + after;
      isEmpty = false;
    }
    return text;
  }

  function close(): string {
    if (closed) return '';
    closed = true;
    return end(isEmpty);
  }

  return {
    get standing() {
      return watch.standing;
    },
    frame(text, start, stop) {
      const verdict = watch.frame(text, start, stop);
      const said = typeof verdict === 'object' && verdict.kind === 'replace' ? dressed(verdict.text) : '';
      const down = watch.standing.ended ? said + close() : said;
      if (down !== '') return { kind: 'replace', text: down };
      return typeof verdict === 'object' && verdict.kind === 'replace' ? 'drop' : verdict;
    },
    completion() {
      const frames = watch.completion();
      return frames === null ? null : dressed(frames) + close();
    },
    failure: (error, exchangeId) => dressed(watch.failure(error, exchangeId)) + close(),
  };
}

const field = 'data: ';
const lineEnd = /\r?\n/;
