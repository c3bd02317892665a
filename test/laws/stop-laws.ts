/** Stop sequences that we look for ourselves: the answer ends before the first of them, wherever pieces were cut. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { anyText, inPieces } from './arbitraries/texts.ts';
import type { Answer } from './arbitraries/answers.ts';
import type { ClientProtocol } from './arbitraries/write-bodies.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import type { Law } from './law.ts';
import { readAnswer } from './read-answer.ts';
import { answer, ask, collected, modelFor, translatedPairs } from './rig.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

const stop = fc.oneof(
  fc.constantFrom('END', '\n\n', '😀', 'ab', 'aba', '</', 'é', '\u2028'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
);
const piece = fc.oneof(anyText, stop, fc.constantFrom('a', 'b', 'EN', 'D', '\n', '\ud83d\ude01'));

const messages = [{ role: 'user', content: 'Hello' }];

/** Who has words for it. */
const asking: Readonly<Partial<Record<ClientProtocol, (stops: readonly string[]) => object>>> = {
  'openai-chat': (stop) => ({ messages, stop, stream_options: { include_usage: true } }),
  'anthropic-messages': (stop) => ({ messages, stop_sequences: stop, max_tokens: 9 }),
  gemini: (stop) => ({ contents: [{ parts: [{ text: 'Hello' }] }], generationConfig: { stopSequences: stop } }),
  ollama: (stop) => ({ messages, options: { stop } }),
};

export const stopLaws: readonly Law[] = [
  {
    number: 7,
    sentence: 'a stop sequence that the endpoint lacks stops the answer all the same',
    pairs: translatedPairs.filter(({ client, endpoint }) => asking[client] && endpoint === '/responses'),
    share: 1,
    property: (pair) =>
      fc.property(
        fc.uniqueArray(stop, { minLength: 1, maxLength: 3 }),
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (stops, text, lengths, ascii) => {
          const body = { model: modelFor(pair.endpoint), stream: true, ...asking[pair.client]?.(stops) };
          const { plan, edits } = ask(pair, Buffer.from(JSON.stringify(body)));
          expect(edits.map(({ rule }) => rule)).toContain('stop-emulated');
          const said: Answer = {
            blocks: [{ kind: 'text', pieces: inPieces(text, lengths) }],
            weave: [0],
            ending: 'stop',
            counts: { input: 1, cacheRead: 0, cacheWrite: 0, output: 1, reasoning: 0, nanoAiu: null },
            quirk: null,
            ascii,
            lineEnd: '\n',
          };
          const { bytes, ended } = answer(plan, writeStream(pair.endpoint, said));
          expect(ended).toBe(true);
          const whole = collected(pair.client, bytes) ?? '{}';
          const places = stops.map((each) => text.indexOf(each)).filter((at) => at >= 0);
          const kept = places.length === 0 ? text : text.slice(0, Math.min(...places));
          expect(readAnswer(pair.client, whole).said).toEqual(kept === '' ? [] : [`text:${kept}`]);
          if (pair.client !== 'anthropic-messages') return;
          const told: Json = JSON.parse(whole);
          expect(told.stop_reason).toBe(places.length === 0 ? 'end_turn' : 'stop_sequence');
          if (places.length > 0) expect(text.slice(kept.length).startsWith(told.stop_sequence)).toBe(true);
        },
      ),
  },
];
