/** What a stream keeps of its request while it runs: nothing of a large one. */
import http from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { rawKey, startRawProxy, type RawProxy } from './support/raw-proxy.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const streams = 24;
const bodyBytes = 1024 * 1024;
const firstWords = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"one"}}]}\n\n';

let rig: RawProxy | undefined;
afterEach(async () => rig?.close());

/** Opens a stream, and answers when its first words are there. */
function open(url: string, body: Buffer): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${rawKey}`, 'content-type': 'application/json' };
    const request = http.request(`${url}/v1/chat/completions`, { method: 'POST', headers, agent: false });
    request.on('error', reject);
    request.on('response', (response) => response.once('data', () => resolve(request)));
    for (let at = 0; at < body.length; at += 65_536) request.write(body.subarray(at, at + 65_536));
    request.end();
  });
}

async function heldBytes(): Promise<number> {
  // What the last turn of the event loop held is free in the next one.
  for (let round = 0; round < 8; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('open streams hold none of their large bodies', async () => {
  const started = await startRawProxy(() => ({ chunks: [firstWords], end: 'silence' }));
  rig = started;
  const body = Buffer.from(
    JSON.stringify({ model: 'm-chat', stream: true, messages: [{ role: 'user', content: 'x'.repeat(bodyBytes) }] }),
  );
  const before = await heldBytes();
  const clients = await Promise.all(Array.from({ length: streams }, () => open(started.url, body)));
  started.upstream.forget();
  const held = (await heldBytes()) - before;
  for (const client of clients) client.destroy();
  expect(held / streams).toBeLessThan(bodyBytes / 4);
});

const inBandError = 'data: {"error":{"message":"No such thing as a canary sentence.","code":"server_error"}}\n\n';

test.each([
  ['of an upstream that may quote it', 'x'.repeat(bodyBytes), inBandError, '[…]'],
  ['of our own', 'x'.repeat(bodyBytes), '', 'The upstream broke off before its answer was complete.'],
  ['beside a small one, which is kept', 'a canary sentence', inBandError, 'No such thing as […]'],
])('what is kept of a late failure without the body: words %s', async (_whose, content, rest, kept) => {
  const started = await startRawProxy(() => ({ chunks: [firstWords, rest], end: 'clean' }));
  rig = started;
  const messages = [{ role: 'user', content }];
  const reply = await started.post('/v1/chat/completions', { model: 'm-chat', stream: true, messages });
  const text = await reply.text();
  if (rest !== '') expect(text).toContain('canary sentence');
  const ended = started.events.find(({ type }) => type === 'ended');
  expect(ended).toMatchObject({ outcome: 'failed', error: { message: kept } });
});
