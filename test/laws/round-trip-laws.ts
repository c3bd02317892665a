/** The laws of a whole session: what a model said goes back to it, an own protocol's words stay, odd histories are mended. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Item } from '../../src/canonical/conversation.ts';
import { defaultConfig } from '../../src/config/config.ts';
import { readRequestBody } from '../../src/gateway/request-body.ts';
import { translateRequest } from '../../src/gateway/translate-request.ts';
import { answers, type Answer } from './arbitraries/answers.ts';
import { conversations, oddConversations } from './arbitraries/conversations.ts';
import { asSaidBy } from './arbitraries/said-by.ts';
import { writeBody } from './arbitraries/write-bodies.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { planOf } from './answer-laws.ts';
import type { Law } from './law.ts';
import { pairingBreaches } from './pairing.ts';
import { expectedAnswer } from './read-answer.ts';
import { expectedTurns, readBody } from './read-body.ts';
import { ask, answer, modelFor, modelOf, samePairs, translatedPairs, wholeAnswer } from './rig.ts';
import { nextRequest } from './next-request.ts';

const sealsOf = ({ blocks }: Answer) =>
  blocks.flatMap((block) => (block.kind === 'reasoning' && block.seal !== null ? [block.seal] : []));

export const roundTripLaws: readonly Law[] = [
  {
    number: 7,
    sentence: 'what a model said and sealed goes back to it',
    pairs: translatedPairs,
    share: 1,
    property: (pair) =>
      fc.property(answers(pair.endpoint), (said) => {
        const stream = writeStream(pair.endpoint, said);
        const whole = wholeAnswer(pair, planOf(pair), stream);
        const { edits: lost } = answer(planOf(pair), stream);
        const body = nextRequest(pair.client, whole ?? '{}', modelFor(pair.endpoint));
        const asked = ask(pair, Buffer.from(body));
        const read = readBody(pair.endpoint, asked.text);
        const seals = sealsOf(said);
        if (lost.some(({ rule }) => rule === 'not-carried'))
          expect(seals).toEqual(expect.arrayContaining([...read.seals]));
        // A text behind a call moves before it in Messages, and takes the thoughts that led to it along.
        else if (asked.edits.some(({ rule }) => rule === 'moved'))
          expect(read.seals.toSorted()).toEqual(seals.toSorted());
        else expect(read.seals).toEqual(seals);
        // As one text: Chat has no order of texts and calls.
        const spoken = (lines: readonly string[]) => {
          const text = lines.map((line) => line.replace(/^(?:text|refusal):/, '')).join('');
          // Blank texts do not go up to Anthropic.
          return pair.endpoint === '/v1/messages' ? text.replaceAll(/[ \t\r\n]/g, '') : text;
        };
        const model = read.turns.filter(({ who }) => who === 'model').flatMap((turn) => turn.said);
        const { said: lines } = expectedAnswer(pair.client, said);
        const isCall = (line: string) => line.startsWith('call ');
        const isThought = (line: string) => line.startsWith('thought:');
        expect(spoken(model.filter((line) => !isCall(line)))).toBe(
          spoken(lines.filter((line) => !isCall(line) && !isThought(line))),
        );
        const numbers = new Map<string, number>();
        const numbered = lines.filter(isCall).map((line) => {
          const id = said.blocks.flatMap((block) =>
            block.kind === 'call' && line.startsWith(`call ${block.callId} `) ? [block.callId] : [],
          )[0];
          if (id === undefined) return line;
          if (!numbers.has(id)) numbers.set(id, numbers.size);
          return `call ${numbers.get(id)}${line.slice(`call ${id}`.length)}`;
        });
        expect(model.filter(isCall)).toEqual(numbered);
        expect(pairingBreaches(pair.endpoint, asked.text)).toEqual([]);
      }),
  },
  {
    number: 7,
    sentence: 'decoded and encoded again it is the same request',
    pairs: samePairs,
    share: 0.5,
    property: (pair) =>
      fc.property(conversations({ mediaInResults: pair.client !== 'openai-chat' }), (said) => {
        const bytes = writeBody(pair.client, said, { model: modelFor(pair.endpoint), stream: true });
        const again = (body: Buffer) =>
          translateRequest({
            ...pair,
            model: modelOf(pair.endpoint),
            body: readRequestBody(body, defaultConfig.limits),
            accountName: 'octocat',
            session: 'session',
          }).body.bytes;
        const once = again(bytes);
        expect(readBody(pair.endpoint, once.toString()).turns).toEqual(expectedTurns(said.items, pair.endpoint));
        expect(again(once).toString()).toBe(once.toString());
      }),
  },
  {
    number: 7,
    sentence: 'calls without results and results without calls are mended, and told',
    pairs: translatedPairs,
    share: 1,
    property: (pair) =>
      fc.property(oddConversations, ({ conversation, isOdd }) => {
        const body = { model: modelFor(pair.endpoint), stream: true, giveAllIds: true };
        const asked = ask(pair, writeBody(pair.client, asSaidBy(pair.client, conversation), body));
        expect(pairingBreaches(pair.endpoint, asked.text)).toEqual([]);
        // Where ids are the caller's choice, a result whose id no call has is that of the call that has none.
        const count = (kind: Item['kind']) => conversation.items.filter((item) => item.kind === kind).length;
        const pairsByName = pair.client === 'gemini' || pair.client === 'ollama';
        if (isOdd && !(pairsByName && count('tool-call') === count('tool-result')))
          expect(asked.edits.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['repaired']));
      }),
  },
];
