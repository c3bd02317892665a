/** Tests of Gemini's streams: what each part becomes, as the vendor's own classes read it. */
import { expect, test } from 'vitest';
import { encodeGemini, partsOf, showThoughts } from '../../../test/support/gemini-frames.ts';
import { viewOf } from '../../../test/support/generated-answers.ts';
import type { FinishReason } from '../../canonical/finish-reason.ts';
import type { BlockStart, StreamPart } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { ProxyError } from '../../errors/proxy-error.ts';

const usage: TokenUsage = {
  inputTokens: 10,
  cacheReadTokens: 5,
  cacheWriteTokens: 2,
  outputTokens: 20,
  reasoningTokens: 8,
  costNanoAiu: 99,
};
const start: StreamPart = { type: 'start', usage: null };
const finish = (reason: FinishReason, explanation: string | null = null): StreamPart => ({
  type: 'finish',
  reason,
  stopSequence: null,
  explanation,
});
const delta = (block: number, text: string): StreamPart => ({
  type: 'delta',
  block,
  literal: JSON.stringify(viewOf(text)),
});
const blockOf = (begin: BlockStart, ...pieces: readonly string[]): StreamPart[] => [
  begin,
  ...pieces.map((piece) => delta(begin.block, piece)),
  { type: 'block-end', block: begin.block },
];
const text = (block: number, ...pieces: readonly string[]) =>
  blockOf({ type: 'block-start', block, kind: 'text', phase: null }, ...pieces);
const call = (block: number, name: string, ...pieces: readonly string[]) =>
  blockOf(
    { type: 'block-start', block, kind: 'tool-call', callId: `id_${name}`, name, namespace: null, form: 'function' },
    ...pieces,
  );
const sealOf = (block: number, blob: string, kind: 'signature' | 'opaque' | 'thought' = 'signature'): StreamPart => ({
  type: 'seal',
  block,
  sealed: { kind, blob, id: null },
});
const thought = (block: number, said: string, blob: string | null): StreamPart[] => {
  const [begin, ...rest] = blockOf({ type: 'block-start', block, kind: 'reasoning' }, said);
  return [begin!, ...rest.slice(0, -1), ...(blob === null ? [] : [sealOf(block, blob)]), ...rest.slice(-1)];
};

test('text streams piece by piece, in one candidate, and ends with one finish and all counts', () => {
  const { chunks, faults, whole, frames } = encodeGemini([
    start,
    ...text(0, 'Grüße ', 'aus "Köln"\n'),
    { type: 'usage', usage },
    finish('stop'),
  ]);
  expect(faults).toEqual([]);
  expect(chunks.map((chunk) => chunk.text)).toEqual(['Grüße ', 'aus "Köln"\n', '']);
  expect(chunks.map(({ candidates }) => candidates?.[0]?.finishReason)).toEqual([undefined, undefined, 'STOP']);
  expect(chunks.every(({ modelVersion, responseId }) => modelVersion === 'asked' && responseId === 'response0')).toBe(
    true,
  );
  expect(chunks.at(-1)?.usageMetadata).toEqual({
    promptTokenCount: 17,
    cachedContentTokenCount: 5,
    candidatesTokenCount: 12,
    thoughtsTokenCount: 8,
    totalTokenCount: 37,
  });
  expect(chunks.at(-1)).toMatchObject({ copilot_usage: { total_nano_aiu: 99 } });
  expect(whole?.text).toBe('Grüße aus "Köln"\n');
  expect(whole?.candidates?.[0]?.content?.parts).toEqual([{ text: 'Grüße aus "Köln"\n' }]);
  expect(frames).toMatch(/^data: \{.*\}\r\n\r\n$/s);
});

test('usage stands on every chunk from when it is known', () => {
  const { chunks } = encodeGemini([{ type: 'start', usage }, ...text(0, 'a'), finish('stop')]);
  expect(chunks.map(({ usageMetadata }) => usageMetadata?.totalTokenCount)).toEqual([37, 37]);
});

test('without a word of usage none is told', () => {
  expect(encodeGemini([start, ...text(0, 'a'), finish('stop')]).whole).not.toHaveProperty('usageMetadata');
});

test('calls come whole, with their ids, digits as the model wrote them, and the finish is STOP', () => {
  const { chunks, whole, faults, frames, folded } = encodeGemini([
    start,
    ...text(0, 'Let me see.'),
    ...call(1, 'read', '{"path":"a",\n', '"n":12345678901234567890}'),
    ...call(2, 'list'),
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  expect(frames).toContain('"args":{"path":"a", "n":12345678901234567890}');
  expect(folded).toContain('"args":{"path":"a","n":12345678901234567890}');
  expect(whole?.functionCalls).toMatchObject([
    { id: 'id_read', name: 'read', args: { path: 'a' } },
    { id: 'id_list', name: 'list', args: {} },
  ]);
  expect(whole?.candidates?.[0]?.finishReason).toBe('STOP');
  expect(chunks).toHaveLength(4);
});

test('calls that are woven keep the order in which they began', () => {
  const [first, second] = [call(0, 'a', '{}'), call(1, 'b', '{}')];
  const woven = [first[0]!, ...second, ...first.slice(1)];
  const { whole } = encodeGemini([start, ...woven, finish('tool-calls')]);
  expect(whole?.functionCalls).toMatchObject([{ name: 'a' }, { name: 'b' }]);
});

test.each(['[1]', '{"a":', '"x"'])('arguments that are no object (%s) fail the stream', (input) => {
  expect(() => encodeGemini([start, ...call(0, 'f', input), finish('tool-calls')])).toThrow(ProxyError);
});

test('a call that the output limit cut is left out and reported', () => {
  const { chunks, edits, faults } = encodeGemini([start, ...call(0, 'f', '{"a":'), finish('length')]);
  expect(faults).toEqual([]);
  expect(partsOf(chunks)).toEqual([{ text: '' }]);
  expect(chunks[0]?.candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
  expect(edits).toMatchObject([{ rule: 'not-carried' }]);
});

test('thoughts are shown to who asked, and to nobody else', () => {
  const parts = [start, ...thought(0, 'Hm.', null), ...text(1, 'Yes.'), finish('stop')];
  expect(partsOf(encodeGemini(parts, showThoughts).chunks)).toEqual([
    { text: 'Hm.', thought: true },
    { text: 'Yes.' },
    { text: '' },
  ]);
  expect(encodeGemini(parts, showThoughts).whole?.text).toBe('Yes.');
  expect(partsOf(encodeGemini(parts).chunks)).toEqual([{ text: 'Yes.' }, { text: '' }]);
});

test.each<[string, readonly StreamPart[], readonly (string | undefined)[], readonly (readonly [string, number])[][]]>([
  [
    'on the call behind the thought, also where text stands between',
    [...thought(0, 'Hm.', 'A'), ...text(1, 'See.'), ...call(2, 'f', '{}'), ...call(3, 'g', '{}')],
    ['See.', 'f signed', 'g', ''],
    [[['A', 0]]],
  ],
  [
    'on the last part where there is no call',
    [...thought(0, 'Hm.', 'A'), ...text(1, 'Yes.')],
    ['Yes.', ' signed'],
    [[['A', 0]]],
  ],
  [
    'on the first call where the seal comes behind the calls',
    [...call(0, 'f', '{}'), ...thought(1, '', 'late')],
    ['f signed', ''],
    [[['late', 1]]],
  ],
  [
    "before all of the answer where it is Copilot's, which comes last",
    [...text(0, 'x'), ...call(1, 'f', '{}'), ...thought(2, '', null).toSpliced(1, 0, sealOf(2, 'whole', 'opaque'))],
    ['x', 'f signed', ''],
    [[['whole', 0]]],
  ],
  [
    'all of them on one call',
    [...thought(0, 'a', 'A'), ...text(1, 'x'), ...thought(2, 'b', 'B'), ...call(3, 'f', '{}')],
    ['x', 'f signed', ''],
    [
      [
        ['A', 0],
        ['B', 1],
      ],
    ],
  ],
  [
    'its own on each call',
    [
      ...call(0, 'f', '{}').toSpliced(1, 0, sealOf(0, 'F', 'thought')),
      ...call(1, 'g', '{}').toSpliced(1, 0, sealOf(1, 'G', 'thought')),
    ],
    ['f signed', 'g signed', ''],
    [[['F', 0]], [['G', 1]]],
  ],
])('a seal stands %s', (_name, parts, told, sealed) => {
  const { chunks, seals, faults } = encodeGemini([start, ...parts, finish('stop')]);
  expect(faults).toEqual([]);
  expect(
    partsOf(chunks).map(
      (part) => (part.functionCall?.name ?? part.text ?? '?') + (part.thoughtSignature === undefined ? '' : ' signed'),
    ),
  ).toEqual(told);
  expect(seals.map((entries) => entries.map(({ blob, at }) => [blob, at]))).toEqual(sealed);
});

test.each<[FinishReason, string, boolean]>([
  ['stop', 'STOP', false],
  ['length', 'MAX_TOKENS', false],
  ['tool-calls', 'STOP', false],
  ['stop-sequence', 'STOP', false],
  ['refusal', 'SAFETY', false],
  ['content-filter', 'SAFETY', false],
  ['context-window', 'MAX_TOKENS', true],
  ['pause', 'STOP', true],
])('%s is told as %s', (reason, told, isReported) => {
  const { chunks, edits, faults } = encodeGemini([start, ...text(0, 'a'), finish(reason)]);
  expect(faults).toEqual([]);
  expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe(told);
  expect(chunks.at(-1)).not.toHaveProperty('promptFeedback');
  expect(edits.length > 0).toBe(isReported);
});

test('what is filtered before a word of it blocks the prompt, and says why', () => {
  const { chunks, faults } = encodeGemini([start, finish('content-filter', 'Not this.')]);
  expect(faults).toEqual([]);
  expect(chunks).toHaveLength(1);
  expect(chunks[0]).toMatchObject({
    promptFeedback: { blockReason: 'SAFETY' },
    candidates: [{ finishReason: 'SAFETY', finishMessage: 'Not this.' }],
  });
});

test("a refusal in the model's own words is an answer", () => {
  const refusal = blockOf({ type: 'block-start', block: 0, kind: 'refusal' }, 'I will not.');
  const { whole } = encodeGemini([start, ...refusal, finish('refusal')]);
  expect([whole?.text, whole?.candidates?.[0]?.finishReason]).toEqual(['I will not.', 'STOP']);
});

test('pages that are cited are told once each, and how likely tokens were beside them', () => {
  const page = { kind: 'url', url: 'https://a.test/', title: 'A', citedText: null, start: 0, end: 3 } as const;
  const { whole, edits, faults } = encodeGemini([
    start,
    ...text(0, 'abc').toSpliced(
      1,
      0,
      { type: 'annotation', block: 0, annotation: page },
      { type: 'annotation', block: 0, annotation: page },
      {
        type: 'logprobs',
        block: 0,
        tokens: [{ token: 'abc', logprob: -0.5, bytes: null, top: [{ token: 'x', logprob: -2, bytes: null }] }],
      },
    ),
    finish('stop'),
  ]);
  expect(faults).toEqual([]);
  expect(whole?.candidates?.[0]).toMatchObject({
    groundingMetadata: { groundingChunks: [{ web: { uri: 'https://a.test/', title: 'A' } }] },
    logprobsResult: {
      chosenCandidates: [{ token: 'abc', logProbability: -0.5 }],
      topCandidates: [{ candidates: [{ token: 'x', logProbability: -2 }] }],
    },
  });
  expect(edits).toHaveLength(1);
});

test("behind a failure stands what makes the SDK's 1.x throw: it takes an error for a chunk, and the end for a good one", () => {
  const { frames } = encodeGemini([], {}, new ProxyError('upstream_truncated', 'broke off'));
  expect(frames).toMatch(/^data: \{"error":[^\n]*\}\r\n\r\nevent: error\r\n$/);
  expect(frames).not.toMatch(/^:/m);
});

test("a failure is Google's error, and nothing follows it", () => {
  const { chunks, faults, whole } = encodeGemini(
    [start, ...text(0, 'a')],
    {},
    new ProxyError('upstream_stalled', 'It went silent.'),
  );
  expect(faults).toEqual([]);
  expect(chunks.at(-1)).toEqual({ error: { code: 502, message: 'It went silent.', status: 'UNAVAILABLE' } });
  expect(whole).toBeNull();
});
