/** The first yardstick: the shortest honest `node:http` proxy, request and answer piped through, nothing else done. */
import { renameSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as askUpstream } from 'node:http';
import type { AddressInfo } from 'node:net';

const [upstreamPort = '', readyFile = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

const server = createServer((request, response) => {
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const upstream = askUpstream(
    { host: '127.0.0.1', port: upstreamPort, path: request.url, method: request.method, headers, agent },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    },
  );
  upstream.on('error', () => response.destroy());
  response.on('close', () => {
    if (!response.writableFinished) upstream.destroy();
  });
  request.pipe(upstream);
});

server.listen({ host: '127.0.0.1', port: 0, backlog: 2048 }, () => {
  const { port } = server.address() as AddressInfo;
  writeFileSync(`${readyFile}.part`, JSON.stringify({ pid: process.pid, port }));
  renameSync(`${readyFile}.part`, readyFile);
});
