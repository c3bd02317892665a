/** The bytes of a request in other clothes: a sound HTTP parser must read the same, and a broken one must stay as broken. */
import type { Random } from './random.ts';

const names =
  'Host|Authorization|Content-Type|Content-Length|Transfer-Encoding|Content-Encoding|Origin|Expect|x-api-key';
const lineOf = new RegExp(String.raw`^(${names}): (?=\S)`, 'gm');

const harmless: readonly string[] = [
  'Accept: */*', 'User-Agent: a (b; c) d/1', 'DNT: 1', 'accept-language: de;q=0.5', 'X-Empty:', 'traceparent: 00-0-0-00',
  'Accept-Encoding: gzip, br', 'x-stainless-lang: js', 'prototype: a', 'Cookie: a=b', 'Pragma: no-cache',
]; // prettier-ignore

const cased = (name: string, random: Random) =>
  Array.from(name, (letter) => (random.once(2) ? letter.toUpperCase() : letter.toLowerCase())).join('');

/** With the placeholders of a client row still in it. */
export function varyRequest(bytes: string, random: Random, told: string[]): string {
  let varied = bytes;
  if (random.once(2)) {
    told.push('names in other letters');
    varied = varied.replaceAll(lineOf, (_, name: string) => `${cased(name, random)}: `);
  }
  if (random.once(2)) {
    told.push('other spaces behind the colons');
    const line = new RegExp(lineOf.source, 'gim');
    varied = varied.replaceAll(line, (_, name: string) => `${name}:${random.pick(['', ' ', '  ', '\t', ' \t '])}`);
  }
  // What is at the limit of headers stays there.
  if (random.once(2) && /^[^\r\n]* HTTP\/1\.[01]\r\n(?:[^\r\n]{0,2000}\r\n){0,20}\r\n/.test(varied)) {
    told.push('more headers');
    const more = Array.from({ length: 1 + random.below(5) }, () => `${random.pick(harmless)}\r\n`);
    varied = varied.replace('\r\n', () => `\r\n${more.join('')}`);
  }
  return varied;
}
