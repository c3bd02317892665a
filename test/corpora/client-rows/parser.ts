/** Broken or hostile HTTP: answered by the server itself, closed, and no call (B-002 to B-035). */
import { body, head, host, json, key, type ClientRow, type Expectation } from './client-row.ts';

const bad: Expectation = { raw: 400 };
const chunked = `${head}${host}${key}${json}Transfer-Encoding: chunked\r\n`;
const oneChunk = '{length:x}\r\n{body}\r\n0\r\n\r\n';

export const parserRows: readonly ClientRow[] = [
  { id: 'B-002', title: 'no Host', bytes: `${head}${key}${json}${body}`, expect: bad },
  { id: 'B-002a', title: 'no Host in HTTP/1.0', bytes: `POST {path} HTTP/1.0\r\n${key}${json}${body}`, expect: bad },
  { id: 'B-003', title: 'two Hosts', bytes: `${head}${host}Host: evil.example\r\n${key}${json}${body}`, expect: bad },
  { id: 'B-003a', title: 'the same Host twice', bytes: `${head}${host}${host}${key}${json}${body}`, expect: bad },
  {
    id: 'B-004',
    title: 'a path in Host',
    bytes: `${head}Host: localhost:{port}/#@x\r\n${key}${json}${body}`,
    expect: bad,
  },
  {
    id: 'B-004a',
    title: 'a user in Host',
    bytes: `${head}Host: x@localhost:{port}\r\n${key}${json}${body}`,
    expect: bad,
  },
  { id: 'B-004b', title: 'an empty Host', bytes: `${head}Host: \r\n${key}${json}${body}`, expect: bad },
  {
    id: 'B-004c',
    title: 'two names in Host',
    bytes: `${head}Host: localhost:{port}, evil\r\n${key}${json}${body}`,
    expect: bad,
  },
  {
    id: 'B-014',
    title: 'length and coding together',
    bytes: `${head}${host}${key}${json}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    expect: bad,
  },
  { id: 'B-014a', title: 'coding, then length', bytes: `${chunked}Content-Length: 5\r\n\r\n0\r\n\r\n`, expect: bad },
  ...[
    'xchunked',
    'chunked, identity',
    '\x0bchunked',
    'gzip, chunked',
    'identity',
    'chunked\r\nTransfer-Encoding: chunked',
  ].map((coding) => ({
    id: 'B-015',
    title: `Transfer-Encoding ${JSON.stringify(coding)}`,
    bytes: `${head}${host}${key}${json}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`,
    expect: bad,
  })),
  {
    id: 'B-015a',
    title: 'chunked in HTTP/1.0',
    bytes: `POST {path} HTTP/1.0\r\n${host}${key}${json}Transfer-Encoding: chunked\r\n\r\n${oneChunk}`,
    expect: bad,
  },
  {
    id: 'B-016',
    title: 'two lengths',
    bytes: `${head}${host}${key}${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`,
    expect: bad,
  },
  {
    id: 'B-016a',
    title: 'a signed length',
    bytes: `${head}${host}${key}${json}Content-Length: +2\r\n\r\n{}`,
    expect: bad,
  },
  { id: 'B-018', title: 'bare LF', bytes: `POST {path} HTTP/1.1\nHost: 127.0.0.1:{port}\n\n`, expect: bad },
  { id: 'B-018a', title: 'a folded header', bytes: `${head}${host}X-A: b\r\n c\r\n${key}${json}${body}`, expect: bad },
  {
    id: 'B-018b',
    title: 'a space before the colon',
    bytes: `${head}${host}X-A : b\r\n${key}${json}${body}`,
    expect: bad,
  },
  { id: 'B-018c', title: 'NUL in a header', bytes: `${head}${host}X-A: b\0c\r\n${key}${json}${body}`, expect: bad },
  { id: 'B-019', title: 'a chunk of a terabyte', bytes: `${chunked}\r\nffffffffff\r\nabc`, expect: bad },
  { id: 'B-019a', title: 'a chunk size beyond 64 bits', bytes: `${chunked}\r\n${'f'.repeat(18)}\r\nabc`, expect: bad },
  {
    id: 'B-019b',
    title: 'a chunk extension of 64 kB',
    bytes: `${chunked}\r\n3;${'a'.repeat(65_536)}\r\nabc\r\n0\r\n\r\n`,
    expect: bad,
  },
  { id: 'B-019c', title: 'a chunk size that is none', bytes: `${chunked}\r\nzz\r\nabc`, expect: bad },
  {
    id: 'B-020',
    title: 'a header of 20 kB',
    bytes: `${head}${host}X-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    expect: { raw: 431 },
  },
  { id: 'B-021', title: '101 headers', bytes: `${head}${host}${'X-A: b\r\n'.repeat(100)}\r\n`, expect: { raw: 431 } },
  {
    id: 'B-022',
    title: 'a request line of 20 kB',
    bytes: `POST {path}?${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`,
    expect: { raw: 431 },
  },
  {
    id: 'B-026',
    title: 'Expect: tea',
    bytes: `${head}${host}${key}${json}Expect: tea\r\n${body}`,
    expect: { raw: 417 },
  },
  {
    id: 'B-026a',
    title: 'Expect: 100-continue, tea',
    bytes: `${head}${host}${key}${json}Expect: 100-continue, tea\r\n${body}`,
    expect: { raw: 417 },
  },
  { id: 'B-027', title: 'the method BREW', bytes: `BREW {path} HTTP/1.1\r\n${host}${key}\r\n`, expect: bad },
  { id: 'B-029', title: 'CONNECT', bytes: `CONNECT evil.example:443 HTTP/1.1\r\n${host}${key}\r\n`, expect: bad },
  { id: 'B-033', title: 'HTTP/0.9', bytes: 'GET {path}\r\n\r\n', expect: bad },
  { id: 'B-033a', title: 'HTTP/0.9, one line', bytes: 'GET {path}\r\n', afterwards: 'fin', expect: bad },
  { id: 'B-033b', title: 'HTTP/2.0 in words', bytes: `GET {path} HTTP/2.0\r\n${host}\r\n`, expect: bad },
  { id: 'B-034', title: 'a TLS ClientHello', bytes: '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', expect: bad },
  { id: 'B-035', title: 'the preface of h2c', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', expect: bad },
  { id: 'B-035a', title: 'a target without a slash', bytes: `GET v1/models HTTP/1.1\r\n${host}\r\n`, expect: bad },
  { id: 'B-035b', title: 'raw bytes in the target', bytes: `GET /v1/mod\xe9ls HTTP/1.1\r\n${host}\r\n`, expect: bad },
];

/** Unusual and sound: these must work. */
export const soundRows: readonly ClientRow[] = [
  { id: 'B-013', title: 'a chunked body', bytes: `${chunked}\r\n${oneChunk}`, expect: { ok: true } },
  {
    id: 'B-023',
    title: 'headers named __proto__ and constructor',
    bytes: `${head}${host}__proto__: a\r\nconstructor: b\r\n${key}${json}${body}`,
    expect: { ok: true },
  },
  {
    id: 'B-024',
    title: 'an Upgrade that we do not know is ignored',
    bytes: `${head}${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n${key}${json}${body}`,
    expect: { ok: true },
  },
  {
    id: 'B-025a',
    title: 'Expect: 100-continue with a body that fits',
    bytes: `${head}${host}${key}${json}Expect: 100-continue\r\n${body}`,
    expect: { ok: true },
  },
  {
    id: 'B-032',
    title: 'HTTP/1.0',
    bytes: `POST {path} HTTP/1.0\r\n${host}${key}${json}${body}`,
    expect: { ok: true, close: true },
  },
];
