/** Law 9 on the wire: one request is one generation upstream, wherever the upstream breaks off and whatever was translated. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRawProxy, type RawProxy } from '../support/raw-proxy.ts';
import type { RawAnswer } from '../support/raw-upstream.ts';
import { readStream } from '../support/stream-grammar.ts';
import { answers } from './arbitraries/answers.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { wires } from './answer-laws.ts';
import { nameOf } from './law.ts';
import { allPairs, type Pair } from './rig.ts';

let proxy: RawProxy;
let reply: RawAnswer = { chunks: [] };
beforeAll(async () => (proxy = await startRawProxy(() => reply)));
afterAll(() => proxy.close());

const question = { messages: [{ role: 'user', content: 'Hello' }] };
const method = (stream: boolean) => (stream ? 'streamGenerateContent?alt=sse' : 'generateContent');

interface Question {
  readonly path: (model: string, stream: boolean) => string;
  readonly body: object;
}

const asked: Readonly<Record<Pair['client'], Question>> = {
  'openai-chat': { path: () => '/v1/chat/completions', body: question },
  'openai-responses': { path: () => '/v1/responses', body: { input: 'Hello' } },
  'anthropic-messages': { path: () => '/v1/messages', body: { max_tokens: 9, ...question } },
  gemini: {
    path: (model, stream) => `/v1beta/models/${model}:${method(stream)}`,
    body: { contents: [{ parts: [{ text: 'Hello' }] }] },
  },
  ollama: { path: () => '/api/chat', body: question },
};
const models: Readonly<Partial<Record<Pair['endpoint'], string>>> = {
  '/chat/completions': 'm-chat',
  '/responses': 'm-responses',
  '/v1/messages': 'm-messages',
};

const runs = Number(process.env['FUZZ_RUNS'] ?? 6);

test.each(allPairs.map((pair) => [nameOf(pair), pair] as const))('law 9: %s', async (_name, pair) => {
  const { path, body } = asked[pair.client];
  const wire = wires[pair.client];
  const model = models[pair.endpoint] ?? '';
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
        const told = pair.client === 'gemini' ? body : { model, stream, ...body };
        const response = await proxy.post(path(model, stream), told);
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
