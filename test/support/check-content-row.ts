/** The routes that content rows are sent to, and what each row must come to there. */
import { expect } from 'vitest';
import type { Body, ContentFace, ContentRow } from '../corpora/client-rows/content-row.ts';
import { jsonRows } from '../corpora/client-rows/json-bodies.ts';
import { schemaRows } from '../corpora/client-rows/schema-bodies.ts';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { jsonAnswer, type RawAnswer, type RawRequest } from './raw-upstream.ts';
import { readStream } from './stream-grammar.ts';

export interface ContentRoute {
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
export const contentFaces: readonly ContentRoute[] = [
  ...(['chat', 'responses', 'messages'] as const).flatMap((face): readonly ContentRoute[] => {
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

export function contentRowsOf({ face }: ContentRoute): readonly ContentRow[] {
  return [...jsonRows, ...schemaRows].filter((row) => row.on?.includes(face) ?? true);
}

/** What a client sends; `sinkPort` is where images and schemas point that nobody may fetch. */
export function bytesOf(row: ContentRow, { sound, face }: ContentRoute, sinkPort: number): Buffer {
  const made = row.body(sound, face);
  const json = Buffer.isBuffer(made) || typeof made === 'string' ? made : JSON.stringify(made);
  return Buffer.isBuffer(json) ? json : Buffer.from(json.replaceAll('{sink}', String(sinkPort)));
}

/** What the upstream answers. */
export function contentAnswer({ expect: wanted }: ContentRow, route: ContentRoute): RawAnswer {
  return 'verdict' in wanted ? jsonAnswer(refusal, wanted.verdict) : good(route);
}

function good({ face, stream }: ContentRoute): RawAnswer {
  if (face === 'count') return jsonAnswer({ input_tokens: 3 });
  if (face === 'embeddings') return jsonAnswer(embedding);
  const { frames, document } = goodStreams[face];
  return stream ? { chunks: [frames.map((frame) => `${frame}\n\n`).join('')] } : jsonAnswer(document);
}

interface Played {
  readonly reply: Response;
  readonly text: string;
  /** What was sent, before any coding. */
  readonly bytes: Buffer;
  readonly requests: readonly RawRequest[];
}

export function checkContent({ expect: wanted }: ContentRow, face: ContentRoute, played: Played) {
  const { reply, text, bytes, requests } = played;
  // GitHub may also be asked about the seat, to say why a model is not there.
  const sent = requests.flatMap(({ method, body }) => (method === 'POST' ? [body] : []));
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
