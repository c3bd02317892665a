/** Every upstream row on every protocol, streaming and not, over real sockets: nothing unfinished ever looks finished. */
import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { upstreamRows, goodStreams, type UpstreamRow, type Wanted } from './corpora/upstream-rows/rows.ts';
import type { Wire } from './corpora/upstream-rows/good-streams.ts';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { jsonAnswer, type RawAnswer } from './support/raw-upstream.ts';

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

let rig: RawProxy;
let script: RawAnswer[] = [];

beforeAll(async () => {
  rig = await startRawProxy(() => (script.length > 1 ? script.shift() : script[0]) ?? jsonAnswer({}, 500), {
    maxEventBytes: 200_000,
    silenceMs: 400,
    upstreamHeadMs: 400,
    upstreamHeadNonStreamingMs: 400,
    headHoldMs: 200,
  });
});

afterAll(() => rig.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(face: Face, stream: boolean): Promise<Answer> {
  const reply = await rig.post(face.path, face.body(stream));
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

interface Seen {
  readonly event: string | undefined;
  readonly data: string;
}

function eventsOf(text: string): Seen[] {
  const events: Seen[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => void events.push({ event, data }) });
  parser.feed(text);
  return events;
}

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

/** How often a stream says that it succeeded and that it failed, and the text it carried, by an independent reading. */
function readStream(wire: Wire, text: string): { ends: number; failures: number; text: string } {
  let ends = 0;
  let failures = 0;
  let content = '';
  for (const { event, data } of eventsOf(text)) {
    if (data === '') continue;
    if (data === '[DONE]') {
      ends += 1;
      continue;
    }
    const payload = JSON.parse(data);
    if (wire === 'chat') {
      if (payload.error) failures += 1;
      content += payload.choices?.[0]?.delta?.content ?? '';
    } else if (wire === 'messages') {
      expect(event).toBe(payload.type);
      if (event === 'error') failures += 1;
      if (event === 'message_stop') ends += 1;
      if (event === 'content_block_delta') content += payload.delta.text;
    } else {
      if (payload.type === 'response.failed') failures += 1;
      if (payload.type === 'response.completed') ends += 1;
      if (payload.type === 'response.output_text.delta') {
        content += payload.delta;
        expect(payload.item_id).toBe('msg_a');
      }
    }
  }
  return { ends, failures, text: content };
}

function textOf(wire: Wire, document: Json): string {
  if (wire === 'chat') return document.choices[0].message.content;
  if (wire === 'messages') return document.content[0].text;
  return document.output[0].content[0].text;
}

function expectError({ status, headers, text }: Answer, wire: Wire, wanted: number) {
  expect({ status, text }).toMatchObject({ status: wanted });
  expect(headers.get('content-type')).toContain('application/json');
  const body = JSON.parse(text);
  expect(body.error.message).toEqual(expect.any(String));
  expect(body.error.message).not.toMatch(/<html|Unicorn/i);
  if (wire === 'messages') expect(body).toMatchObject({ type: 'error', request_id: headers.get('request-id') });
  else expect(Object.keys(body.error as object).sort()).toEqual(['code', 'message', 'param', 'type']);
  if (status === 429 || status === 529) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  if (status === 402 || status === 400 || status === 403) expect(headers.get('x-should-retry')).toBe('false');
}

async function play(row: UpstreamRow, wire: Wire) {
  // A few rows forbid the account; three of them in a row of rows would hold it for all that follow.
  rig.proxy.seat()?.resume();
  if (row.freshConnection) await rig.upstream.closeConnections();
  const answers = row.answers(goodStreams[wire], wire);
  script = [...(Array.isArray(answers) ? (answers as readonly RawAnswer[]) : [answers as RawAnswer])];
}

function wantedOf(row: UpstreamRow, wire: Wire): Wanted {
  return typeof row.wanted === 'function' ? row.wanted(wire) : row.wanted;
}

const polluted = () => Object.hasOwn(Object.prototype, 'polluted');

describe.each(faces)('$name', (face) => {
  const { wire } = face;
  const rows = upstreamRows.filter(
    (row) =>
      (row.wires ?? [wire]).includes(wire) &&
      (wire !== 'chat' || row.chatLane === undefined || face.name === `chat ${row.chatLane}`),
  );

  test.each(rows.filter((row) => row.only !== 'whole'))('$id $name: stream', async (row) => {
    await play(row, wire);
    const before = rig.upstream.requests.length;
    const answer = await ask(face, true);
    const wanted = wantedOf(row, wire);
    if (wanted === 'OK') {
      expect(answer.status, answer.text).toBe(200);
      expect(readStream(wire, answer.text)).toEqual({ ends: 1, failures: 0, text: goodStreams[wire].text });
      if (wire === 'chat')
        expect(answer.text.match(/"finish_reason":"/g)).toHaveLength(
          row.id === 'U-046' && face.name === 'chat raw' ? 2 : 1,
        );
    } else if (wanted === 'MID') {
      expect(answer.status, answer.text).toBe(200);
      expect(readStream(wire, answer.text)).toMatchObject({ ends: 0, failures: 1 });
    } else {
      expectError(answer, wire, wanted === 'P502' ? 502 : wanted);
    }
    expect(rig.upstream.requests.length - before).toBe(row.calls ?? 1);
    expect(polluted()).toBe(false);
  });

  test.each(rows.filter((row) => row.only !== 'stream'))('$id $name: whole', async (row) => {
    await play(row, wire);
    const before = rig.upstream.requests.length;
    const answer = await ask(face, false);
    const wanted = row.wholeWanted ?? wantedOf(row, wire);
    if (wanted === 'OK') {
      expect(answer.status, answer.text).toBe(200);
      const document = JSON.parse(answer.text);
      expect(textOf(wire, document)).toBe(goodStreams[wire].text);
    } else {
      expectError(answer, wire, wanted === 'MID' || wanted === 'P502' ? 502 : wanted);
    }
    expect(rig.upstream.requests.length - before).toBe(row.calls ?? 1);
  });

  test('a whole answer goes down byte for byte', async () => {
    const document = `${JSON.stringify(goodStreams[wire].document, null, 1)} `;
    script = [{ headers: ['content-type: application/json'], chunks: [document], framing: 'length' }];
    expect((await ask(face, false)).text).toBe(document);
  });

  test('a stream cut at every byte comes out the same', async () => {
    const bytes = Buffer.from(goodStreams[wire].frames.map((frame) => `${frame}\n\n`).join(''));
    script = [{ chunks: [bytes] }];
    const whole = await ask(face, true);
    const cuts = Array.from({ length: Math.ceil((bytes.length - 1) / 7) }, (_, index) => 1 + index * 7);
    for (let done = 0; done < cuts.length; done += 16) {
      const batch = cuts.slice(done, done + 16);
      script = batch.map((cut) => ({ chunks: [bytes.subarray(0, cut), bytes.subarray(cut)] }));
      // Whichever of them gets which cut: all are to get the same.
      const answers = await Promise.all(batch.map(() => ask(face, true)));
      for (const { text } of answers) expect(text).toBe(whole.text);
    }
    if (face.name === 'chat raw' || face.name === 'messages') {
      expect(whole.text).toBe(bytes.toString());
      expect(whole.headers.get('x-crossfeed-lane')).toBe('raw');
    }
  });
});

test('no exchange is left open, and no connection of a broken stream is used again', async () => {
  expect(rig.proxy.status().openExchanges).toBe(0);
});
