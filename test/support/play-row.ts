/** Plays the rows of the upstream corpus to a proxy, and holds the errors that come of them to the words of their face. */
import { expect, vi } from 'vitest';
import { badGatewayCodes, failureWords } from '../corpora/upstream-rows/failure-words.ts';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import type { UpstreamRow, Wanted } from '../corpora/upstream-rows/upstream-row.ts';
import type { StreamWire } from './stream-grammar.ts';
import { startRawProxy, type RawProxy } from './raw-proxy.ts';
import { jsonAnswer, type RawAnswer } from './raw-upstream.ts';

/** A way in to an upstream that speaks the same. */
export interface Face {
  readonly name: string;
  /** What the caller speaks. */
  readonly wire: Wire;
  readonly upstream?: undefined;
  readonly path: string | ((stream: boolean) => string);
  body(stream: boolean): object;
}

/** A way in to an upstream that speaks something else. */
export interface TranslatedFace extends Omit<Face, 'wire' | 'upstream'> {
  readonly wire: StreamWire;
  /** What the upstream speaks. */
  readonly upstream: Wire;
}

type AnyFace = Face | TranslatedFace;

/** What nobody caught in this process: every test file that plays rows looks at it. */
export const faults: unknown[] = [];
const onFault = (thrown: unknown) => void faults.push(thrown);

export function watchFaults() {
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
}

export function forgetFaults() {
  process.off('uncaughtException', onFault).off('unhandledRejection', onFault);
  expect(faults).toEqual([]);
}

/** A proxy whose upstream plays what a row says, and nothing else: rows that wait have one each, and run side by side. */
export interface Bench {
  readonly rig: RawProxy;
  script: readonly RawAnswer[];
}

/** Short for the rows that wait, long for all others: a busy machine is no fault of an upstream. */
const shortTimeouts = {
  silenceMs: 400,
  upstreamHeadMs: 1_500,
  upstreamHeadNonStreamingMs: 1_500,
  headHoldMs: 200,
  commentsOnlyMs: 600,
};

export async function startBench(timeouts: Partial<typeof shortTimeouts> = {}): Promise<Bench> {
  let played = 0;
  let script: readonly RawAnswer[] = [];
  const rig = await startRawProxy(() => script[Math.min(played++, script.length - 1)] ?? jsonAnswer({}, 500), {
    maxEventBytes: 200_000,
    maxAnswerBytes: 4_000_000,
    ...timeouts,
  });
  return {
    rig,
    get script() {
      return script;
    },
    set script(answers) {
      played = 0;
      script = answers;
    },
  };
}

/** Nothing is left of a call: no exchange, and no connection on which an answer is still owed. */
async function expectNothingLeft({ rig }: Bench) {
  await vi.waitFor(() => expect([rig.proxy.status().openExchanges, rig.upstream.busy]).toEqual([0, 0]), {
    timeout: 2_000,
    interval: 5,
  });
  expect(faults).toEqual([]);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export async function ask({ rig }: Bench, face: AnyFace, stream: boolean): Promise<Answer> {
  const path = typeof face.path === 'string' ? face.path : face.path(stream);
  const reply = await rig.post(path, face.body(stream));
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
export type Json = any;

export function textOf(wire: Wire, document: Json): string {
  if (wire === 'chat') return document.choices[0].message.content;
  if (wire === 'messages') return document.content[0].text;
  return document.output[0].content[0].text;
}

export function reasonOf(wire: Wire, document: Json): unknown {
  if (wire === 'chat') return document.choices[0].finish_reason;
  return wire === 'messages' ? document.stop_reason : document.status;
}

/** The code of the error that ends a stream, on the faces of OpenAI. */
export function codeIn(wire: StreamWire, text: string): unknown {
  const last = JSON.parse(text.trimEnd().split('\n').at(-1)?.replace('data: ', '') ?? '');
  return wire === 'messages' ? 'upstream_error' : (last.error ?? last.response.error).code;
}

/** Status, type, code and shape; `code` is what the row says where the status alone does not. */
export function expectError(answer: Answer, { code, says }: UpstreamRow, wire: StreamWire, wanted: number) {
  const { status, headers, text } = answer;
  expect({ status, text }).toMatchObject({ status: wanted });
  expect(headers.get('content-type')).toContain('application/json');
  const body = JSON.parse(text);
  const message = wire === 'ollama' ? body.error : body.error.message;
  expect(message).toEqual(expect.any(String));
  expect(message).not.toMatch(/<html|Unicorn|hotel/i);
  expect(message.length).toBeLessThanOrEqual(400);
  if (says) expect(message).toMatch(says);
  expectShape(answer, body, wire, code);
  if (status === 429 || status === 529) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  if (status === 402 || status === 400 || status === 403) expect(headers.get('x-should-retry')).toBe('false');
}

function expectShape({ status, headers }: Answer, body: Json, wire: StreamWire, code: string | undefined) {
  const words = failureWords[status];
  switch (wire) {
    case 'messages':
      expect(body).toEqual({ type: 'error', error: body.error, request_id: headers.get('request-id') });
      expect(body.error).toEqual({ type: words?.anthropic, message: body.error.message });
      break;
    case 'ollama':
      expect(body).toEqual({ error: expect.any(String) });
      break;
    case 'gemini': {
      const rpc = code === 'upstream_sign_in_required' ? 'FAILED_PRECONDITION' : words?.gemini;
      const { details, ...told } = body.error;
      expect(told).toEqual({ code: status, message: told.message, status: rpc });
      // The wait, for those who may ask again.
      if (status === 429) expect(details).toMatchObject([{ retryDelay: `${headers.get('retry-after')}s` }]);
      break;
    }
    default:
      expect(Object.keys(body.error as object).sort()).toEqual(['code', 'message', 'param', 'type']);
      expect(body.error.type).toBe(code === 'insufficient_quota' ? code : words?.openai[0]);
      expectCode(body.error.code, code ?? words?.openai[1], status);
  }
}

export function expectCode(said: unknown, code: string | undefined, status: number) {
  if (code !== undefined) expect(said).toBe(code);
  else if (status === 502) expect(badGatewayCodes).toContain(said);
}

/** A translated call is a stream upstream, whatever its caller asked for. */
function goodAnswer(face: AnyFace): RawAnswer {
  if (face.upstream === undefined) return jsonAnswer(goodStreams[face.wire].document);
  return { chunks: [goodStreams[face.upstream].frames.map((frame) => `${frame}\n\n`).join('')] };
}

export async function play(bench: Bench, row: UpstreamRow, face: AnyFace, stream: boolean): Promise<Answer> {
  const { rig } = bench;
  // A few rows forbid the account; three of them in a row of rows would hold it for all that follow.
  rig.proxy.seat()?.resume();
  if (row.connection === 'fresh') await rig.upstream.closeConnections();
  if (row.connection === 'used') {
    bench.script = [goodAnswer(face)];
    await ask(bench, face, false);
  }
  const spoken = face.upstream === undefined ? face.wire : face.upstream;
  const answers = row.answers(goodStreams[spoken], spoken);
  bench.script = Array.isArray(answers) ? (answers as readonly RawAnswer[]) : [answers as RawAnswer];
  const before = rig.upstream.requests.length;
  const answer = await ask(bench, face, stream);
  expect(rig.upstream.requests.length - before).toBe(row.calls ?? 1);
  await expectNothingLeft(bench);
  return answer;
}

export function wantedOf(wanted: UpstreamRow['wanted'], wire: StreamWire): Wanted {
  return typeof wanted === 'function' ? wanted(wire) : wanted;
}

export async function playAlone(row: UpstreamRow, face: AnyFace, stream: boolean): Promise<Answer> {
  const bench = await startBench(shortTimeouts);
  try {
    return await play(bench, row, face, stream);
  } finally {
    await bench.rig.close();
  }
}
