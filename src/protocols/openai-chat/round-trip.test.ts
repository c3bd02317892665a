import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeChunks, encodeChunks } from '../../../test/support/chat-frames.ts';
import { generatedBlocks, told, woven } from '../../../test/support/generated-answers.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
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
