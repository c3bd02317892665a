/** Whose key opens the door, wherever it is presented (B-045 to B-053). */
import { body, head, host, json, key, type ClientRow, type Expectation } from './client-row.ts';
import { errorWords } from './error-words.ts';

const refused: Expectation = { error: errorWords.wrongKey };
const start = `${head}${host}`;
const rest = `${json}${body}`;

export const wrongKeyRows: readonly ClientRow[] = [
  { id: 'B-045', title: 'no key', bytes: `${start}${rest}` },
  { id: 'B-046', title: 'a wrong bearer', bytes: `${start}Authorization: Bearer wrong\r\n${rest}` },
  { id: 'B-046a', title: 'a wrong x-api-key', bytes: `${start}x-api-key: wrong\r\n${rest}` },
  { id: 'B-046b', title: 'a wrong x-goog-api-key', bytes: `${start}x-goog-api-key: wrong\r\n${rest}` },
  { id: 'B-046c', title: 'the key and one letter more', bytes: `${start}Authorization: Bearer {key}x\r\n${rest}` },
  { id: 'B-046d', title: 'an empty bearer', bytes: `${start}Authorization: Bearer \r\n${rest}` },
  { id: 'B-046e', title: 'the key without a scheme', bytes: `${start}Authorization: {key}\r\n${rest}` },
  { id: 'B-048', title: 'Basic', bytes: `${start}Authorization: Basic {key}\r\n${rest}` },
  { id: 'B-052', title: 'the key in a header that is none', bytes: `${start}x-crossfeed-key: {key}\r\n${rest}` },
  { id: 'B-053', title: 'SQL for a key', bytes: `${start}x-api-key: ' OR '1'='1\r\n${rest}` },
].map((row) => ({ ...row, expect: refused }));

export const rightKeyRows: readonly ClientRow[] = [
  { id: 'B-049', title: 'x-api-key', bytes: `${start}x-api-key: {key}\r\n${rest}` },
  { id: 'B-049a', title: 'x-goog-api-key', bytes: `${start}x-goog-api-key: {key}\r\n${rest}` },
  { id: 'B-049b', title: 'bearer in lower case', bytes: `${start}authorization: bearer {key}\r\n${rest}` },
  {
    id: 'B-049c',
    title: 'a stale bearer beside the right key',
    bytes: `${start}Authorization: Bearer old\r\nx-api-key: {key}\r\n${rest}`,
  },
].map((row) => ({ ...row, expect: { ok: true } }));

/** `?key=` is Gemini's alone: everywhere else it would end up in logs. */
export const queryKeyRows: readonly ClientRow[] = [
  {
    id: 'B-052',
    title: '?key=',
    bytes: `POST {path}?key={key} HTTP/1.1\r\n${host}${rest}`,
    expect: refused,
    but: { gemini: { ok: true } },
  },
  {
    id: 'B-052a',
    title: 'any query beside the key',
    bytes: `POST {path}?beta=true HTTP/1.1\r\n${host}${key}${rest}`,
    expect: { ok: true },
  },
];
