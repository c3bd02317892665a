/** Connections that break, stall or never answer (U-096 to U-115). */
import { goodText, stream, until, type UpstreamRow } from './upstream-row.ts';

export const connectionRows: readonly UpstreamRow[] = [
  {
    id: 'U-099',
    code: 'upstream_error',
    name: 'reset on a fresh socket after the request',
    answers: () => ({ chunks: [], status: 0, framing: 'close', end: 'reset' }),
    connection: 'fresh',
    wanted: 'P502',
  },
  {
    id: 'U-100',
    code: 'upstream_truncated',
    name: 'reset mid-stream',
    answers: (good) => stream(until(good, 4), { end: 'reset' }),
    wanted: 'MID',
  },
  {
    id: 'U-101',
    code: 'upstream_truncated',
    name: 'FIN mid-stream',
    answers: (good) => stream(until(good, 4), { end: 'fin' }),
    wanted: 'MID',
  },
  {
    id: 'U-102',
    code: 'upstream_truncated',
    name: 'Content-Length too long',
    answers: (good) => stream(until(good, 4), { framing: 99_999, end: 'fin' }),
    wanted: 'MID',
  },
  {
    id: 'U-104',
    name: 'no response head',
    waits: true,
    answers: () => ({ chunks: [], status: 0, end: 'silence' }),
    wanted: 504,
  },
  {
    id: 'U-105',
    code: 'upstream_stalled',
    name: 'stall mid-stream',
    waits: true,
    answers: (good) => stream(until(good, 4), { end: 'silence' }),
    wanted: 'MID',
  },
  {
    id: 'U-098',
    name: 'reset on a connection that was used before',
    answers: (good) => [{ chunks: [], status: 0, framing: 'close', end: 'reset' }, stream(goodText(good))],
    connection: 'used',
    wanted: 'OK',
    calls: 2,
  },
  {
    id: 'U-114',
    name: 'a peer that is gone without a FIN',
    waits: true,
    answers: (good) => stream(until(good, 4), { framing: 99_999, end: 'silence' }),
    wanted: 'MID',
    code: 'upstream_stalled',
  },
];
