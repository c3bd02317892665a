/** The bodies of `faults.md` §3 on Gemini's and Ollama's routes: each refused in its own shape, or translated and sent up once. */
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ErrorWords } from './corpora/client-rows/client-row.ts';
import type { Body } from './corpora/client-rows/content-row.ts';
import { anyBodyRows, foreignRows } from './corpora/client-rows/foreign-bodies.ts';
import type { ForeignExpectation, ForeignProtocol } from './corpora/client-rows/foreign-row.ts';
import { errorWords } from './corpora/client-rows/error-words.ts';
import { goodStreams } from './corpora/upstream-rows/good-streams.ts';
import { rawKey, startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { jsonAnswer, type RawAnswer } from './support/raw-upstream.ts';
import { readStream } from './support/stream-grammar.ts';
import { readWhole } from './support/whole-answer.ts';

interface Face {
  readonly name: string;
  readonly protocol: ForeignProtocol;
  readonly path: string;
  readonly sound: Body;
  /** Whether it asks for an answer, and how it comes. */
  readonly answers?: 'stream' | 'whole';
}

const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
const messages = [{ role: 'user', content: 'hi' }];
const call = (method: string) => `/v1beta/models/m-chat:${method}`;

const faces: readonly Face[] = [
  { name: 'generateContent', protocol: 'gemini', path: call('generateContent'), sound: { contents }, answers: 'whole' },
  {
    name: 'streamGenerateContent, events',
    protocol: 'gemini',
    path: call('streamGenerateContent?alt=sse'),
    sound: { contents },
    answers: 'stream',
  },
  {
    name: 'streamGenerateContent, an array',
    protocol: 'gemini',
    path: call('streamGenerateContent'),
    sound: { contents },
    answers: 'stream',
  },
  { name: 'countTokens', protocol: 'gemini', path: call('countTokens'), sound: { contents } },
  {
    name: 'embedContent',
    protocol: 'gemini',
    path: '/v1beta/models/m-embed:embedContent',
    sound: { content: { parts: [{ text: 'hi' }] } },
  },
  {
    name: 'batchEmbedContents',
    protocol: 'gemini',
    path: '/v1beta/models/m-embed:batchEmbedContents',
    sound: { requests: [{ content: { parts: [{ text: 'hi' }] } }] },
  },
  { name: '/api/chat', protocol: 'ollama', path: '/api/chat', sound: { model: 'm-chat', messages }, answers: 'stream' },
  { name: '/api/generate', protocol: 'ollama', path: '/api/generate', sound: { model: 'm-chat', prompt: 'hi' } },
  { name: '/api/embed', protocol: 'ollama', path: '/api/embed', sound: { model: 'm-embed', input: 'hi' } },
  { name: '/api/embeddings', protocol: 'ollama', path: '/api/embeddings', sound: { model: 'm-embed', prompt: 'hi' } },
];

const refusal = { error: { message: 'the upstream would rather not', code: 'invalid_request_body' } };
const goodStream: RawAnswer = { chunks: [goodStreams.chat.frames.map((frame) => `${frame}\n\n`).join('')] };

let rig: RawProxy;
let answer: RawAnswer;
/** Where images and schemas point that nobody may fetch. */
let sink: net.Server;
let reached = 0;
const faults: unknown[] = [];
const onFault = (thrown: unknown) => void faults.push(thrown);

beforeAll(async () => {
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  sink = net.createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
  rig = await startRawProxy(() => answer);
});

afterEach(async () => {
  await vi.waitFor(() => expect([rig.proxy.status().openExchanges, rig.upstream.busy]).toEqual([0, 0]), {
    interval: 5,
  });
  expect(faults).toEqual([]);
  expect(reached).toBe(0);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

afterAll(async () => {
  await rig.close();
  sink.close();
  process.off('uncaughtException', onFault).off('unhandledRejection', onFault);
});

async function post(face: Face, body: Body | string | Buffer, session: string) {
  const { port } = sink.address() as net.AddressInfo;
  const json = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
  rig.upstream.forget();
  const reply = await rig.post(face.path, '', {
    headers: {
      authorization: `Bearer ${rawKey}`,
      'content-type': 'application/json',
      // What is learned in one row is not remembered in the next.
      'x-session-id': `${session} ${face.name}`,
    },
    body: Buffer.isBuffer(json) ? new Uint8Array(json) : json.replaceAll('{sink}', String(port)),
  });
  const sent = rig.upstream.requests.flatMap(({ method, body: bytes }) => (method === 'POST' ? [bytes] : []));
  return { reply, text: await reply.text(), sent };
}

type Posted = Awaited<ReturnType<typeof post>>;

describe.each(faces)('$name', (face) => {
  test.each(anyBodyRows)('$id $title', async ({ id, title, expect: words, ...row }) => {
    const posted = await post(face, row.body(face.sound), `${id} ${title}`);
    expect(posted.sent).toHaveLength(0);
    expectError(posted, face, words);
  });

  const rows = foreignRows.flatMap(({ bodies, but, ...row }) => {
    const { [face.protocol]: body } = bodies;
    const wanted = but?.[face.protocol] ?? row.expect;
    return body === undefined || face.answers === undefined ? [] : [{ ...row, body, wanted }];
  });

  test.runIf(rows.length > 0).for(rows)('$id $title', async ({ id, title, body, wanted }) => {
    answer = 'verdict' in wanted ? jsonAnswer(refusal, wanted.verdict) : goodStream;
    check(await post(face, body, `${id} ${title}`), face, wanted);
  });
});

test.each(['nobody', '%1B%5B2J%0D%0AX'])('B-081 B-083 a model of the URL that nobody has: %s', async (model) => {
  const face = { ...faces[0], path: `/v1beta/models/${model}:generateContent` } as Face;
  const posted = await post(face, face.sound, model);
  expectError(posted, face, errorWords.modelNotFound);
});

function check({ reply, text, sent }: Posted, face: Face, wanted: ForeignExpectation) {
  const posted = { reply, text, sent };
  if ('loaded' in wanted) {
    expect({ status: reply.status, calls: sent.length }).toEqual({ status: 200, calls: 0 });
    expect(text).toContain('"done_reason":"load"');
  } else if ('ok' in wanted) {
    expect(reply.status, text).toBe(200);
    expect(sent).toHaveLength(1);
    if (wanted.sent) expect(sent[0]?.toString()).toMatch(wanted.sent);
    if (wanted.edit !== undefined) expect(reply.headers.get('x-crossfeed-edits')).toContain(wanted.edit);
    if (face.answers === 'whole') expect(readWhole(face.protocol, text).text).toBe(goodStreams.chat.text);
    else expect(readStream(face.protocol, text)).toMatchObject({ ending: 'finished', breaches: [] });
  } else if ('verdict' in wanted) {
    expect(sent, text).toHaveLength(2);
    expectError(posted, face, errorWords.tooLarge, new RegExp(refusal.error.message));
  } else {
    expect(sent).toHaveLength(0);
    expectError(posted, face, wanted.error, wanted.says);
  }
}

function expectError({ reply, text }: Posted, { protocol }: Face, words: ErrorWords, says = /\S/) {
  expect(reply.status, text).toBe(words.status);
  expect(reply.headers.get('content-type')).toContain('application/json');
  expect(reply.headers.get('x-should-retry')).toBe('false');
  const body = JSON.parse(text) as { error: string & { message: string } };
  const message = protocol === 'gemini' ? body.error.message : body.error;
  expect(message).toMatch(says);
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey
  expect(message).not.toMatch(/[\u0000-\u001f]/);
  if (protocol === 'gemini') expect(body).toEqual({ error: { code: words.status, message, status: words.gemini } });
  else expect(body).toEqual({ error: message });
}
