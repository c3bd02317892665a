/** The routes of Gemini's and Ollama's callers that bodies are sent to, and what each row must come to there. */
import { expect } from 'vitest';
import type { ErrorWords } from '../corpora/client-rows/client-row.ts';
import type { Body } from '../corpora/client-rows/content-row.ts';
import { errorWords } from '../corpora/client-rows/error-words.ts';
import { foreignRows } from '../corpora/client-rows/foreign-bodies.ts';
import type { ForeignExpectation, ForeignProtocol, ForeignRow } from '../corpora/client-rows/foreign-row.ts';
import { goodStreams } from '../corpora/upstream-rows/good-streams.ts';
import { jsonAnswer, type RawAnswer } from './raw-upstream.ts';
import { readStream } from './stream-grammar.ts';
import { readWhole } from './whole-answer.ts';

export interface ForeignFace {
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

export const foreignFaces: readonly ForeignFace[] = [
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

/** A row in the words of one route. */
export interface PlacedRow extends Pick<ForeignRow, 'id' | 'title'> {
  readonly body: Body | string | Buffer;
  readonly wanted: ForeignExpectation;
}

export function foreignRowsOf(face: ForeignFace): readonly PlacedRow[] {
  return foreignRows.flatMap(({ id, title, bodies, but, expect: usual }) => {
    const { [face.protocol]: body } = bodies;
    const wanted = but?.[face.protocol] ?? usual;
    return body === undefined || face.answers === undefined ? [] : [{ id, title, body, wanted }];
  });
}

export function foreignAnswer(wanted: ForeignExpectation): RawAnswer {
  return 'verdict' in wanted ? jsonAnswer(refusal, wanted.verdict) : goodStream;
}

/** `port` is one where images and schemas may point. */
export function foreignBytes(body: Body | string | Buffer, port: number): Buffer {
  if (Buffer.isBuffer(body)) return body;
  const json = typeof body === 'string' ? body : JSON.stringify(body);
  return Buffer.from(json.replaceAll('{sink}', String(port)));
}

export interface ForeignPosted {
  readonly reply: Response;
  readonly text: string;
  /** The bodies that went up. */
  readonly sent: readonly Buffer[];
}

export function checkForeign({ reply, text, sent }: ForeignPosted, face: ForeignFace, wanted: ForeignExpectation) {
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
    expectForeignError(posted, face, errorWords.tooLarge, new RegExp(refusal.error.message));
  } else {
    expect(sent).toHaveLength(0);
    expectForeignError(posted, face, wanted.error, wanted.says);
  }
}

export function expectForeignError(
  { reply, text }: Pick<ForeignPosted, 'reply' | 'text'>,
  { protocol }: ForeignFace,
  words: ErrorWords,
  says = /\S/,
) {
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
