/** The bodies of `faults.md` §3 through a whole proxy: what is refused here, and what goes up byte for byte. */
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Body, ContentFace, ContentRow } from './corpora/client-rows/content-row.ts';
import { jsonRows } from './corpora/client-rows/json-bodies.ts';
import { schemaRows } from './corpora/client-rows/schema-bodies.ts';
import { goodStreams, type Wire } from './corpora/upstream-rows/good-streams.ts';
import { rawKey, startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { jsonAnswer, type RawAnswer } from './support/raw-upstream.ts';
import { readStream } from './support/stream-grammar.ts';

interface Face {
  readonly name: string;
  readonly face: ContentFace;
  readonly path: string;
  readonly sound: Body;
  readonly stream: boolean;
}

const turns = [{ role: 'user', content: 'hi' }];
// Each asks for what keeps it on the raw lane: what goes up can then be compared byte for byte.
const bodies: Readonly<Record<'chat' | 'responses' | 'messages', readonly [path: string, sound: Body]>> = {
  chat: ['/v1/chat/completions', { model: 'm-chat', messages: turns }],
  responses: ['/v1/responses', { model: 'm-responses', input: 'hi' }],
  messages: ['/v1/messages', { model: 'm-messages', max_tokens: 10, messages: turns }],
};
const faces: readonly Face[] = [
  ...(['chat', 'responses', 'messages'] as const).flatMap((face): readonly Face[] => {
    const [path, sound] = bodies[face];
    const options = face === 'chat' ? { stream_options: { include_usage: true } } : {};
    return [
      { name: face, face, path, sound, stream: false },
      { name: `${face}, streamed`, face, path, sound: { ...sound, stream: true, ...options }, stream: true },
    ];
  }),
  {
    name: 'count',
    face: 'count',
    path: '/v1/messages/count_tokens',
    sound: { model: 'm-messages', messages: turns },
    stream: false,
  },
  {
    name: 'embeddings',
    face: 'embeddings',
    path: '/v1/embeddings',
    sound: { model: 'm-embed', input: ['hi'] },
    stream: false,
  },
];

const refusal = { error: { message: 'the upstream would rather not', code: 'invalid_request_body' } };
const embedding = {
  object: 'list',
  model: 'm-embed',
  data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
  usage: { prompt_tokens: 1, total_tokens: 1 },
};

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
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
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

describe.each(faces)('$name', (face) => {
  test.each([...jsonRows, ...schemaRows].filter((row) => row.on?.includes(face.face) ?? true))(
    '$id $title',
    async (row) => {
      const { port } = sink.address() as net.AddressInfo;
      const made = row.body(face.sound, face.face);
      const json = Buffer.isBuffer(made) || typeof made === 'string' ? made : JSON.stringify(made);
      const bytes = Buffer.isBuffer(json) ? json : Buffer.from(json.replaceAll('{sink}', String(port)));
      answer = 'verdict' in row.expect ? jsonAnswer(refusal, row.expect.verdict) : good(face);
      rig.upstream.forget();
      const reply = await rig.post(face.path, '', {
        // A session of its own: what is learned in one row is not remembered in the next.
        headers: {
          authorization: `Bearer ${rawKey}`,
          'content-type': 'application/json',
          'x-session-id': `${row.id} ${row.title} ${face.name}`,
        },
        body: bytes,
      });
      check(row, face, reply, await reply.text(), bytes);
    },
  );
});

function good({ face, stream }: Face): RawAnswer {
  if (face === 'count') return jsonAnswer({ input_tokens: 3 });
  if (face === 'embeddings') return jsonAnswer(embedding);
  const { frames, document } = goodStreams[face];
  return stream ? { chunks: [frames.map((frame) => `${frame}\n\n`).join('')] } : jsonAnswer(document);
}

function check({ expect: wanted }: ContentRow, face: Face, reply: Response, text: string, bytes: Buffer) {
  // GitHub may also be asked about the seat, to say why a model is not there.
  const sent = rig.upstream.requests.flatMap(({ method, body }) => (method === 'POST' ? [body] : []));
  if ('ok' in wanted) {
    expect(reply.status, text).toBe(200);
    expect(sent).toHaveLength(1);
    if (wanted.sent instanceof RegExp) expect(sent[0]?.toString()).toMatch(wanted.sent);
    else expect(sent[0]?.equals(wanted.sent?.(bytes) ?? bytes)).toBe(true);
    if (face.stream) expect(readStream(face.face as Wire, text)).toMatchObject({ ending: 'finished', breaches: [] });
    else expect(JSON.parse(text)).toBeTypeOf('object');
    return;
  }
  const { error, request_id: requestId } = JSON.parse(text) as { error: Body; request_id?: string };
  const isMessages = face.face === 'messages' || face.face === 'count';
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey
  expect(error['message']).not.toMatch(/[\u0000-\u001f]/);
  expect(reply.headers.get('content-type')).toContain('application/json');
  expect(reply.headers.get('x-should-retry')).toBe('false');
  if (isMessages) expect(requestId).toBe(reply.headers.get('request-id'));
  if ('verdict' in wanted) {
    expect(reply.status, text).toBe(wanted.verdict);
    expect(sent).toHaveLength(wanted.verdict === 413 ? 2 : 1);
    expect(sent[1]?.length ?? 0).toBeLessThan(bytes.length);
    expect(sent[0]?.equals(bytes)).toBe(true);
    expect(error['message']).toBe(refusal.error.message);
    const type = isMessages && wanted.verdict === 413 ? 'request_too_large' : 'invalid_request_error';
    expect(error['type']).toBe(type);
    return;
  }
  const { error: words, param } = wanted;
  expect(sent).toHaveLength(0);
  expect(reply.status, text).toBe(words.status);
  if (isMessages) return expect(error).toEqual({ type: words.anthropic, message: error['message'] });
  const field = typeof param === 'object' ? param[face.face] : param;
  const [type, code] = words.openai;
  expect(error).toEqual({ type, code, message: error['message'], param: field ?? null });
}
