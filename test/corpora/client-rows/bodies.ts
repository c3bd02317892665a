/** Types, codings, sizes and speeds of request bodies (B-010 to B-012, B-025, B-028, B-037 to B-044). */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { body, head, host, json, key, type ClientRow, type Expectation } from './client-row.ts';
import { errorWords } from './error-words.ts';

/** What the tests allow in place of 32 MB. */
export const maxBodyBytes = 1024 * 1024;

const start = `${head}${host}${key}`;
const notJson: Expectation = { error: errorWords.wrongMedia };
const tooLarge: Expectation = { error: errorWords.tooLarge, close: true };
const plain = Buffer.from('{"model":"m","messages":[],"input":"x"}');
const bomb = Buffer.alloc(64 * maxBodyBytes, ' ');

const compressors = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

export const bodyRows: readonly ClientRow[] = [
  { id: 'B-010', title: 'text/plain', bytes: `${start}Content-Type: text/plain\r\n${body}`, expect: notJson },
  {
    id: 'B-011',
    title: 'a form',
    bytes: `${start}Content-Type: application/x-www-form-urlencoded\r\n${body}`,
    expect: notJson,
    but: { ollama: { ok: true } },
  },
  { id: 'B-012', title: 'no Content-Type', bytes: `${start}${body}`, expect: notJson, but: { ollama: { ok: true } } },
  {
    id: 'B-012d',
    title: 'a form of a page, which says that it is one',
    bytes: `${start}Origin: http://127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n${body}`,
    expect: notJson,
  },
  {
    id: 'B-012e',
    title: 'no Content-Type from a page of the same origin',
    bytes: `${start}Sec-Fetch-Site: same-origin\r\n${body}`,
    expect: notJson,
  },
  {
    id: 'B-012a',
    title: 'a type that only begins like JSON',
    bytes: `${start}Content-Type: application/jsonx\r\n${body}`,
    expect: notJson,
  },
  {
    id: 'B-012b',
    title: 'JSON with a charset',
    bytes: `${start}Content-Type: application/json; charset=utf-8\r\n${body}`,
    expect: { ok: true },
  },
  {
    id: 'B-012c',
    title: 'a +json type',
    bytes: `${start}Content-Type: application/vnd.x+json\r\n${body}`,
    expect: { ok: true },
  },
  {
    id: 'B-025',
    title: 'Expect: 100-continue with a length over the limit',
    bytes: `${start}${json}Expect: 100-continue\r\nContent-Length: ${maxBodyBytes + 1}\r\n\r\n`,
    expect: tooLarge,
  },
  {
    id: 'B-028',
    title: 'GET on a POST route',
    bytes: `GET {path} HTTP/1.1\r\n${host}${key}\r\n`,
    expect: { error: errorWords.wrongMethod, headers: { allow: 'POST' } },
  },
  {
    id: 'B-028a',
    title: 'DELETE on a POST route',
    bytes: `DELETE {path} HTTP/1.1\r\n${host}${key}\r\n`,
    expect: { error: errorWords.wrongMethod, headers: { allow: 'POST' } },
  },
  {
    id: 'B-039',
    title: 'a body cut short',
    bytes: `${start}${json}Content-Length: 50\r\n\r\n{}`,
    afterwards: 'fin',
    expect: { gone: true },
  },
  {
    id: 'B-039a',
    title: 'a chunked body cut short',
    bytes: `${start}${json}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`,
    afterwards: 'fin',
    expect: { gone: true },
  },
  {
    id: 'B-041',
    title: 'a length over the limit',
    bytes: `${start}${json}Content-Length: ${maxBodyBytes + 1}\r\n\r\n{}`,
    expect: tooLarge,
  },
  {
    id: 'B-042',
    title: 'an endless chunked body',
    bytes: `${start}${json}Transfer-Encoding: chunked\r\n\r\n`,
    afterwards: 'flood',
    expect: tooLarge,
  },
  ...Object.entries(compressors).flatMap(([coding, compress]): readonly Omit<ClientRow, 'on'>[] => [
    {
      id: 'B-043',
      title: `a ${coding} body`,
      bytes: `${start}${json}Content-Encoding: ${coding}\r\n${body}`,
      payload: compress(plain),
      expect: { ok: true },
    },
    {
      id: 'B-043a',
      title: `a ${coding} bomb`,
      bytes: `${start}${json}Content-Encoding: ${coding}\r\n${body}`,
      payload: compress(bomb),
      expect: tooLarge,
    },
  ]),
  ...['gzip, gzip', 'gzip, br', 'snappy', 'compress', '__proto__', 'gzip\r\nContent-Encoding: gzip'].map(
    (coding): Omit<ClientRow, 'on'> => ({
      id: 'B-044',
      title: `Content-Encoding ${JSON.stringify(coding)}`,
      bytes: `${start}${json}Content-Encoding: ${coding}\r\n${body}`,
      payload: gzipSync(gzipSync(plain)),
      expect: notJson,
    }),
  ),
  {
    id: 'B-044a',
    title: 'identity',
    bytes: `${start}${json}Content-Encoding: identity\r\n${body}`,
    expect: { ok: true },
  },
];

/** These wait for the limits of the server, which the tests make small. */
export const slowRows: readonly ClientRow[] = [
  {
    id: 'B-037',
    title: 'a head byte by byte',
    bytes: 'POST {path} HTTP/1.1\r\nX-A: ',
    afterwards: 'drip',
    expect: { raw: 408 },
  },
  { id: 'B-037a', title: 'a connection that says nothing', bytes: '', expect: { raw: 408 } },
  {
    id: 'B-038',
    title: 'a body byte by byte',
    bytes: `${start}${json}Content-Length: 5000\r\n\r\n`,
    afterwards: 'drip',
    expect: { raw: 408 },
  },
];
