/** Request smuggling, through the proxy and out of it, against an upstream that keeps every byte: no request that nobody made. */
import net, { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { goodStreams } from '../corpora/upstream-rows/good-streams.ts';
import { smuggled, smugglingCases, type SmugglingCase } from '../corpora/smuggling.ts';
import { sendRaw } from '../support/raw-client.ts';
import { rawKey, rawModels, startRawProxy, type RawProxy } from '../support/raw-proxy.ts';
import { jsonAnswer } from '../support/raw-upstream.ts';

/** Every request by the strictest reading, and what was not one. */
interface Recorder {
  readonly port: number;
  readonly requests: string[];
  readonly faults: string[];
  /** Written behind the next answer, at once or a moment later. */
  behind: { readonly bytes: string; readonly delayMs: number } | undefined;
  /** Takes the place of the next answer. */
  instead: string | undefined;
  close(): Promise<void>;
}

/** A character a byte: it is counted as text. */
const document = JSON.stringify(goodStreams.chat.document).replaceAll(/[^ -~]/g, '?');
const whole = (body: string, ...more: string[]) =>
  `${['HTTP/1.1 200 OK', 'content-type: application/json', `content-length: ${body.length}`, ...more].join('\r\n')}\r\n\r\n${body}`;

/** A head as it must be: each line whole, one length, no coding. */
const head = /^(?:POST|GET) (\/[!-~]*) HTTP\/1\.1\r\n((?:[a-z0-9-]+: [\t\x20-\x7e]*\r\n)+)\r\n/;

async function startRecorder(): Promise<Recorder> {
  const sockets = new Set<net.Socket>();
  const recorder: { -readonly [Name in keyof Recorder]: Recorder[Name] } = {
    port: 0,
    requests: [],
    faults: [],
    behind: undefined,
    instead: undefined,
    close: () => Promise.resolve(),
  };
  const server = net.createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (let taken = take(text); taken > 0; taken = take(text)) {
        const isList = text.startsWith('GET');
        text = text.slice(taken);
        if (isList) {
          socket.write(whole(JSON.stringify({ data: rawModels })));
          continue;
        }
        const { behind, instead } = recorder;
        recorder.behind = recorder.instead = undefined;
        socket.write((instead ?? whole(document)) + (behind?.delayMs === 0 ? behind.bytes : ''));
        if (behind !== undefined && behind.delayMs > 0) setTimeout(() => socket.write(behind.bytes), behind.delayMs);
      }
    });
    socket.on('end', () => text !== '' && recorder.faults.push(`left over: ${text.slice(0, 80)}`));
  });

  /** How many bytes the first request takes; 0 where it is not whole yet. */
  function take(text: string): number {
    if (!text.includes('\r\n\r\n')) return 0;
    const found = head.exec(text);
    const lines = found?.[2]?.toLowerCase() ?? '';
    if (found && text.startsWith('GET /models ')) return found[0].length;
    const given = [...lines.matchAll(/^content-length: (\d+)\r$/gm)];
    if (!found || given.length !== 1 || /^transfer-encoding:/m.test(lines)) {
      recorder.faults.push(text.slice(0, 200));
      return text.length;
    }
    const length = found[0].length + Number(given[0]?.[1]);
    if (text.length < length) return 0;
    recorder.requests.push(text.slice(0, length));
    return length;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  recorder.port = (server.address() as AddressInfo).port;
  recorder.close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return recorder;
}

let recorder: Recorder;
let rig: RawProxy;

beforeAll(async () => {
  recorder = await startRecorder();
  rig = await startRawProxy(() => jsonAnswer({}), {}, { copilotApiUrl: `http://127.0.0.1:${recorder.port}` });
});
afterEach(() => {
  expect(recorder.faults.splice(0)).toEqual([]);
  recorder.requests.splice(0);
});
afterAll(async () => {
  await rig.close();
  await recorder.close();
});

const sound = { model: 'm-chat', messages: [{ role: 'user', content: 'hi' }] };
const portOf = () => Number(new URL(rig.url).port);

/** So many at a time: most are refused at once, some wait for bytes that never come. */
async function playAll(cases: readonly SmugglingCase[]): Promise<void> {
  for (let at = 0; at < cases.length; at += 32)
    await Promise.all(
      cases.slice(at, at + 32).map(({ bytes }) => sendRaw(portOf(), bytes, { untilClosed: true, patienceMs: 300 })),
    );
}

test('what an honest client sends behind its request is a request, and is seen here', async () => {
  const twice = `${smuggled(portOf(), rawKey)}${smuggled(portOf(), rawKey)}`;
  await playAll([{ title: 'twice', bytes: twice }]);
  expect(recorder.requests).toHaveLength(2);
});

test.each([
  '/v1/chat/completions',
  '/v1/messages',
  '/v1/responses',
  '/v1beta/models/m-chat:generateContent',
  '/api/chat',
  '/v1/models',
])('no ambiguous request to %s becomes one upstream', async (path) => {
  const cases = smugglingCases(path, portOf(), rawKey);
  expect(cases.length).toBeGreaterThan(1_000);
  await playAll(cases);
  if (recorder.requests.length > 0) {
    // Which one it was.
    const guilty: string[] = [];
    for (const one of cases) {
      recorder.requests.splice(0);
      await playAll([one]);
      if (recorder.requests.length > 0) guilty.push(one.title);
    }
    expect(guilty).toEqual([]);
  }
  expect(recorder.requests).toEqual([]);
  const reply = await rig.post('/v1/chat/completions', sound);
  expect([reply.status, recorder.requests.length]).toEqual([200, 1]);
});

test.each([
  ['the model', { ...sound, model: 'm-chat\r\nX-Smuggled: 1' }, {}],
  ['a field', { ...sound, user: 'a\r\n\r\nPOST /chat/completions HTTP/1.1\r\nhost: x\r\n\r\n' }, {}],
  ['a header that goes up', sound, { 'anthropic-beta': 'a\xa0b', 'x-interaction-id': 'a: b; c' }],
  [
    'headers of a connection',
    sound,
    { te: 'trailers', 'proxy-authorization': 'x', 'x-http-method-override': 'DELETE' },
  ],
])('a break of line in %s breaks no line upstream', async (_, body, headers) => {
  const all = { authorization: `Bearer ${rawKey}`, 'content-type': 'application/json', ...headers };
  await rig.post('/v1/chat/completions', body, { headers: all }).then((reply) => reply.text());
  expect(recorder.requests.length).toBeLessThanOrEqual(1);
  expect(recorder.requests.join('')).not.toMatch(/^(?:x-smuggled|proxy-authorization|te|x-http-method-override):/im);
});

const poison = whole('{"poisoned":true}');

test.each([
  ['at once', 0],
  ['on a connection that lies idle', 30],
])("an answer that nobody asked for, sent %s, is nobody's answer", async (_, delayMs) => {
  for (const bytes of [
    poison,
    poison + poison,
    '0\r\n\r\n',
    ' ',
    '\r\n\r\n' + poison,
    'HTTP/1.1 100 Continue\r\n\r\n' + poison,
  ]) {
    recorder.behind = { bytes, delayMs };
    const first = await (await rig.post('/v1/chat/completions', sound)).text();
    await wait(delayMs * 2);
    const second = await rig.post('/v1/chat/completions', sound);
    expect([first, second.status, await second.text()]).toEqual([document, 200, document]);
  }
});

test.each([
  ['two lengths', whole(document, 'content-length: 5')],
  ['a length and a coding', whole(document, 'transfer-encoding: chunked')],
  ['a coding of another name', whole(document, 'transfer-encoding: xchunked')],
  ['a folded line', whole(document, 'x: y', ' transfer-encoding: chunked')],
  ['a length that is none', whole(document).replace(/content-length: /, 'content-length: +')],
  ['a space before the colon', whole(document, 'content-length : 5')],
  ['bare feeds', `HTTP/1.1 200 OK\ncontent-length: 2\n\n{}${poison}`],
])('an answer with %s poisons no other', async (_, instead) => {
  recorder.instead = instead;
  const first = await (await rig.post('/v1/chat/completions', sound)).text();
  expect(first).not.toContain('poisoned');
  for (let turn = 0; turn < 3; turn += 1) {
    const next = await rig.post('/v1/chat/completions', sound);
    expect([next.status, await next.text()]).toEqual([200, document]);
  }
});
