/** A prompt that is too long, in all the upstream's words: each client hears the phrase or code that makes it compact. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import type { RawAnswer } from './support/raw-upstream.ts';

let answer: RawAnswer;
let proxy: RawProxy;
beforeAll(async () => {
  proxy = await startRawProxy(() => answer);
});
afterAll(() => proxy.close());

const json = (status: number, body: object): RawAnswer => ({
  status,
  headers: ['content-type: application/json'],
  chunks: [JSON.stringify(body)],
});
const openAi = (message: string, code?: string) => ({ error: { message, code } });

const texts: readonly (readonly [string, RawAnswer])[] = [
  [
    'Anthropic',
    json(400, {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    }),
  ],
  [
    'Copilot with its code',
    json(400, openAi('prompt token count of 130000 exceeds the limit of 128000', 'model_max_prompt_tokens_exceeded')),
  ],
  [
    'Copilot, flat',
    json(400, {
      message: 'prompt token count of 130000 exceeds the limit of 128000',
      code: 'model_max_prompt_tokens_exceeded',
    }),
  ],
  [
    'OpenAI',
    json(
      400,
      openAi(
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
        'context_length_exceeded',
      ),
    ),
  ],
  [
    'Responses',
    json(
      400,
      openAi(
        'Your input exceeds the context window of this model. Please adjust your input and try again.',
        'context_length_exceeded',
      ),
    ),
  ],
  ['the body alone', json(413, openAi('Request body is too large for model context window'))],
  [
    'Google',
    json(
      400,
      openAi(
        'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
        'invalid_request_body',
      ),
    ),
  ],
];

const turns = [{ role: 'user', content: 'hi' }];
const doors = [
  ['/v1/messages', { model: 'm-messages', max_tokens: 9, messages: turns }],
  ['/v1/chat/completions', { model: 'm-chat', messages: turns }],
  ['/v1/responses', { model: 'm-responses', input: turns }],
] as const;

interface Refused {
  readonly type?: string;
  readonly error: { readonly type?: string; readonly code?: string; readonly message: string };
}

const rows = texts.flatMap(([words, refusal]) =>
  doors.flatMap(([path, body]) => [true, false].map((stream) => [words, path, stream, body, refusal] as const)),
);

test.each(rows)('%s, at %s, streamed: %s', async (_words, path, stream, body, refusal) => {
  answer = refusal;
  const reply = await proxy.post(path, { ...body, stream });
  const said = (await reply.json()) as Refused;
  expect(reply.status).toBe(400);
  expect(reply.headers.get('x-should-retry') ?? 'false').toBe('false');
  if (path === '/v1/messages') {
    expect(said).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect(said.error.message).toMatch(/prompt is too long(: \d+ tokens > \d+ maximum)?/);
  } else {
    expect(said.error.code).toBe('context_length_exceeded');
  }
});

test('a refusal names the lane and the edits of the request that was refused', async () => {
  answer = json(400, openAi('prompt token count of 2 exceeds the limit of 1', 'model_max_prompt_tokens_exceeded'));
  const reply = await proxy.post('/v1/responses', { model: 'm-responses', input: turns, store: true });
  expect(reply.headers.get('x-crossfeed-lane')).toBe('patched');
  expect(reply.headers.get('x-crossfeed-edits')).toBe('store-off');
});
