/** Answers in canonical parts, generated: any blocks, any text, any weave; and what one says, in no order. */
import fc from 'fast-check';
import type { BlockStart, StreamPart } from '../../src/canonical/stream-part.ts';

/** A view of UTF-8, as all text of a stream is. */
export const viewOf = (text: string): string => Buffer.from(text).toString('latin1');

export interface GeneratedBlock {
  readonly start: BlockStart;
  readonly pieces: readonly string[];
  readonly seal: string | null;
}

const name = fc.stringMatching(/^[a-z_]{1,12}$/);
const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });

function startOf(block: number, kind: BlockStart['kind']): fc.Arbitrary<BlockStart> {
  const base = { type: fc.constant('block-start' as const), block: fc.constant(block) };
  switch (kind) {
    case 'text':
      return fc.record({ ...base, kind: fc.constant(kind), phase: fc.constant(null) });
    case 'reasoning':
    case 'refusal':
      return fc.record({ ...base, kind: fc.constant(kind) });
    case 'tool-call':
      return fc.record({
        ...base,
        kind: fc.constant(kind),
        callId: name.map((id) => `call_${block}_${id}`),
        name,
        namespace: fc.constant(null),
        form: fc.constant('function' as const),
      });
  }
}

/** Calls have arguments that are a JSON object, in pieces. */
function block(index: number, kinds: readonly BlockStart['kind'][]): fc.Arbitrary<GeneratedBlock> {
  return fc.constantFrom(...kinds).chain((kind) =>
    fc.record({
      start: startOf(index, kind),
      pieces:
        kind === 'tool-call'
          ? fc
              .dictionary(anyText, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
              .map((value) => inPieces(JSON.stringify(value)))
          : fc.array(anyText, { minLength: 1, maxLength: 4 }),
      seal: kind === 'reasoning' ? fc.option(fc.base64String({ minLength: 4, maxLength: 12 })) : fc.constant(null),
    }),
  );
}

function inPieces(text: string): string[] {
  const pieces: string[] = [];
  // By code points: a delta never holds half of a character.
  const points = Array.from(text);
  for (let at = 0; at < points.length; at += 5) pieces.push(points.slice(at, at + 5).join(''));
  return pieces;
}

export function generatedBlocks(kinds: readonly BlockStart['kind'][]): fc.Arbitrary<readonly GeneratedBlock[]> {
  return fc.nat(5).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => block(index, kinds))));
}

function partsOf({ start, pieces, seal }: GeneratedBlock): StreamPart[] {
  return [
    start,
    ...pieces.map((piece): StreamPart => ({
      type: 'delta',
      block: start.block,
      literal: JSON.stringify(viewOf(piece)),
    })),
    ...(seal === null
      ? []
      : [{ type: 'seal' as const, block: start.block, sealed: { kind: 'signature' as const, blob: seal, id: null } }]),
    { type: 'block-end', block: start.block },
  ];
}

/** The parts of blocks that open in their order and overlap as `picks` say. */
export function weave(blocks: readonly (readonly StreamPart[])[], picks: readonly number[]): readonly StreamPart[] {
  const waiting = blocks.map((parts) => [...parts]);
  const open: StreamPart[][] = [];
  const parts: StreamPart[] = [];
  for (let turn = 0; waiting.length + open.length > 0; turn += 1) {
    const pick = (picks[turn % picks.length] ?? 0) % (open.length + 1);
    const chosen = open[pick] ?? waiting.shift() ?? open[0];
    if (!chosen) break;
    if (!open.includes(chosen)) open.push(chosen);
    const part = chosen.shift();
    if (part) parts.push(part);
    if (chosen.length === 0) open.splice(open.indexOf(chosen), 1);
  }
  return parts;
}

/** A whole answer of these blocks. */
export function woven(blocks: readonly GeneratedBlock[], picks: readonly number[]): readonly StreamPart[] {
  const reason = blocks.some(({ start }) => start.kind === 'tool-call') ? 'tool-calls' : 'stop';
  return [
    { type: 'start', usage: null },
    ...weave(blocks.map(partsOf), picks),
    { type: 'finish', reason, stopSequence: null, explanation: null },
  ];
}

export interface ToldBlock {
  readonly kind: BlockStart['kind'];
  readonly name: string | null;
  readonly callId: string | null;
  readonly text: string;
  readonly isSealed: boolean;
}

/** What each block said, in the order in which the blocks opened. */
export function told(parts: readonly StreamPart[]): readonly ToldBlock[] {
  const blocks = new Map<number, { -readonly [Key in keyof ToldBlock]: ToldBlock[Key] }>();
  for (const part of parts) {
    if (part.type === 'block-start') {
      const call = part.kind === 'tool-call' ? part : null;
      blocks.set(part.block, {
        kind: part.kind,
        name: call?.name ?? null,
        callId: call?.callId ?? null,
        text: '',
        isSealed: false,
      });
    }
    const block = 'block' in part ? blocks.get(part.block) : undefined;
    if (block && part.type === 'delta') block.text += String(JSON.parse(part.literal));
    if (block && part.type === 'seal') block.isSealed = true;
  }
  return [...blocks.values()];
}
