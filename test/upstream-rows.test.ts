/** Every upstream row on every protocol, streaming and not, over real sockets: nothing unfinished ever looks finished. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { badGatewayCodes, failureWords } from './corpora/upstream-rows/failure-words.ts';
import { goodStreams, type Wire } from './corpora/upstream-rows/good-streams.ts';
import { upstreamRows } from './corpora/upstream-rows/rows.ts';
import type { UpstreamRow, Wanted } from './corpora/upstream-rows/upstream-row.ts';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { jsonAnswer, type RawAnswer } from './support/raw-upstream.ts';
import { readStream } from './support/stream-grammar.ts';

interface Face {
  readonly name: string;
  readonly wire: Wire;
  readonly path: string;
  body(stream: boolean): object;
}

const turn = { role: 'user', content: 'hi' };
const faces: readonly Face[] = [
  {
    name: 'chat raw',
    wire: 'chat',
    path: '/v1/chat/completions',
    body: (stream) => ({ model: 'm-chat', messages: [turn], stream, stream_options: { include_usage: true } }),
  },
  {
    name: 'chat patched',
    wire: 'chat',
    path: '/v1/chat/completions',
    body: (stream) => ({ model: 'm-chat', messages: [turn], stream }),
  },
  {
    name: 'messages',
    wire: 'messages',
    path: '/v1/messages',
    body: (stream) => ({ model: 'm-messages', max_tokens: 10, messages: [turn], stream }),
  },
  {
    name: 'responses',
    wire: 'responses',
    path: '/v1/responses',
    body: (stream) => ({ model: 'm-responses', input: 'hi', stream }),
  },
];

/** A proxy whose upstream plays what a row says, and nothing else: rows that wait have one each, and run side by side. */
interface Bench {
  readonly rig: RawProxy;
  script: readonly RawAnswer[];
}

/** Short for the rows that wait, long for all others: a busy machine is no fault of an upstream. */
const shortTimeouts = {
  silenceMs: 400,
  upstreamHeadMs: 400,
  upstreamHeadNonStreamingMs: 400,
  headHoldMs: 200,
  commentsOnlyMs: 600,
};

async function startBench(timeouts: Partial<typeof shortTimeouts> = {}): Promise<Bench> {
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

let shared: Bench;
const faults: unknown[] = [];
const onFault = (thrown: unknown) => void faults.push(thrown);

beforeAll(async () => {
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  shared = await startBench();
});

afterAll(async () => {
  await shared.rig.close();
  process.off('uncaughtException', onFault).off('unhandledRejection', onFault);
  expect(faults).toEqual([]);
});

/** Nothing is left of a call: no exchange, and no connection on which an answer is still owed. */
async function expectNothingLeft({ rig }: Bench) {
  await vi.waitFor(() => expect([rig.proxy.status().openExchanges, rig.upstream.busy]).toEqual([0, 0]), {
    timeout: 2_000,
    interval: 5,
  });
  expect(faults).toEqual([]);
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask({ rig }: Bench, face: Face, stream: boolean): Promise<Answer> {
  const reply = await rig.post(face.path, face.body(stream));
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

function textOf(wire: Wire, document: Json): string {
  if (wire === 'chat') return document.choices[0].message.content;
  if (wire === 'messages') return document.content[0].text;
  return document.output[0].content[0].text;
}

function reasonOf(wire: Wire, document: Json): unknown {
  if (wire === 'chat') return document.choices[0].finish_reason;
  return wire === 'messages' ? document.stop_reason : document.status;
}

/** The code of the error that ends a stream; Messages has none. */
function codeIn(wire: Wire, text: string): unknown {
  const last = JSON.parse(text.trimEnd().split('\n').at(-1)?.replace('data: ', '') ?? '');
  return wire === 'messages' ? 'upstream_error' : (last.error ?? last.response.error).code;
}

/** Status, type, code and shape; `code` is what the row says where the status alone does not. */
function expectError({ status, headers, text }: Answer, { code, says }: UpstreamRow, wire: Wire, wanted: number) {
  expect({ status, text }).toMatchObject({ status: wanted });
  expect(headers.get('content-type')).toContain('application/json');
  const body = JSON.parse(text);
  expect(body.error.message).toEqual(expect.any(String));
  expect(body.error.message).not.toMatch(/<html|Unicorn|hotel/i);
  expect(body.error.message.length).toBeLessThanOrEqual(400);
  if (says) expect(body.error.message).toMatch(says);
  const words = failureWords[wanted];
  if (wire === 'messages') {
    expect(body).toEqual({ type: 'error', error: body.error, request_id: headers.get('request-id') });
    expect(body.error).toEqual({ type: words?.anthropic, message: body.error.message });
  } else {
    expect(Object.keys(body.error as object).sort()).toEqual(['code', 'message', 'param', 'type']);
    expect(body.error.type).toBe(code === 'insufficient_quota' ? code : words?.openai[0]);
    expectCode(body.error.code, code ?? words?.openai[1], wanted);
  }
  if (status === 429 || status === 529) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  if (status === 402 || status === 400 || status === 403) expect(headers.get('x-should-retry')).toBe('false');
}

function expectCode(said: unknown, code: string | undefined, status: number) {
  if (code !== undefined) expect(said).toBe(code);
  else if (status === 502) expect(badGatewayCodes).toContain(said);
}

async function play(bench: Bench, row: UpstreamRow, face: Face, stream: boolean): Promise<Answer> {
  const { rig } = bench;
  // A few rows forbid the account; three of them in a row of rows would hold it for all that follow.
  rig.proxy.seat()?.resume();
  if (row.connection === 'fresh') await rig.upstream.closeConnections();
  if (row.connection === 'used') {
    bench.script = [jsonAnswer(goodStreams[face.wire].document)];
    await ask(bench, face, false);
  }
  const answers = row.answers(goodStreams[face.wire], face.wire);
  bench.script = Array.isArray(answers) ? (answers as readonly RawAnswer[]) : [answers as RawAnswer];
  const before = rig.upstream.requests.length;
  const answer = await ask(bench, face, stream);
  expect(rig.upstream.requests.length - before).toBe(row.calls ?? 1);
  await expectNothingLeft(bench);
  return answer;
}

function wantedOf(wanted: UpstreamRow['wanted'], wire: Wire): Wanted {
  return typeof wanted === 'function' ? wanted(wire) : wanted;
}

const polluted = () => Object.hasOwn(Object.prototype, 'polluted');

function checkStream(row: UpstreamRow, wire: Wire, answer: Answer) {
  const wanted = wantedOf(row.wanted, wire);
  if (wanted !== 'OK' && wanted !== 'MID') {
    return expectError(answer, row, wire, wanted === 'P502' ? 502 : wanted);
  }
  expect(answer.status, answer.text).toBe(200);
  const read = readStream(wire, answer.text);
  expect(read.breaches).toEqual([]);
  if (wanted === 'MID') {
    expect(read.ending).toBe('failed');
    if (wire !== 'messages') expectCode(codeIn(wire, answer.text), row.code, 502);
    if (row.says) expect(answer.text).toMatch(row.says);
    return;
  }
  expect(read).toMatchObject({ ending: 'finished', text: row.text ?? goodStreams[wire].text });
  if (row.reason !== undefined) expect(read.reason).toBe(row.reason);
  if (row.tools) expect(read.calls.map((call) => [call.name, call.arguments])).toEqual(row.tools);
}

function checkWhole(row: UpstreamRow, wire: Wire, answer: Answer) {
  const wanted = wantedOf(row.wholeWanted ?? row.wanted, wire);
  if (wanted !== 'OK') {
    return expectError(answer, row, wire, wanted === 'MID' || wanted === 'P502' ? 502 : wanted);
  }
  expect(answer.status, answer.text).toBe(200);
  const document = JSON.parse(answer.text);
  expect(textOf(wire, document)).toBe(row.text ?? goodStreams[wire].text);
  if (row.reason !== undefined) expect(reasonOf(wire, document)).toBe(row.reason);
  if (row.tools) {
    const calls = document.choices[0].message.tool_calls as readonly Json[];
    expect(calls.map((call) => [call.function.name, call.function.arguments])).toEqual(row.tools);
  }
}

async function playAlone(row: UpstreamRow, face: Face, stream: boolean): Promise<Answer> {
  const bench = await startBench(shortTimeouts);
  try {
    return await play(bench, row, face, stream);
  } finally {
    await bench.rig.close();
  }
}

describe.each(faces)('$name', (face) => {
  const { wire } = face;
  const rows = upstreamRows.filter(
    (row) =>
      (row.wires ?? [wire]).includes(wire) &&
      (wire !== 'chat' || row.chatLane === undefined || face.name === `chat ${row.chatLane}`),
  );
  const streamed = rows.filter((row) => row.only !== 'whole');
  const whole = rows.filter((row) => row.only !== 'stream');

  test.each(streamed.filter((row) => !row.waits))('$id $name: stream', async (row) => {
    checkStream(row, wire, await play(shared, row, face, true));
    expect(polluted()).toBe(false);
  });

  test.concurrent.each(streamed.filter((row) => row.waits))('$id $name: stream', async (row) => {
    checkStream(row, wire, await playAlone(row, face, true));
  });

  test.each(whole.filter((row) => !row.waits))('$id $name: whole', async (row) => {
    checkWhole(row, wire, await play(shared, row, face, false));
    expect(polluted()).toBe(false);
  });

  test.concurrent.each(whole.filter((row) => row.waits))('$id $name: whole', async (row) => {
    checkWhole(row, wire, await playAlone(row, face, false));
  });

  test('a whole answer goes down byte for byte', async () => {
    const document = `${JSON.stringify(goodStreams[wire].document, null, 1)} `;
    shared.script = [{ headers: ['content-type: application/json'], chunks: [document], framing: 'length' }];
    expect((await ask(shared, face, false)).text).toBe(document);
  });

  test('a stream cut at every byte comes out the same', async () => {
    const bytes = Buffer.from(goodStreams[wire].frames.map((frame) => `${frame}\n\n`).join(''));
    shared.script = [{ chunks: [bytes] }];
    const whole = await ask(shared, face, true);
    const cuts = Array.from({ length: Math.ceil((bytes.length - 1) / 7) }, (_, index) => 1 + index * 7);
    for (let done = 0; done < cuts.length; done += 16) {
      const batch = cuts.slice(done, done + 16);
      shared.script = batch.map((cut) => ({ chunks: [bytes.subarray(0, cut), bytes.subarray(cut)] }));
      // Whichever of them gets which cut: all are to get the same.
      const answers = await Promise.all(batch.map(() => ask(shared, face, true)));
      for (const { text } of answers) expect(text).toBe(whole.text);
    }
    if (face.name === 'chat raw' || face.name === 'messages') {
      expect(whole.text).toBe(bytes.toString());
      expect(whole.headers.get('x-crossfeed-lane')).toBe('raw');
    }
  });
});
