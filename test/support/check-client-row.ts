/** The routes that client rows are sent to as bytes, and what each row must come to there. */
import { expect } from 'vitest';
import type { ProtocolId } from '../../src/canonical/protocol-id.ts';
import { bodyRows } from '../corpora/client-rows/bodies.ts';
import type { ClientRow, ErrorWords } from '../corpora/client-rows/client-row.ts';
import { guardRows, welcomeRows } from '../corpora/client-rows/guard.ts';
import { queryKeyRows, rightKeyRows, wrongKeyRows } from '../corpora/client-rows/keys.ts';
import { parserRows, soundRows } from '../corpora/client-rows/parser.ts';
import { sendRaw, type RawReply } from './raw-client.ts';
import { doorKey, type Door } from './start-door.ts';

const chatBody = '{"model":"gpt-5.2","messages":[{"role":"user","content":"hi"}]}';
const messagesBody = '{"model":"claude-opus-5.5","max_tokens":64,"messages":[{"role":"user","content":"hi"}]}';

interface ClientFace {
  readonly path: string;
  readonly shape: ProtocolId;
  readonly body: string;
}

const served: readonly ClientFace[] = [
  { path: '/v1/chat/completions', shape: 'openai-chat', body: chatBody },
  { path: '/v1/responses', shape: 'openai-responses', body: '{"model":"gpt-5.2","input":"hi"}' },
  { path: '/v1/messages', shape: 'anthropic-messages', body: messagesBody },
  { path: '/v1/messages/count_tokens', shape: 'anthropic-messages', body: messagesBody },
  { path: '/v1/embeddings', shape: 'openai-chat', body: '{"model":"text-embedding-3-small","input":"hi"}' },
  { path: '/v1beta/models/gemini-3.8-pro:generateContent', shape: 'gemini', body: '{"contents":[]}' },
  { path: '/api/chat', shape: 'ollama', body: '{"model":"gpt-5.2","messages":[]}' },
];
/** All but those that wait for a time-out of the server. */
export const clientRows: readonly ClientRow[] = [
  ...guardRows,
  ...welcomeRows,
  ...parserRows,
  ...soundRows,
  ...wrongKeyRows,
  ...rightKeyRows,
  ...queryKeyRows,
  ...bodyRows,
];

export function casesOf(list: readonly ClientRow[]): readonly { row: ClientRow; face: ClientFace }[] {
  return list.flatMap((row) => served.map((face) => ({ row, face })));
}

export function playClient(at: Door, row: ClientRow, face: ClientFace, pieces = 1): Promise<RawReply> {
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
  return sendRaw(at.port, bytes, { afterwards: row.afterwards, untilClosed, pieces });
}

const wantedBy = (row: ClientRow, { shape }: ClientFace) => row.but?.[shape] ?? row.expect;

export function checkClient(row: ClientRow, face: ClientFace, reply: RawReply, calls: number): void {
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

export function checkError(reply: RawReply, shape: ProtocolId, words: ErrorWords): void {
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
