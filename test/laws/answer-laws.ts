/** The laws of the way down: raw bytes, any cut, one answer in both forms, grammar, ids, usage. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { openEnvelope } from '../../src/translation/sealed-envelope.ts';
import { readStream, type StreamWire } from '../support/stream-grammar.ts';
import { answers, type Answer } from './arbitraries/answers.ts';
import { writeBody, type ClientProtocol } from './arbitraries/write-bodies.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { normalArguments } from './exact-json.ts';
import type { Law } from './law.ts';
import { expectedAnswer, readAnswer } from './read-answer.ts';
import {
  allPairs,
  answer,
  ask,
  collected,
  modelFor,
  samePairs,
  translatedPairs,
  wholeAnswer,
  type Pair,
} from './rig.ts';

export const wires: Readonly<Record<ClientProtocol, StreamWire>> = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
  gemini: 'gemini',
  ollama: 'ollama',
};

const hello = {
  items: [{ kind: 'message', role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
  tools: [],
  asked: [1],
  ascii: false,
} as const;

type Plan = ReturnType<typeof ask>['plan'];
const plans = new Map<Pair, { readonly streamed: Plan; readonly whole: Plan }>();

function plansOf(pair: Pair) {
  const known = plans.get(pair);
  if (known) return known;
  const planned = (stream: boolean) =>
    ask(pair, writeBody(pair.client, hello, { model: modelFor(pair.endpoint), stream }), { stream }).plan;
  const both = { streamed: planned(true), whole: planned(false) };
  plans.set(pair, both);
  return both;
}

/** Of a caller who asked for a stream. */
export const planOf = (pair: Pair): Plan => plansOf(pair).streamed;
/** Of one who did not. */
export const wholePlanOf = (pair: Pair): Plan => plansOf(pair).whole;

/** Ids that we mint depend on the request, and so on whether it asked for a stream. */
function withoutIds(answer: string | null): unknown {
  return JSON.parse(answer ?? 'null', (key, value: unknown) =>
    key === 'id' || key === 'responseId' ? undefined : value,
  );
}

const cuts = fc.array(fc.nat(4000), { maxLength: 12 });
const blobsOf = ({ blocks }: Answer) =>
  blocks.flatMap((block) => (block.kind === 'reasoning' && block.seal !== null ? [block.seal] : []));

export const answerLaws: readonly Law[] = [
  {
    number: 1,
    sentence: 'raw comes down as it came, byte for byte',
    pairs: samePairs,
    share: 0.5,
    property: (pair) =>
      fc.property(answers(pair.endpoint, { plain: true }), cuts, (said, at) => {
        const stream = writeStream(pair.endpoint, said);
        const plan = planOf(pair);
        expect(plan.returnWay).toBeNull();
        const { bytes, ended, fault } = answer(plan, stream, at);
        expect({ ended, fault, same: bytes.equals(stream) }).toEqual({ ended: true, fault: null, same: true });
      }),
  },
  {
    number: 2,
    sentence: 'cut anywhere it is the same answer',
    pairs: allPairs,
    share: 0.6,
    property: (pair) =>
      fc.property(answers(pair.endpoint), cuts, (said, at) => {
        const stream = writeStream(pair.endpoint, said);
        expect(answer(planOf(pair), stream, at).bytes.toString()).toBe(answer(planOf(pair), stream).bytes.toString());
      }),
  },
  {
    number: 2,
    sentence: 'cut at every byte it is the same answer',
    pairs: translatedPairs,
    share: 0.05,
    property: (pair) =>
      fc.property(answers(pair.endpoint), (said) => {
        const stream = writeStream(pair.endpoint, said);
        const every = Array.from({ length: Math.min(stream.length, 8000) }, (_, at) => at);
        expect(answer(planOf(pair), stream, every).bytes.toString()).toBe(
          answer(planOf(pair), stream).bytes.toString(),
        );
      }),
  },
  {
    number: 3,
    sentence: 'all that the model said comes down, streamed or whole',
    pairs: translatedPairs,
    share: 1,
    property: (pair) =>
      fc.property(answers(pair.endpoint), (said) => {
        const stream = writeStream(pair.endpoint, said);
        const { bytes, ended, fault, edits } = answer(planOf(pair), stream);
        expect({ ended, fault }).toEqual({ ended: true, fault: null });
        const whole = wholeAnswer(pair, wholePlanOf(pair), stream);
        expect(withoutIds(whole)).toEqual(withoutIds(collected(pair.client, bytes)));
        expect(whole).not.toBeNull();
        const { seals, ...read } = readAnswer(pair.client, whole ?? '');
        expect(read).toEqual(expectedAnswer(pair.client, said));
        const entries = seals.flatMap((seal) => {
          const envelope = openEnvelope(seal);
          return envelope?.kind === 'ours' ? envelope.entries.map(({ blob }) => blob) : [`not ours: ${seal}`];
        });
        // Messages has no place for a seal behind the last words, and says so.
        if (edits.some(({ rule }) => rule === 'not-carried'))
          expect(blobsOf(said)).toEqual(expect.arrayContaining(entries));
        else expect(entries).toEqual(blobsOf(said));
      }),
  },
  {
    number: 4,
    sentence: 'what goes down satisfies the grammar, and says so piece by piece',
    pairs: translatedPairs,
    share: 1,
    property: (pair) =>
      fc.property(answers(pair.endpoint), (said) => {
        const { bytes, edits } = answer(planOf(pair), writeStream(pair.endpoint, said));
        expect(edits.filter(({ rule }) => rule === 'grammar-fault')).toEqual([]);
        const read = readStream(wires[pair.client], bytes.toString());
        expect(read.breaches).toEqual([]);
        expect(read.ending).toBe('finished');
        const { said: lines } = expectedAnswer(pair.client, said);
        const texts = lines.filter((line) => line.startsWith('text:')).map((line) => line.slice('text:'.length));
        expect(read.text).toBe(texts.join(''));
        expect(
          read.calls.map((call) => `call ${String(call.id)} ${String(call.name)} ${normalArguments(call.arguments)}`),
        ).toEqual(lines.filter((line) => line.startsWith('call ')));
      }),
  },
  {
    number: 4,
    sentence: 'a stream that breaks off anywhere never passes for a whole one',
    pairs: translatedPairs,
    share: 0.6,
    property: (pair) =>
      fc.property(answers(pair.endpoint), fc.double({ min: 0, max: 1, noNaN: true }), (said, share) => {
        const stream = writeStream(pair.endpoint, said);
        const kept = stream.subarray(0, Math.floor(stream.length * share));
        const { bytes, ended } = answer(planOf(pair), kept);
        const read = readStream(wires[pair.client], bytes.toString());
        // Nothing before the first frame; what is there is sound as far as it goes.
        if (bytes.length > 0) expect(read.breaches).toEqual([]);
        expect(read.ending).toBe(ended ? 'finished' : 'unfinished');
        if (!ended) return;
        // Whole but for its ending: nothing of what was said is missing.
        const { said: lines } = readAnswer(pair.client, collected(pair.client, bytes) ?? '{}');
        expect(lines).toEqual(expectedAnswer(pair.client, said).said);
      }),
  },
  {
    number: 8,
    sentence: 'usage is the same on every face, and in the records',
    pairs: translatedPairs,
    share: 0.3,
    property: (pair) =>
      fc.property(answers(pair.endpoint), (said) => {
        const { usage } = answer(planOf(pair), writeStream(pair.endpoint, said));
        const { input, cacheRead, cacheWrite, output, reasoning, nanoAiu } = said.counts;
        expect(usage).toEqual({
          inputTokens: input,
          cacheReadTokens: cacheRead,
          cacheWriteTokens: cacheWrite,
          outputTokens: output,
          reasoningTokens: reasoning,
          costNanoAiu: nanoAiu,
        });
      }),
  },
];
