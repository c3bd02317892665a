/** A request's body in other clothes: JSON spaced and escaped otherwise, coded, typed and cut otherwise, and the same to every reader. */
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Random } from './random.ts';

/** No JSON text of this size is dressed: at a limit, spaces would say something. */
const maxDressedBytes = 100_000;

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;
const spaces: readonly string[] = ['', '', '', ' ', '\n', '\t', '\r\n', '  \n    '];

/** The same JSON with other spaces. */
function spaced(json: string, random: Random): string {
  const between = () => random.pick(spaces);
  return `${between()}${(json.match(tokens) ?? []).map((token) => token + between()).join('')}`;
}

/** The same JSON with some letters as escapes, in names as well. */
function escaped(json: string, random: Random): string {
  const unit = (letter: string) => {
    const code = letter.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${random.once(2) ? code : code.toUpperCase()}`;
  };
  const dressed = (text: string) =>
    text.replaceAll(/\\u[\da-f]{4}|\\.|[^\\]/gis, (part) => {
      if (part === '/' && random.once(2)) return '\\/';
      return /^[\x20!#-[\]-~]$/.test(part) && random.once(4) ? unit(part) : part;
    });
  return json.replaceAll(tokens, (token) => (token.startsWith('"') ? `"${dressed(token.slice(1, -1))}"` : token));
}

/** `bytes` if they are no JSON, or too many. */
export function dressJson(bytes: Buffer, random: Random, told: string[]): Buffer {
  if (bytes.length > maxDressedBytes) return bytes;
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    JSON.parse(json);
  } catch {
    return bytes;
  }
  if (random.once(2)) {
    told.push('spaced');
    json = spaced(json, random);
  }
  if (random.once(2)) {
    told.push('escaped');
    json = escaped(json, random);
  }
  return Buffer.from(json);
}

const codings: readonly (readonly [coding: string, code: (bytes: Buffer) => Buffer])[] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  // At its best it takes seconds, in which a kept connection ends.
  ['br', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } })],
  ['zstd', zstdCompressSync],
  ['identity', (bytes) => bytes],
];

const types: readonly string[] = [
  'application/json', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON',
  'application/json ; charset=utf-8',
]; // prettier-ignore

/** How the bytes travel; `pieces` of more than one are sent in chunks. */
export interface Dispatch {
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: readonly Buffer[];
}

export function dispatched(bytes: Buffer, random: Random, told: string[]): Dispatch {
  const type = random.pick(types);
  told.push(type);
  const headers: Record<string, string> = { 'content-type': type };
  let body = bytes;
  if (random.once(2)) {
    const [coding, code] = random.pick(codings);
    told.push(coding);
    headers['content-encoding'] = coding;
    body = code(bytes);
  }
  if (random.once(2) || body.length === 0) return { headers, pieces: [body] };
  told.push('in chunks');
  const cuts = Array.from({ length: 1 + random.below(6) }, () => random.below(body.length));
  const edges = [...new Set([0, ...cuts, body.length])].toSorted((left, right) => left - right);
  return { headers, pieces: edges.slice(1).map((edge, index) => body.subarray(edges[index], edge)) };
}
