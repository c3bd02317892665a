/** The client rows of `faults.md` against a real listening door: each on the route of every protocol it concerns. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProtocolId } from '../src/canonical/protocol-id.ts';
import { bodyRows, maxBodyBytes, slowRows } from './corpora/client-rows/bodies.ts';
import type { ClientRow, ErrorWords } from './corpora/client-rows/client-row.ts';
import { errorWords } from './corpora/client-rows/error-words.ts';
import { guardRows, welcomeRows } from './corpora/client-rows/guard.ts';
import { queryKeyRows, rightKeyRows, wrongKeyRows } from './corpora/client-rows/keys.ts';
import { parserRows, soundRows } from './corpora/client-rows/parser.ts';
import { pathRows } from './corpora/client-rows/paths.ts';
import { sendRaw, type RawReply } from './support/raw-client.ts';
import { doorKey, startDoor, type Door } from './support/start-door.ts';

const chatBody = '{"model":"gpt-5.2","messages":[{"role":"user","content":"hi"}]}';
const messagesBody = '{"model":"claude-opus-5.5","max_tokens":64,"messages":[{"role":"user","content":"hi"}]}';

interface Face {
  readonly path: string;
  readonly shape: ProtocolId;
  readonly body: string;
}

const served: readonly Face[] = [
  { path: '/v1/chat/completions', shape: 'openai-chat', body: chatBody },
  { path: '/v1/responses', shape: 'openai-responses', body: '{"model":"gpt-5.2","input":"hi"}' },
  { path: '/v1/messages', shape: 'anthropic-messages', body: messagesBody },
  { path: '/v1/messages/count_tokens', shape: 'anthropic-messages', body: messagesBody },
  { path: '/v1/embeddings', shape: 'openai-chat', body: '{"model":"text-embedding-3-small","input":"hi"}' },
  { path: '/v1beta/models/gemini-3.8-pro:generateContent', shape: 'gemini', body: '{"contents":[]}' },
  { path: '/api/chat', shape: 'ollama', body: '{"model":"gpt-5.2","messages":[]}' },
];
const rows: readonly ClientRow[] = [
  ...guardRows,
  ...welcomeRows,
  ...parserRows,
  ...soundRows,
  ...wrongKeyRows,
  ...rightKeyRows,
  ...queryKeyRows,
  ...bodyRows,
];

let door: Door;
/** For the rows that wait for a time-out of the server. */
let hasty: Door;
const ownKeys = Object.getOwnPropertyNames(Object.prototype).length;
const faults: unknown[] = [];
const onFault = (thrown: unknown) => faults.push(thrown);

beforeAll(async () => {
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
  // The same peer sends every wrong key of this file: a clock that leaps lets the limiter forget, and no refused
  // connection need linger.
  let leapMs = 0;
  const clock = { now: () => 0, monotonic: () => (leapMs += 20_000), after: soon };
  door = await startDoor({ limits: { maxBodyBytes }, clock });
  hasty = await startDoor({ limits: { maxBodyBytes, requestHeadMs: 300, requestBodyMs: 500 } });
});
afterEach(async () => {
  await door.untilEmpty();
  expect(faults).toEqual([]);
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(ownKeys);
});
afterAll(async () => {
  await hasty.untilEmpty();
  await door.close();
  await hasty.close();
  process.off('uncaughtException', onFault);
  process.off('unhandledRejection', onFault);
});

test.each(casesOf(rows))('$row.id $row.title · $face.path', async ({ row, face }) => {
  door.calls.length = 0;
  check(row, face, await play(door, row, face), door.calls.length);
});

test.concurrent.each(casesOf(slowRows))('$row.id $row.title · $face.path', async ({ row, face }) => {
  check(row, face, await play(hasty, row, face), hasty.calls.length);
});

test.each(pathRows)('$id $target is not found', async ({ target, shape }) => {
  const reply = await sendRaw(
    door.port,
    `POST ${target} HTTP/1.1\r\nHost: localhost:${door.port}\r\nAuthorization: Bearer ${doorKey}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  );
  checkError(reply, shape, errorWords.unknownUrl);
});

test.each(['anthropic-version: 2023-06-01', `x-api-key: ${doorKey}`])(
  'B-030 %s asks for the shape of Messages',
  async (line) => {
    const reply = await sendRaw(
      door.port,
      `GET /v1/nothing HTTP/1.1\r\nHost: localhost:${door.port}\r\nAuthorization: Bearer ${doorKey}\r\n${line}\r\n\r\n`,
    );
    checkError(reply, 'anthropic-messages', errorWords.unknownUrl);
  },
);

function casesOf(list: readonly ClientRow[]): readonly { row: ClientRow; face: Face }[] {
  return list.flatMap((row) => served.map((face) => ({ row, face })));
}

function play(at: Door, row: ClientRow, face: Face): Promise<RawReply> {
  const payload = row.payload ? Buffer.from(row.payload).toString('latin1') : face.body;
  const values: Readonly<Record<string, string>> = {
    '{path}': face.path,
    '{port}': String(at.port),
    '{key}': doorKey,
    '{length}': String(payload.length),
    '{length:x}': payload.length.toString(16),
    '{body}': payload,
  };
  const bytes = row.bytes.replaceAll(/\{(?:path|port|key|length|length:x|body)\}/g, (name) => values[name] ?? name);
  const wanted = wantedBy(row, face);
  const untilClosed = 'raw' in wanted || 'gone' in wanted || ('close' in wanted && wanted.close);
  return sendRaw(at.port, bytes, { afterwards: row.afterwards, untilClosed });
}

const wantedBy = (row: ClientRow, { shape }: Face) => row.but?.[shape] ?? row.expect;

function check(row: ClientRow, face: Face, reply: RawReply, calls: number): void {
  const wanted = wantedBy(row, face);
  if ('ok' in wanted) {
    expect(reply).toMatchObject({ status: 200, body: '{"reached":true}', closed: wanted.close === true });
    expect(reply.headers['x-crossfeed-exchange']).toMatch(/^x-\d+$/);
    expect(calls).toBe(1);
    return;
  }
  expect(calls).toBe(0);
  if ('gone' in wanted) {
    expect(reply).toMatchObject({ text: '', closed: true });
  } else if ('raw' in wanted) {
    expect(reply).toMatchObject({ status: wanted.raw, closed: true });
    expect(reply.headers['connection']).toBe('close');
    expect(reply.body).not.toContain('{');
  } else {
    checkError(reply, face.shape, wanted.error);
    expect(reply.headers['x-crossfeed-exchange']).toMatch(/^x-\d+$/);
    expect(reply.headers).toMatchObject(wanted.headers ?? {});
    expect(reply.closed).toBe(wanted.close ?? false);
  }
}

function checkError(reply: RawReply, shape: ProtocolId, words: ErrorWords): void {
  expect(reply.status).toBe(words.status);
  expect(reply.headers['content-type']).toMatch(/^application\/json/);
  expect(
    Object.keys(reply.headers).filter((name) => name.startsWith('access-control') || name === 'x-powered-by'),
  ).toEqual([]);
  expect(reply.headers['x-content-type-options']).toBe('nosniff');
  expect(reply.text).not.toContain(doorKey);
  const said: unknown = JSON.parse(reply.body);
  const message = expect.stringMatching(/\S/) as string;
  switch (shape) {
    case 'anthropic-messages': {
      const request_id = reply.headers['request-id'];
      expect(request_id).toMatch(/^x-\d+$/);
      expect(said).toEqual({ type: 'error', error: { type: words.anthropic, message }, request_id });
      break;
    }
    case 'gemini':
      expect(said).toEqual({ error: { code: words.status, message, status: words.gemini } });
      break;
    case 'ollama':
      expect(said).toEqual({ error: message });
      break;
    default:
      expect(said).toEqual({ error: { message, type: words.openai[0], param: null, code: words.openai[1] } });
  }
}

function soon(delayMs: number, callback: () => void): { cancel(): void } {
  const timer = setTimeout(callback, delayMs / 20);
  return { cancel: () => clearTimeout(timer) };
}
