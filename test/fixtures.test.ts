/** Streams that others documented, at every cut: through our watches and collectors, and whole to the vendors' own SDKs. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenUsage } from '../src/canonical/token-usage.ts';
import { createFrameSplitter, readFrame } from '../src/framing/server-sent-events.ts';
import { createMessagesCollector } from '../src/protocols/anthropic-messages/collect-stream.ts';
import { createMessagesWatch } from '../src/protocols/anthropic-messages/stream-watch.ts';
import { createChatCollector } from '../src/protocols/openai-chat/collect-stream.ts';
import { createPatchedChatWatch } from '../src/protocols/openai-chat/patched-stream-watch.ts';
import { createChatWatch } from '../src/protocols/openai-chat/stream-watch.ts';
import { createResponsesCollector } from '../src/protocols/openai-responses/collect-stream.ts';
import { createResponsesWatch } from '../src/protocols/openai-responses/stream-watch.ts';
import type { StreamCollector, StreamWatch } from '../src/protocols/protocol.ts';
import { rawKey, startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { anthropic, openai } from './support/sdk-clients.ts';
import { readStream, type StreamWire } from './support/stream-grammar.ts';
import { watchStream } from './support/watch-stream.ts';

/** What a reader must make of a stream: written by hand, beside it. */
interface Expected {
  readonly text: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly reason: string;
  readonly usage: TokenUsage;
  readonly document: object;
}

interface Fixture {
  readonly name: string;
  readonly wire: StreamWire;
  readonly bytes: Buffer;
  readonly wanted: Expected;
}

const mint = () => 'call_minted';
const patched = { withholdUsage: false, mergeChoices: false, singleChoice: true, mintToolCallId: mint };
const wires: readonly {
  readonly folder: string;
  readonly wire: StreamWire;
  /** Those that change nothing here give back every byte. */
  readonly watches: Readonly<Record<string, () => StreamWatch>>;
  readonly collector: () => StreamCollector;
}[] = [
  {
    folder: 'openai-chat',
    wire: 'chat',
    watches: { raw: createChatWatch, patched: () => createPatchedChatWatch(patched) },
    collector: () => createChatCollector(mint),
  },
  {
    folder: 'anthropic-messages',
    wire: 'messages',
    watches: { raw: createMessagesWatch },
    collector: createMessagesCollector,
  },
  {
    folder: 'openai-responses',
    wire: 'responses',
    watches: {
      raw: () => createResponsesWatch({ stableItemIds: false }),
      patched: () => createResponsesWatch({ stableItemIds: true }),
    },
    collector: createResponsesCollector,
  },
];

const root = fileURLToPath(new URL('fixtures/', import.meta.url));

function fixturesOf(folder: string, wire: StreamWire): readonly Fixture[] {
  const files = readdirSync(path.join(root, folder)).filter((file) => file.endsWith('.sse'));
  return files.map((file) => ({
    name: file,
    wire,
    bytes: readFileSync(path.join(root, folder, file)),
    wanted: JSON.parse(readFileSync(path.join(root, folder, file.replace(/\.sse$/, '.json')), 'utf8')) as Expected,
  }));
}

/** Folds a stream that arrives in two pieces, as the relay reads it. */
function fold(collector: StreamCollector, bytes: Buffer, cut: number): unknown {
  const splitter = createFrameSplitter(1_000_000, (text, _bytes, start, end) => {
    const { data, hasData } = readFrame(text, start, end);
    if (!hasData) return;
    const decoded = Buffer.from(data, 'latin1').toString('utf8');
    collector.push(decoded === '[DONE]' ? decoded : (JSON.parse(decoded) as object));
  });
  splitter.push(bytes.subarray(0, cut));
  splitter.push(bytes.subarray(cut));
  return JSON.parse(collector.answer() ?? 'null');
}

describe.each(wires)('$folder', ({ folder, wire, watches, collector }) => {
  const fixtures = fixturesOf(folder, wire);

  test('each has a source', () => {
    const source = readFileSync(path.join(root, folder, 'SOURCE.md'), 'utf8');
    expect(fixtures.length).toBeGreaterThanOrEqual(3);
    for (const { name } of fixtures) expect(source).toContain(`\`${name}\``);
  });

  describe.each(Object.entries(watches))('%s', (lane, createWatch) => {
    test.each(fixtures)('$name at every cut', ({ name, bytes, wanted }) => {
      const text = bytes.toString();
      const whole = watchStream(createWatch(), text);
      const { usage, text: said, calls, reason } = wanted;
      // What the upstream breaks in its own grammar goes down as it came on the raw lane, and mended on the other.
      const breaches = lane === 'raw' && name.includes('rotating') ? expect.anything() : [];
      expect(readStream(wire, whole.text)).toMatchObject({ ending: 'finished', text: said, calls, reason, breaches });
      if (lane === 'raw') expect(whole.text).toBe(text);
      for (let cut = 1; cut < bytes.length; cut += 1) {
        const watch = createWatch();
        const read = watchStream(watch, text, [cut]);
        if (read.text !== whole.text || read.fault !== undefined)
          expect([cut, read.text, read.fault]).toEqual([cut, whole.text, undefined]);
        expect(watch.standing).toMatchObject({ ended: true, hasContent: true, endingMended: false, usage });
      }
    });
  });

  test.each(fixtures)('$name folds into the answer in one piece, at every cut', ({ bytes, wanted }) => {
    const whole = fold(collector(), bytes, bytes.length);
    expect(whole).toEqual(wanted.document);
    const text = JSON.stringify(whole);
    for (let cut = 1; cut < bytes.length; cut += 1) expect(JSON.stringify(fold(collector(), bytes, cut))).toBe(text);
  });
});

describe('the vendors’ SDKs read, through a proxy,', () => {
  let rig: RawProxy;
  let playing: Fixture;
  const turns = [{ role: 'user' as const, content: 'hi' }];

  beforeAll(async () => {
    rig = await startRawProxy(() => ({ chunks: piecesOf(playing.bytes) }));
  });
  afterAll(() => rig.close());

  /** 97 bytes at a time: no piece is a frame, and many end inside a character. */
  function piecesOf(bytes: Buffer): readonly Buffer[] {
    return Array.from({ length: Math.ceil(bytes.length / 97) }, (_, at) => bytes.subarray(at * 97, (at + 1) * 97));
  }

  const door = () => ({ url: rig.url, key: rawKey });
  const all = wires.flatMap(({ folder, wire }) => fixturesOf(folder, wire));
  const of = (wire: StreamWire) => all.filter((fixture) => fixture.wire === wire);

  test.each(of('chat'))('chat: $name', async (fixture) => {
    playing = fixture;
    const answer = await openai(door())
      .chat.completions.stream({ model: 'm-chat', messages: turns })
      .finalChatCompletion();
    const [choice] = answer.choices;
    const calls = (choice?.message.tool_calls ?? []).map((call) =>
      call.type === 'function' ? { id: call.id, name: call.function.name, arguments: call.function.arguments } : call,
    );
    expect([choice?.message.content ?? '', calls, choice?.finish_reason]).toEqual(said(fixture));
  });

  test.each(of('messages'))('messages: $name', async (fixture) => {
    playing = fixture;
    const answer = await anthropic(door())
      .messages.stream({ model: 'm-messages', max_tokens: 9, messages: turns })
      .finalMessage();
    const text = answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    const calls = answer.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: block.input }] : [],
    );
    const [wantedText, wantedCalls, reason] = said(fixture);
    expect([text, answer.stop_reason]).toEqual([wantedText, reason]);
    expect(calls).toEqual(wantedCalls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) as unknown })));
  });

  test.each(of('responses'))('responses: $name', async (fixture) => {
    playing = fixture;
    const answer = await openai(door()).responses.stream({ model: 'm-responses', input: 'hi' }).finalResponse();
    const calls = answer.output.flatMap((item) =>
      item.type === 'function_call' ? [{ id: item.call_id, name: item.name, arguments: item.arguments }] : [],
    );
    expect([answer.output_text, calls, answer.status]).toEqual(said(fixture));
  });

  function said({ wanted }: Fixture): readonly [string, Expected['calls'], string] {
    return [wanted.text, wanted.calls, wanted.reason];
  }
});
