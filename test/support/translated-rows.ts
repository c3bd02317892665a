/** Plays every upstream row on the translated ways of some callers, streaming and not: as on the other lanes, and in the caller's grammar. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { upstreamRows } from '../corpora/upstream-rows/rows.ts';
import { quirkRows } from '../corpora/upstream-rows/quirks.ts';
import type { UpstreamRow, Wanted } from '../corpora/upstream-rows/upstream-row.ts';
import {
  ask,
  codeIn,
  expectCode,
  expectError,
  forgetFaults,
  play,
  playAlone,
  startBench,
  wantedOf,
  watchFaults,
  type Answer,
  type Bench,
  type TranslatedFace,
} from './play-row.ts';
import { readStream, type StreamWire } from './stream-grammar.ts';
import { readWhole } from './whole-answer.ts';

const turn = { role: 'user', content: 'hi' };
const wires: readonly Wire[] = ['chat', 'messages', 'responses'];

/** Both framings of Gemini are callers of their own. */
type Caller = Exclude<StreamWire, 'gemini'> | 'gemini events' | 'gemini array';

interface Way {
  readonly wire: StreamWire;
  path(model: string): TranslatedFace['path'];
  readonly body: object;
  /** It says in its URL which model, and whether it streams. */
  readonly saysInUrl?: true;
}

const geminiWay = (query: string): Way => ({
  wire: 'gemini',
  path: (model) => (stream) =>
    `/v1beta/models/${model}:${stream ? `streamGenerateContent${query}` : 'generateContent'}`,
  body: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
  saysInUrl: true,
});

const callers: Readonly<Record<Caller, Way>> = {
  chat: {
    wire: 'chat',
    path: () => '/v1/chat/completions',
    body: { messages: [turn], stream_options: { include_usage: true } },
  },
  messages: { wire: 'messages', path: () => '/v1/messages', body: { messages: [turn], max_tokens: 100 } },
  // What is kept has an id of its own each time.
  responses: { wire: 'responses', path: () => '/v1/responses', body: { input: 'hi', store: false } },
  'gemini events': geminiWay('?alt=sse'),
  'gemini array': geminiWay(''),
  ollama: { wire: 'ollama', path: () => '/api/chat', body: { messages: [turn] } },
};

const facesOf = (caller: Caller): readonly TranslatedFace[] => {
  const way = callers[caller];
  return wires
    .filter((upstream) => upstream !== way.wire)
    .map((upstream) => ({
      name: `${caller} on ${upstream}`,
      wire: way.wire,
      upstream,
      path: way.path(`m-${upstream}`),
      body: (stream: boolean) => (way.saysInUrl ? way.body : { ...way.body, model: `m-${upstream}`, stream }),
    }));
};

/** The words of each protocol for an ending that a row names by those of its own wire. */
const reasons: Readonly<Record<string, Readonly<Record<StreamWire, string>>>> = {
  stop: { chat: 'stop', messages: 'end_turn', responses: 'completed', gemini: 'STOP', ollama: 'stop' },
  length: { chat: 'length', messages: 'max_tokens', responses: 'incomplete', gemini: 'MAX_TOKENS', ollama: 'length' },
  tool_calls: { chat: 'tool_calls', messages: 'tool_use', responses: 'completed', gemini: 'STOP', ollama: 'stop' },
  content_filter: {
    chat: 'content_filter',
    messages: 'refusal',
    responses: 'incomplete',
    gemini: 'SAFETY',
    ollama: 'stop',
  },
  refusal: { chat: 'content_filter', messages: 'refusal', responses: 'incomplete', gemini: 'SAFETY', ollama: 'stop' },
  /** The corpus has it without details: cut, by whatever it was. */
  incomplete: {
    chat: 'length',
    messages: 'max_tokens',
    responses: 'incomplete',
    gemini: 'MAX_TOKENS',
    ollama: 'length',
  },
};

let shared: Bench;

function expectNoGrammarFault() {
  const edits = shared.rig.events.flatMap((event) => (event.type === 'edited' ? event.edits : []));
  expect(edits.filter(({ rule }) => rule === 'grammar-fault')).toEqual([]);
}

const readsObjects: ReadonlySet<StreamWire> = new Set(['messages', 'gemini', 'ollama']);

/** Broken arguments are text to OpenAI's callers and an error to those who read an object (`decisions.md` 10). */
function wantedFor(row: UpstreamRow, wire: StreamWire): Wanted {
  const wanted = wantedOf(row.wanted, wire);
  const broken = row.tools?.some(([, args]) => !isObjectText(args)) ?? false;
  return wanted === 'OK' && readsObjects.has(wire) && broken && row.reason !== 'length' ? 'MID' : wanted;
}

function isObjectText(json: string): boolean {
  try {
    return json === '' || typeof JSON.parse(json) === 'object';
  } catch {
    return false;
  }
}

/** What the limit cut is no call there: a call is whole. */
const leavesOutCut: ReadonlySet<StreamWire> = new Set(['gemini', 'ollama']);

interface Said {
  readonly text: string;
  readonly reason: unknown;
  readonly calls: readonly { readonly name: unknown; readonly arguments: string }[];
}

function expectAnswer(row: UpstreamRow, { wire, upstream }: TranslatedFace, said: Said) {
  expect(said.text).toBe(row.text ?? goodStreams[upstream].text);
  expect(said.reason).toBe(reasons[row.reason ?? 'stop']?.[wire]);
  const told = (calls: readonly (readonly [unknown, string])[]) => calls.map(([name, args]) => [name, plain(args)]);
  const tools = (row.tools ?? []).filter(([, args]) => !leavesOutCut.has(wire) || isObjectText(args));
  expect(told(said.calls.map((call) => [call.name, call.arguments]))).toEqual(told(tools));
}

/** An object's text without its spaces, and without what the limit cut: a whole message has the object itself. */
function plain(json: string): string {
  if (json === '' || json === '{"x":') return '{}';
  return isObjectText(json) ? JSON.stringify(JSON.parse(json)) : json;
}

function checkStream(row: UpstreamRow, face: TranslatedFace, answer: Answer) {
  const { wire } = face;
  const wanted = wantedFor(row, wire);
  if (wanted !== 'OK' && wanted !== 'MID') return expectError(answer, row, wire, wanted === 'P502' ? 502 : wanted);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers.get('x-crossfeed-lane')).toBe('translated');
  const read = readStream(wire, answer.text);
  expect(read.breaches).toEqual([]);
  if (wanted === 'OK') {
    expect(read.ending, answer.text).toBe('finished');
    return expectAnswer(row, face, read);
  }
  expect(read.ending, answer.text).toBe('failed');
  if (wire === 'chat' || wire === 'responses') expectCode(codeIn(wire, answer.text), row.code, 502);
  if (row.says) expect(answer.text).toMatch(row.says);
}

function checkWhole(row: UpstreamRow, face: TranslatedFace, answer: Answer) {
  const { wire } = face;
  // On the other lanes a whole answer may be less closely looked at; here it was a stream.
  const ofQuirk = quirkRows.includes(row) && row.wholeWanted;
  const wanted = ofQuirk ? wantedOf(ofQuirk, wire) : wantedFor(row, wire);
  if (wanted !== 'OK') return expectError(answer, row, wire, wanted === 'MID' || wanted === 'P502' ? 502 : wanted);
  expect(answer.status, answer.text).toBe(200);
  expectAnswer(row, face, readWhole(wire, answer.text));
}

export function testTranslatedRows(chosen: readonly Caller[]) {
  beforeAll(async () => {
    watchFaults();
    shared = await startBench();
  });
  afterAll(async () => {
    expectNoGrammarFault();
    await shared.rig.close();
    forgetFaults();
  });
  describe.each(chosen.flatMap(facesOf))('$name', (face) => {
    const { upstream } = face;
    // A translated call is a stream upstream: rows of calls that ask for a document are none of it.
    const rows = [...upstreamRows, ...quirkRows].filter(
      (row) => row.only !== 'whole' && (row.wires ?? [upstream]).includes(upstream),
    );

    test.each(rows.filter((row) => !row.waits))('$id $name: stream', async (row) => {
      checkStream(row, face, await play(shared, row, face, true));
    });

    test.each(rows.filter((row) => !row.waits))('$id $name: whole', async (row) => {
      checkWhole(row, face, await play(shared, row, face, false));
    });

    test.concurrent.each(rows.filter((row) => row.waits))('$id $name: stream', async (row) => {
      checkStream(row, face, await playAlone(row, face, true));
    });

    test.concurrent.each(rows.filter((row) => row.waits))('$id $name: whole', async (row) => {
      checkWhole(row, face, await playAlone(row, face, false));
    });

    test('U-016 a stream cut at every byte comes out the same', async () => {
      const bytes = Buffer.from(goodStreams[upstream].frames.map((frame) => `${frame}\n\n`).join(''));
      shared.script = [{ chunks: [bytes] }];
      const whole = await ask(shared, face, true);
      const cuts = Array.from({ length: Math.ceil((bytes.length - 1) / 7) }, (_, index) => 1 + index * 7);
      for (let done = 0; done < cuts.length; done += 16) {
        const batch = cuts.slice(done, done + 16);
        shared.script = batch.map((cut) => ({ chunks: [bytes.subarray(0, cut), bytes.subarray(cut)] }));
        const answers = await Promise.all(batch.map(() => ask(shared, face, true)));
        for (const { text } of answers) expect(withoutTimes(text)).toBe(withoutTimes(whole.text));
      }
    });
  });
}

const withoutTimes = (text: string) =>
  text.replaceAll(/"(created|created_at|completed_at|total_duration)":(?:\d+|"[^"]*")/g, '"$1":0');
