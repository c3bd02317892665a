/** Law 9 on the wire: one request is one generation upstream, wherever the upstream breaks off and whatever was translated. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRawProxy, type RawProxy } from '../support/raw-proxy.ts';
import type { RawAnswer } from '../support/raw-upstream.ts';
import { readStream } from '../support/stream-grammar.ts';
import { answers } from './arbitraries/answers.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { nameOf } from './law.ts';
import { allPairs, type Pair } from './rig.ts';

let proxy: RawProxy;
let reply: RawAnswer = { chunks: [] };
beforeAll(async () => (proxy = await startRawProxy(() => reply)));
afterAll(() => proxy.close());

const asked = {
  'openai-chat': ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] }, 'chat'],
  'openai-responses': ['/v1/responses', { input: 'Hello' }, 'responses'],
  'anthropic-messages': ['/v1/messages', { max_tokens: 9, messages: [{ role: 'user', content: 'Hello' }] }, 'messages'],
} as const;
const models: Readonly<Partial<Record<Pair['endpoint'], string>>> = {
  '/chat/completions': 'm-chat',
  '/responses': 'm-responses',
  '/v1/messages': 'm-messages',
};

const runs = Number(process.env['FUZZ_RUNS'] ?? 6);

test.each(allPairs.map((pair) => [nameOf(pair), pair] as const))('law 9: %s', async (_name, pair) => {
  const [path, body, wire] = asked[pair.client];
  await fc.assert(
    fc.asyncProperty(
      answers(pair.endpoint, { plain: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('clean' as const, 'fin' as const, 'reset' as const),
      fc.boolean(),
      async (said, share, end, stream) => {
        const whole = writeStream(pair.endpoint, said);
        const kept = whole.subarray(0, Math.max(1, Math.floor(whole.length * share)));
        reply = { chunks: [kept], end };
        proxy.upstream.forget();
        const response = await proxy.post(path, {
          model: models[pair.endpoint],
          stream: true,
          ...body,
          ...(stream ? {} : { stream: false }),
        });
        const text = await response.text();
        const generations = proxy.upstream.requests.filter(({ method }) => method === 'POST');
        expect(generations).toHaveLength(1);
        if (stream && response.status === 200) {
          const read = readStream(wire, text);
          expect(read.ending).not.toBe('unfinished');
          expect(read.breaches).toEqual([]);
        } else if (stream) expect(JSON.parse(text)).toHaveProperty('error');
      },
    ),
    { numRuns: runs },
  );
});
