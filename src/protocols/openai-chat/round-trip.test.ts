import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeChunks, encodeChunks, finishOf } from '../../../test/support/chat-frames.ts';
import { generatedBlocks, told, woven } from '../../../test/support/generated-answers.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import { createFrameSplitter, readFrame } from '../../framing/server-sent-events.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { createChatCollector } from './collect-stream.ts';

/** What Chat can tell of an answer: one text of each kind, and its calls in their order. */
function toldByChat(parts: readonly StreamPart[]) {
  const blocks = told(parts);
  const joined = (kind: string) =>
    blocks
      .filter((block) => block.kind === kind)
      .map(({ text: said }) => said)
      .join('');
  return {
    calls: blocks.flatMap(({ kind, callId, name, text: said }) =>
      kind === 'tool-call' ? [{ callId, name, said }] : [],
    ),
    seals: blocks.some(({ isSealed }) => isSealed),
    // Pieces of a text are told in the order in which they came, whatever block they were of.
    sizes: ['text', 'reasoning', 'refusal'].map((kind) => joined(kind).length),
  };
}

test('laws 3 and 4: whatever is said, in whatever weave, follows the grammar and comes back', () => {
  fc.assert(
    fc.property(
      generatedBlocks(['text', 'reasoning', 'refusal', 'tool-call']),
      fc.array(fc.nat(6), { minLength: 1 }),
      (blocks, picks) => {
        const parts = woven(blocks, picks);
        const { events, faults } = encodeChunks(parts);
        expect(faults).toEqual([]);
        const decoded = decodeChunks(events);
        expect(decoded.last).toBe('ended');
        expect(toldByChat(decoded.parts)).toEqual(toldByChat(parts));
        const collector = createChatCollector(() => 'minted');
        for (const event of events) collector.push(event);
        const folded = JSON.parse(collector.answer() ?? 'null') as {
          choices: {
            message: { content: string | null; tool_calls?: { id: string; function: { arguments: string } }[] };
          }[];
        };
        const message = folded.choices[0]?.message;
        expect((message?.content ?? '').length).toBe(toldByChat(parts).sizes[0]);
        expect((message?.tool_calls ?? []).map(({ function: { arguments: json } }) => json)).toEqual(
          toldByChat(parts).calls.map(({ said }) => said),
        );
      },
    ),
    { numRuns: 300 },
  );
});

/** Text of a view, as people read it. */
const readable = (view: string): string => Buffer.from(view, 'latin1').toString();

test.each([
  ['copilot', 'stop'],
  ['text', 'stop'],
  ['tool-calls.crlf', 'tool-calls'],
])('the fixture %s says after the decoder, and after the encoder, what its reader wrote down', (name, reason) => {
  const folder = new URL('../../../test/fixtures/openai-chat/', import.meta.url);
  const wanted = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as {
    text: string;
    calls: readonly { id: string; name: string; arguments: string }[];
    usage: object;
  };
  const frames: string[] = [];
  const splitter = createFrameSplitter(1024 * 1024, (text, _bytes, start, end) => {
    const { data, hasData } = readFrame(text, start, end);
    if (hasData) frames.push(data);
  });
  splitter.push(readFileSync(new URL(`${name}.sse`, folder)));
  const first = decodeChunks(frames);
  const { frames: written, faults } = encodeChunks(first.parts);
  expect(faults).toEqual([]);
  const again = written.flatMap((frame) => frame.split('\n\n')).map((frame) => readFrame(frame, 0, frame.length).data);
  for (const { parts, last } of [first, decodeChunks(again.filter((data) => data !== ''))]) {
    expect(last).toBe('ended');
    const said = parts.map((part) => (part.type === 'delta' ? { ...part, literal: plain(part.literal) } : part));
    const blocks = told(said);
    const text = blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])).join('');
    expect(readable(text)).toBe(wanted.text);
    const calls = blocks.filter(({ kind }) => kind === 'tool-call');
    expect(calls.map((block) => ({ id: block.callId, name: block.name, arguments: readable(block.text) }))).toEqual(
      wanted.calls,
    );
    expect(finishOf(parts)).toBe(reason);
  }
  expect(first.parts.findLast((part) => part.type === 'usage')?.usage).toEqual(wanted.usage);
});

/** A literal as it arrived may hold escapes: parsed as a view, and written again. */
const plain = (literal: string): string => JSON.stringify(parseLatin1Json(literal));
