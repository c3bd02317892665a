import fc from 'fast-check';
import { expect, test } from 'vitest';
import { viewOf, weave } from '../../../test/support/generated-answers.ts';
import { decodeStream, encodeParts } from '../../../test/support/responses-frames.ts';
import type { BlockStart, StreamPart } from '../../canonical/stream-part.ts';
import { createResponsesCollector } from './collect-stream.ts';

interface Said {
  readonly start: BlockStart;
  readonly pieces: readonly string[];
  readonly isSealed: boolean;
}

const name = fc.stringMatching(/^[a-z_]{1,8}$/);
const start = (block: number): fc.Arbitrary<BlockStart> =>
  fc.oneof(
    fc.record({
      type: fc.constant('block-start' as const),
      block: fc.constant(block),
      kind: fc.constant('text' as const),
      phase: fc.constantFrom(null, 'commentary', 'final_answer'),
    }),
    fc.record({
      type: fc.constant('block-start' as const),
      block: fc.constant(block),
      kind: fc.constantFrom('reasoning' as const, 'refusal' as const),
    }),
    fc.record({
      type: fc.constant('block-start' as const),
      block: fc.constant(block),
      kind: fc.constant('tool-call' as const),
      callId: name,
      name,
      namespace: fc.option(name),
      form: fc.constantFrom('function' as const, 'custom' as const),
    }),
  );

const said = (block: number): fc.Arbitrary<Said> =>
  fc.record({
    start: start(block),
    pieces: fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
    isSealed: fc.boolean(),
  });

const answer = fc.nat(5).chain((count) => fc.tuple(...Array.from({ length: count }, (_, block) => said(block))));

function partsOf({ start, pieces, isSealed }: Said): StreamPart[] {
  const { block } = start;
  const seals = isSealed && start.kind === 'reasoning';
  return [
    start,
    ...pieces.map((piece): StreamPart => ({ type: 'delta', block, literal: JSON.stringify(viewOf(piece)) })),
    ...(seals ? [{ type: 'seal' as const, block, sealed: { kind: 'opaque' as const, blob: 'x', id: null } }] : []),
    { type: 'block-end', block },
  ];
}

/** A whole answer of these blocks. */
function woven(blocks: readonly Said[], picks: readonly number[]): readonly StreamPart[] {
  return [
    { type: 'start', usage: null },
    ...weave(blocks.map(partsOf), picks),
    { type: 'finish', reason: 'length', stopSequence: null, explanation: null },
  ];
}

/** What each block said, in no order. */
function told(parts: readonly StreamPart[]): readonly string[] {
  const blocks = new Map<number, { start: object; text: string; isSealed: boolean }>();
  for (const part of parts) {
    if (part.type === 'block-start')
      blocks.set(part.block, { start: { ...part, block: 0 }, text: '', isSealed: false });
    const block = 'block' in part ? blocks.get(part.block) : undefined;
    if (block && part.type === 'delta') block.text += String(JSON.parse(part.literal));
    if (block && part.type === 'seal') block.isSealed = true;
  }
  return [...blocks.values()].map((block) => JSON.stringify(block, Object.keys(sample).sort())).sort();
}

const sample = { start: 0, text: 0, isSealed: 0, kind: 0, phase: 0, callId: 0, name: 0, namespace: 0, form: 0 };

test('laws 3, 4 and 6: whatever is said, in whatever weave, follows the grammar and comes back as it was', () => {
  fc.assert(
    fc.property(answer, fc.array(fc.nat(6), { minLength: 1 }), (blocks, picks) => {
      const parts = woven(blocks, picks);
      const { frames, events, faults } = encodeParts(parts);
      expect(faults).toEqual([]);
      const decoded = decodeStream(frames);
      expect(decoded.isWhole).toBe(true);
      expect(told(decoded.parts)).toEqual(told(parts));
      const collector = createResponsesCollector();
      for (const event of events) collector.push(event);
      expect(JSON.parse(collector.answer() ?? 'null')).toEqual(events.at(-1).response);
    }),
    { numRuns: 300 },
  );
});
