/** What the laws found, each as the smallest case of it. */
import { expect, test } from 'vitest';
import type { Answer } from './arbitraries/answers.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { planOf } from './answer-laws.ts';
import { allPairs, answer, wholeAnswer, type Pair } from './rig.ts';
import { readStream } from '../support/stream-grammar.ts';

function pairOf(client: Pair['client'], endpoint: Pair['endpoint']): Pair {
  const pair = allPairs.find((each) => each.client === client && each.endpoint === endpoint);
  if (!pair) throw new Error('no such pair');
  return pair;
}

const call = (...pieces: string[]): Answer => ({
  blocks: [{ kind: 'call', callId: 'call_1', name: 'f', pieces }],
  weave: [0],
  ending: 'stop',
  counts: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0, nanoAiu: null },
  quirk: null,
  ascii: false,
  lineEnd: '\n',
});

test.each(['/responses', '/chat/completions'] as const)(
  'law 3: a number of 20 digits in arguments keeps them in a whole message, from %s',
  (endpoint) => {
    const pair = pairOf('anthropic-messages', endpoint);
    const stream = writeStream(endpoint, call('{"id":12345678901234567891}'));
    expect(wholeAnswer(pair, planOf(pair), stream)).toContain('"input":{"id":12345678901234567891}');
  },
);

test.each(['openai-responses', 'anthropic-messages'] as const)(
  'law 4: an emoji in arguments that Chat cuts in two arrives whole at %s',
  (client) => {
    const pair = pairOf(client, '/chat/completions');
    const { bytes } = answer(planOf(pair), writeStream('/chat/completions', call('{"a":"\ud83d', '\ude00"}')));
    const { calls } = readStream(client === 'openai-responses' ? 'responses' : 'messages', bytes.toString());
    expect(calls.map((each) => each.arguments)).toEqual(['{"a":"😀"}']);
  },
);
