/**
 * The second yardstick: the leanest proxy that safe libraries allow. `node:http` in front, undici dispatch behind,
 * and the buffers of one tick joined into one write.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type Dispatcher } from 'undici';

const [upstreamPort = '', readyFile = ''] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, {
  connections: null,
  pipelining: 1,
  allowH2: false,
  bodyTimeout: 0,
  headersTimeout: 0,
});

function relay(response: ServerResponse): Dispatcher.DispatchHandler {
  let waiting: Buffer[] = [];
  let controller: Dispatcher.DispatchController | undefined;
  const flush = () => {
    const [first] = waiting;
    if (first === undefined) return;
    const joined = waiting.length === 1 ? first : Buffer.concat(waiting);
    waiting = [];
    if (!response.write(joined)) controller?.pause();
  };
  response.on('drain', () => controller?.resume());
  response.on('close', () => {
    if (!response.writableFinished) controller?.abort(new Error('the client left'));
  });
  return {
    onRequestStart(started) {
      controller = started;
    },
    onResponseStart(_controller, status, headers) {
      const sent: string[] = [];
      for (const name of ['content-type', 'content-length', 'x-request-id']) {
        const value = headers[name];
        if (typeof value === 'string') sent.push(name, value);
      }
      response.writeHead(status, sent);
    },
    onResponseData(_controller, chunk) {
      if (waiting.push(chunk) === 1) process.nextTick(flush);
    },
    onResponseEnd() {
      flush();
      response.end();
    },
    onResponseError() {
      response.destroy();
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const [first] = pieces;
    const body = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
    const headers = ['content-type', 'application/json', 'authorization', request.headers.authorization ?? ''];
    pool.dispatch({ path: request.url ?? '/', method: 'POST', headers, body }, relay(response));
  });
}

const server = createServer(answer);
server.listen({ host: '127.0.0.1', port: 0, backlog: 2048 }, () => {
  const { port } = server.address() as AddressInfo;
  writeFileSync(`${readyFile}.part`, JSON.stringify({ pid: process.pid, port }));
  renameSync(`${readyFile}.part`, readyFile);
});
