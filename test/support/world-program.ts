/** GitHub and Copilot in one, for a whole program that the world happens to; and what a caller asks that program. */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { goodStreams } from '../corpora/upstream-rows/good-streams.ts';
import { rawModels } from './raw-proxy.ts';
import { readStream } from './stream-grammar.ts';

export const worldKey = 'cf_test-key-of-the-world-tests';
export const worldBody = JSON.stringify({
  model: 'm-messages',
  max_tokens: 9,
  stream: true,
  messages: [{ role: 'user', content: 'hi' }],
});

/** GitHub and Copilot in one, on a port that stays the same when it comes and goes. */
export async function startGithub(port = 0) {
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let hold = false;
  const server = http.createServer((request, response) => {
    request.resume();
    const { port: own } = server.address() as AddressInfo;
    if (request.url?.startsWith('/copilot_internal/v2/token'))
      return void response.end(
        JSON.stringify({ token: 't', refresh_in: 1500, endpoints: { api: `http://127.0.0.1:${own}` } }),
      );
    if (request.url === '/models') return void response.end(JSON.stringify({ data: rawModels }));
    const { frames } = goodStreams.messages;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`${frames.slice(0, 3).join('\n\n')}\n\n`);
    const finish = () => void response.end(`${frames.slice(3).join('\n\n')}\n\n`);
    if (hold) held.push(finish);
    else finish();
  });
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return {
    port: (server.address() as AddressInfo).port,
    close,
    /** Streams stay open from now on, or go on. */
    hold(on: boolean) {
      hold = on;
      if (!on) for (const finish of held.splice(0)) finish();
    },
  };
}

export function worldEnvironment(port: number): Record<string, string> {
  const github = `http://127.0.0.1:${port}`;
  return {
    CROSSFEED_API_KEY: worldKey,
    CROSSFEED_GITHUB_TOKEN: 'ghu_tokenOfTheWorldTests000000000000000',
    CROSSFEED_GITHUB_URL: github,
    CROSSFEED_GITHUB_API_URL: github,
    CROSSFEED_LOG_FORMAT: 'json',
    CROSSFEED_PACE: 'false',
  };
}

/** Resolves with the head of the answer. */
export function callWorld(url: string): Promise<Response> {
  const headers = { 'x-api-key': worldKey, 'content-type': 'application/json', connection: 'close' };
  return fetch(`${url}/v1/messages`, { method: 'POST', headers, body: worldBody });
}

export async function askWorld(url: string): Promise<{ status: number; text: string }> {
  const reply = await callWorld(url);
  return { status: reply.status, text: await reply.text() };
}

export async function expectServed(url: string) {
  const { status, text } = await askWorld(url);
  expect(status, text).toBe(200);
  expect(readStream('messages', text)).toMatchObject({ ending: 'finished', breaches: [] });
}
