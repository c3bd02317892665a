/** Laws on generated answers and bodies: whatever is said comes back, and no body brings the decoders down. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generatedBlocks, viewOf, woven } from '../../../test/support/generated-answers.ts';
import { encodeLines } from '../../../test/support/ollama-lines.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { decodeOllamaChat, decodeOllamaGenerate } from './decode-request.ts';
import { decodeOllamaEmbed, decodeOllamaEmbeddings } from './embeddings.ts';
import { loadAnswer } from './load-answer.ts';

/** What the deltas of some kinds say in the order in which they came, as people read it. */
function said(parts: readonly StreamPart[], ...kinds: readonly string[]): string {
  const ofKind = new Set<number>();
  let text = '';
  for (const part of parts) {
    if (part.type === 'block-start' && kinds.includes(part.kind)) ofKind.add(part.block);
    if (part.type === 'delta' && ofKind.has(part.block)) text += String(JSON.parse(part.literal));
  }
  return Buffer.from(text, 'latin1').toString();
}

function callsOf(parts: readonly StreamPart[]) {
  return parts.flatMap((start) => {
    if (start.type !== 'block-start' || start.kind !== 'tool-call') return [];
    const own = parts.filter((part) => 'block' in part && part.block === start.block);
    return [{ id: start.callId, name: start.name, arguments: JSON.parse(said(own, 'tool-call')) as unknown }];
  });
}

test('laws 3 and 4: whatever is said, in whatever weave, follows the grammar, folds, and goes back as history', () => {
  fc.assert(
    fc.property(
      generatedBlocks(['text', 'reasoning', 'refusal', 'tool-call']),
      fc.array(fc.nat(6), { minLength: 1 }),
      (blocks, picks) => {
        const parts = woven(blocks, picks);
        const { faults, whole } = encodeLines('chat', parts);
        expect(faults).toEqual([]);
        const { content, thinking = '', tool_calls: calls = [] } = whole.message;
        expect([content, thinking]).toEqual([said(parts, 'text', 'refusal'), said(parts, 'reasoning')]);
        const told = callsOf(parts);
        expect(
          calls.map((call: { id: string; function: { name: string; arguments: object } }) => ({
            id: call.id,
            name: call.function.name,
            arguments: call.function.arguments,
          })),
        ).toEqual(told);
        if (content === '' && thinking === '' && told.length === 0) return;
        const { items } = decodeOllamaChat({ model: 'm', messages: [whole.message] }, () => {});
        expect(items.flatMap((item) => (item.kind === 'tool-call' ? [item.callId] : []))).toEqual(
          told.map(({ id }) => id),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('generate says the same texts', () => {
  fc.assert(
    fc.property(
      generatedBlocks(['text', 'reasoning', 'refusal']),
      fc.array(fc.nat(6), { minLength: 1 }),
      (blocks, picks) => {
        const parts = woven(blocks, picks);
        const { faults, whole } = encodeLines('generate', parts);
        expect(faults).toEqual([]);
        expect([whole.response, whole.thinking ?? '']).toEqual([
          said(parts, 'text', 'refusal'),
          said(parts, 'reasoning'),
        ]);
      },
    ),
    { numRuns: 100 },
  );
});

const members = [
  'role',
  'content',
  'thinking',
  'images',
  'tool_calls',
  'tool_name',
  'tool_call_id',
  'function',
  'name',
];
const words = ['user', 'assistant', 'tool', 'system', 'json', '', '0', 'iVBORw0KGgo', '__proto__', 'constructor'];
const { odd } = fc.letrec((tie) => ({
  odd: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...words),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('odd'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...members, 'arguments', 'id', 'data'), tie('odd'), { maxKeys: 4 }),
  ),
}));

test('no body brings a decoder down: it is taken, or refused as a request', () => {
  const message = fc.record(
    {
      role: fc.constantFrom('user', 'assistant', 'tool', 'system'),
      content: odd,
      thinking: odd,
      images: odd,
      tool_calls: odd,
      tool_name: odd,
      tool_call_id: odd,
    },
    { requiredKeys: ['role'] },
  );
  const body = fc.record(
    {
      messages: fc.oneof(fc.array(message, { maxLength: 4 }), odd),
      tools: odd,
      format: odd,
      think: odd,
      options: fc.oneof(fc.dictionary(fc.constantFrom('temperature', 'stop', 'num_predict', 'seed', 'x'), odd), odd),
      keep_alive: odd,
      prompt: odd,
      system: odd,
      suffix: odd,
      images: odd,
      input: odd,
      dimensions: odd,
      logprobs: odd,
      top_logprobs: odd,
    },
    { requiredKeys: [] },
  );
  const silent = () => {};
  fc.assert(
    fc.property(body, (view) => {
      for (const decode of [decodeOllamaChat, decodeOllamaGenerate, decodeOllamaEmbed, decodeOllamaEmbeddings]) {
        try {
          decode(view, silent);
        } catch (thrown) {
          if (!(thrown instanceof ProxyError) || thrown.code !== 'invalid_request') throw thrown;
        }
      }
      for (const kind of ['chat', 'generate', 'embed', 'embeddings'] as const) loadAnswer(view, kind, 0);
    }),
    { numRuns: 2000 },
  );
});

test('text beyond ASCII in a request stays the bytes that it was', () => {
  const messages = [
    {
      role: 'assistant',
      content: viewOf('東京'),
      tool_calls: [{ function: { name: 'f', arguments: { a: viewOf('é') } } }],
    },
  ];
  const { items } = decodeOllamaChat({ model: 'm', messages }, () => {});
  expect(items).toMatchObject([{ parts: [{ text: viewOf('東京') }] }, { input: JSON.stringify({ a: viewOf('é') }) }]);
});
