/** The upstream rows that need a network of their own (U-096, U-097, U-107 to U-112), on every protocol, streaming and not. */
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { UpstreamConfig } from '../src/config/config.ts';
import { goodStreams, type Wire } from './corpora/upstream-rows/good-streams.ts';
import { rawModels, startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { jsonAnswer } from './support/raw-upstream.ts';
import { readStream } from './support/stream-grammar.ts';
import { testCertificate } from './support/test-certificate.ts';

const turns = [{ role: 'user', content: 'hi' }];
const calls: readonly (readonly [wire: Wire, path: string, body: object])[] = [
  ['chat', '/v1/chat/completions', { model: 'm-chat', messages: turns }],
  ['messages', '/v1/messages', { model: 'm-messages', max_tokens: 9, messages: turns }],
  ['responses', '/v1/responses', { model: 'm-responses', input: 'hi' }],
];
const faces = calls.flatMap(([wire, path, body]) =>
  [true, false].map((stream) => ({ name: `${wire}, ${stream ? 'streamed' : 'whole'}`, wire, path, body, stream })),
);
type Face = (typeof faces)[number];

const trusted = testCertificate();
const stranger = testCertificate();
const unborn = testCertificate(['localhost'], -2);
const systemCertificates = tls.getCACertificates('default');
const faults: unknown[] = [];
const onFault = (thrown: unknown) => void faults.push(thrown);

beforeAll(() => {
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  tls.setDefaultCACertificates([...systemCertificates, trusted.cert, unborn.cert]);
});
afterEach(() => expect(faults).toEqual([]));
afterAll(() => {
  tls.setDefaultCACertificates(systemCertificates);
  process.off('uncaughtException', onFault).off('unhandledRejection', onFault);
});

async function startOn(config: Partial<UpstreamConfig>): Promise<RawProxy> {
  const rig = await startRawProxy(() => jsonAnswer({}, 500), { upstreamHeadMs: 5_000 }, config);
  onTestFinished(() => rig.close());
  return rig;
}

async function ask(rig: RawProxy, { path, body, stream }: Face) {
  const reply = await rig.post(path, { ...body, stream });
  const answer = { status: reply.status, text: await reply.text() };
  await vi.waitFor(() => expect(rig.proxy.status().openExchanges).toBe(0));
  return answer;
}

function expectGood({ wire, stream }: Face, { status, text }: { status: number; text: string }) {
  expect(status, text).toBe(200);
  if (!stream) return expect(text).toContain(goodStreams[wire].text);
  expect(readStream(wire, text)).toMatchObject({ ending: 'finished', text: goodStreams[wire].text, breaches: [] });
}

function expectBadGateway(
  { wire }: Face,
  { status, text }: { status: number; text: string },
  code: string,
  says: RegExp,
) {
  expect(status, text).toBe(502);
  const { error } = JSON.parse(text) as { error: { type: string; code?: string; message: string } };
  expect(error).toMatchObject(wire === 'messages' ? { type: 'api_error' } : { type: 'server_error', code });
  expect(error.message).toMatch(says);
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test.each(faces)('U-096 connection refused · $name', async (face) => {
  const rig = await startOn({ copilotApiUrl: `http://127.0.0.1:${await freePort()}` });
  expectBadGateway(face, await ask(rig, face), 'upstream_unreachable', /refused/);
});

test.each(faces)('U-097 a name that is not resolved · $name', async (face) => {
  const rig = await startOn({ copilotApiUrl: 'http://nobody.invalid', allowedHosts: ['nobody.invalid'] });
  expectBadGateway(face, await ask(rig, face), 'upstream_unreachable', /online/);
});

test.each([
  ['U-111 a CA that nobody knows', stranger, /NODE_EXTRA_CA_CERTS/],
  ['U-112 a certificate of tomorrow', unborn, /clock/],
] as const)('%s', async (_name, certificate, says) => {
  let requests = 0;
  const server = https.createServer({ cert: certificate.cert, key: certificate.key }, () => void (requests += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const rig = await startOn({ copilotApiUrl: `https://localhost:${port}`, allowedHosts: ['localhost'] });
  for (const face of faces) expectBadGateway(face, await ask(rig, face), 'upstream_tls_error', says);
  expect(requests).toBe(0);
});

/** What the HTTP/2 server does with the `n`th call of a test. */
type Behave = (stream: http2.ServerHttp2Stream, face: Face, call: number) => void;

function answerWell(stream: http2.ServerHttp2Stream, face: Face, between?: () => void) {
  const { frames, document } = goodStreams[face.wire];
  if (!face.stream) {
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    between?.();
    return void stream.end(JSON.stringify(document));
  }
  stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
  stream.write(`${frames.slice(0, 3).join('\n\n')}\n\n`);
  between?.();
  setImmediate(() => stream.end(`${frames.slice(3).join('\n\n')}\n\n`));
}

const h2Rows: readonly (readonly [title: string, wanted: 'OK' | 'MID', calls: number, behave: Behave])[] = [
  ['HTTP/2, nothing odd', 'OK', 1, (stream, face) => answerWell(stream, face)],
  [
    'U-107 GOAWAY that lets the stream go on',
    'OK',
    1,
    (stream, face) => answerWell(stream, face, () => stream.session?.goaway(0, stream.id ?? 0)),
  ],
  [
    'U-108 GOAWAY that leaves the stream out',
    'OK',
    2,
    (stream, face, call) => {
      if (call > 1) return answerWell(stream, face);
      stream.session?.goaway(0, (stream.id ?? 3) - 2);
      setImmediate(() => stream.session?.destroy());
    },
  ],
  [
    'U-109 REFUSED_STREAM',
    'OK',
    2,
    (stream, face, call) => {
      if (call === 1) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      else answerWell(stream, face);
    },
  ],
  [
    'U-110 INTERNAL_ERROR in mid-stream',
    'MID',
    1,
    (stream, { wire }) => {
      stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
      stream.write(`${goodStreams[wire].frames.slice(0, 3).join('\n\n')}\n\n`);
      setTimeout(() => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR), 30);
    },
  ],
];

describe.each(h2Rows)('%s', (_title, wanted, expectedCalls, behave) => {
  test.each(faces)('$name', async (face) => {
    let seen = 0;
    const sessions = new Set<http2.ServerHttp2Session>();
    const server = http2.createSecureServer({ cert: trusted.cert, key: trusted.key });
    server.on('session', (session) => {
      sessions.add(session);
      session.on('error', () => undefined).on('close', () => sessions.delete(session));
    });
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      if (headers[':path'] === '/models') {
        stream.respond({ ':status': 200, 'content-type': 'application/json' });
        return void stream.end(JSON.stringify({ object: 'list', data: rawModels }));
      }
      stream.resume().on('end', () => behave(stream, face, (seen += 1)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const session of sessions) session.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const rig = await startOn({
      copilotApiUrl: `https://localhost:${port}`,
      allowedHosts: ['localhost'],
      allowH2: true,
    });
    const answer = await ask(rig, face);
    if (wanted === 'OK') expectGood(face, answer);
    else if (face.stream) {
      expect(answer.status).toBe(200);
      expect(readStream(face.wire, answer.text)).toMatchObject({ ending: 'failed', breaches: [] });
    } else expectBadGateway(face, answer, 'upstream_truncated', /broke off/);
    expect(seen).toBe(expectedCalls);
  });
});
