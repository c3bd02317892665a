/** `decisions.md` 10: broken arguments are text to callers of OpenAI in both forms, and an error to all others in both. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Answer } from './arbitraries/answers.ts';
import { inPieces } from './arbitraries/texts.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { planOf, wholePlanOf } from './answer-laws.ts';
import type { Law } from './law.ts';
import { answer, collected, translatedPairs, wholeAnswer } from './rig.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

const broken = fc.constantFrom(
  '{"a":',
  '{"a":1',
  '[1]',
  '"a"',
  '{"a":1}}',
  '{a:1}',
  'null',
  '1',
  '{"a":"\n"}',
  '{"a":1},',
);

/** Callers whose arguments are an object. */
const readsObjects: ReadonlySet<string> = new Set(['anthropic-messages', 'gemini', 'ollama']);

export const brokenArgumentsLaws: readonly Law[] = [
  {
    number: 3,
    sentence: 'arguments that are no JSON object are told alike, streamed or whole',
    pairs: translatedPairs,
    share: 0.5,
    property: (pair) =>
      fc.property(broken, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }), (text, lengths) => {
        const said: Answer = {
          blocks: [{ kind: 'call', callId: 'call_1', name: 'f', pieces: inPieces(text, lengths) }],
          weave: [0],
          ending: 'stop',
          counts: { input: 1, cacheRead: 0, cacheWrite: 0, output: 1, reasoning: 0, nanoAiu: null },
          quirk: null,
          ascii: false,
          lineEnd: '\n',
        };
        const stream = writeStream(pair.endpoint, said);
        const { bytes, fault, ended } = answer(planOf(pair), stream);
        if (readsObjects.has(pair.client)) {
          expect(fault).toMatch(/no JSON object/);
          expect(ended).toBe(false);
          expect(() => wholeAnswer(pair, wholePlanOf(pair), stream)).toThrow(/no JSON object/);
          return;
        }
        expect(fault).toBeNull();
        for (const whole of [collected(pair.client, bytes), wholeAnswer(pair, wholePlanOf(pair), stream)]) {
          const told: Json = JSON.parse(whole ?? '{}');
          const item = told.output?.[0] ?? told.choices[0].message.tool_calls[0].function;
          expect(item.arguments).toBe(text);
        }
      }),
  },
];
