/** Every upstream row on every protocol, streaming and not, over real sockets: nothing unfinished ever looks finished. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodStreams, type Wire } from './corpora/upstream-rows/good-streams.ts';
import { upstreamRows } from './corpora/upstream-rows/rows.ts';
import type { UpstreamRow } from './corpora/upstream-rows/upstream-row.ts';
import {
  ask,
  codeIn,
  expectCode,
  expectError,
  forgetFaults,
  play,
  playAlone,
  reasonOf,
  startBench,
  textOf,
  wantedOf,
  watchFaults,
  type Answer,
  type Bench,
  type Face,
  type Json,
} from './support/play-row.ts';
import { readStream } from './support/stream-grammar.ts';

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

let shared: Bench;

beforeAll(async () => {
  watchFaults();
  shared = await startBench();
});

afterAll(async () => {
  await shared.rig.close();
  forgetFaults();
});

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
