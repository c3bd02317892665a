/** U-023: a million one-character events, through every lane: all arrive, and the process does not grow with them. */
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { rawKey, rawModels, startRawProxy } from '../support/raw-proxy.ts';
import { jsonAnswer } from '../support/raw-upstream.ts';

const events = 1_000_000;
const perBlock = 10_000;
const turns = [{ role: 'user', content: 'hi' }];

const rows: readonly (readonly [name: string, wire: Wire, path: string, body: object])[] = [
  [
    'chat raw',
    'chat',
    '/v1/chat/completions',
    { model: 'm-chat', messages: turns, stream_options: { include_usage: true } },
  ],
  ['chat patched', 'chat', '/v1/chat/completions', { model: 'm-chat', messages: turns }],
  ['messages', 'messages', '/v1/messages', { model: 'm-messages', max_tokens: 9, messages: turns }],
  ['responses', 'responses', '/v1/responses', { model: 'm-responses', input: 'hi' }],
];

const oneCharacter: Readonly<Record<Wire, string>> = {
  chat: 'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"x"}}]}\n\n',
  messages:
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}\n\n',
  responses:
    'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_a","output_index":0,"content_index":0,"delta":"x"}\n\n',
};

test.each(rows)('%s', { timeout: 120_000 }, async (_name, wire, path, body) => {
  const { frames, contentAt } = goodStreams[wire];
  const text = (list: readonly string[]) => list.map((frame) => `${frame}\n\n`).join('');
  const block = Buffer.from(oneCharacter[wire].repeat(perBlock));
  const sent = createHash('sha256');
  const server = http.createServer((request, response) => {
    request.resume();
    if (request.url === '/models') return void response.end(JSON.stringify({ object: 'list', data: rawModels }));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    void (async () => {
      const put = async (bytes: Buffer) => {
        sent.update(bytes);
        if (!response.write(bytes)) await new Promise((resolve) => response.once('drain', resolve));
      };
      await put(Buffer.from(text(frames.slice(0, contentAt))));
      for (let count = 0; count < events; count += perBlock) await put(block);
      await put(Buffer.from(text(frames.slice(contentAt))));
      response.end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const rig = await startRawProxy(() => jsonAnswer({}, 500), {}, { copilotApiUrl: `http://127.0.0.1:${port}` });
  const before = process.memoryUsage.rss();
  let highest = 0;
  const got = createHash('sha256');
  let seen = 0;
  let tail = '';
  const request = http.request(rig.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${rawKey}`, 'content-type': 'application/json' },
  });
  request.end(JSON.stringify({ ...body, stream: true }));
  const reply = await new Promise<http.IncomingMessage>((resolve, reject) =>
    request.on('response', resolve).on('error', reject),
  );
  reply.on('data', (chunk: Buffer) => {
    got.update(chunk);
    tail += chunk.toString('latin1');
    const whole = tail.lastIndexOf('\n\n') + 2;
    seen += tail.slice(0, whole).split(/"(?:content|text|delta)":"x"/).length - 1;
    tail = tail.slice(whole);
    highest = Math.max(highest, process.memoryUsage.rss());
  });
  await finished(reply);
  expect(reply.statusCode).toBe(200);
  expect(seen).toBe(events);
  if (reply.headers['x-crossfeed-lane'] === 'raw') expect(got.digest('hex')).toBe(sent.digest('hex'));
  // 90 to 200 MB went by.
  expect(highest - before).toBeLessThan(120e6);
  await rig.close();
  await new Promise((resolve) => server.close(resolve));
});
