/** The HTTP proxy that the clients are told to use for the outside world: it refuses, and remembers what they wanted. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ShutDoor {
  readonly url: string;
  /** The hosts that were asked for since the last call. */
  takeAsked(): readonly string[];
  close(): void;
}

export async function openShutDoor(): Promise<ShutDoor> {
  let asked = new Set<string>();
  const server = createServer((request, response) => {
    asked.add(request.url ?? '');
    response.writeHead(403, { connection: 'close' }).end();
  });
  server.on('connect', (request, socket) => {
    asked.add(request.url ?? '');
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeAsked() {
      const taken = [...asked];
      asked = new Set();
      return taken;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
