/** A client that leaves in the middle of a stream: the upstream must stop at once, for every token costs the user. */
import { Ollama } from 'ollama';
import { expect, test, vi } from 'vitest';
import { anthropic, google, openai } from '../support/sdk-clients.ts';
import type { StartedProxy } from '../support/start-proxy.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

/** A stream that would run for minutes. */
const text = 'Hello [[sim:long 100000]] [[sim:slow 20]]';
const messages = [{ role: 'user' as const, content: text }];

type Open = (door: StartedProxy, signal: AbortSignal) => Promise<AsyncIterable<unknown>>;

const faces: readonly (readonly [string, string, Open])[] = [
  [
    'chat',
    '/chat/completions',
    (door, signal) => openai(door).chat.completions.create({ model: 'gpt-5.2', messages, stream: true }, { signal }),
  ],
  [
    'responses',
    '/responses',
    (door, signal) => openai(door).responses.create({ model: 'gpt-6.1-sol', input: text, stream: true }, { signal }),
  ],
  [
    'messages',
    '/v1/messages',
    (door, signal) =>
      anthropic(door).messages.create(
        { model: 'claude-haiku-5.5', max_tokens: 32_000, messages, stream: true },
        { signal },
      ),
  ],
  [
    'gemini',
    '/responses',
    (door, abortSignal) =>
      google(door).models.generateContentStream({
        model: 'gpt-6.1-sol',
        contents: text,
        config: { abortSignal },
      }),
  ],
  [
    'ollama',
    '/responses',
    // Its own `abort` knows a call only once it is answered.
    ({ url, key }, signal) =>
      new Ollama({
        host: url,
        headers: { authorization: `Bearer ${key}` },
        fetch: (input, init) => fetch(input, { ...init, signal }),
      }).chat({ model: 'gpt-6.1-sol', messages, stream: true }),
  ],
];

test.each(faces)('leaving a %s stream ends it upstream, and counts as canceled', async (_face, path, open) => {
  const controller = new AbortController();
  let seen = 0;
  const stream = await open(proxy(), controller.signal);
  const reading = (async () => {
    for await (const _event of stream) {
      seen += 1;
      if (seen === 5) controller.abort();
    }
  })();
  await reading.catch(() => {});
  await vi.waitFor(() => expect(proxy().simulator.openStreams).toBe(0), { timeout: 5000, interval: 10 });
  expect(seen).toBeGreaterThanOrEqual(5);
  expect(proxy().simulator.requestsTo(path).at(-1)?.ended).toBe('client-left');
});

test.each(faces)('leaving %s before its first byte ends it upstream too', async (_face, path, open) => {
  proxy().simulator.addFault({ on: path, do: { kind: 'slow-first-byte', delayMs: 60_000 } });
  const controller = new AbortController();
  const before = proxy().simulator.requestsTo(path).length;
  const opening = open(proxy(), controller.signal);
  await vi.waitFor(() => expect(proxy().simulator.requestsTo(path)).toHaveLength(before + 1), { interval: 10 });
  controller.abort();
  await expect(opening).rejects.toThrow('aborted');
  await vi.waitFor(() => expect(proxy().simulator.requestsTo(path).at(-1)?.ended).toBe('client-left'), {
    timeout: 5000,
    interval: 10,
  });
});
