/** An upstream whose streams never end, in pieces that end anywhere; some of its heads take their time. */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Random } from '../fuzz/random.ts';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';

const wireOf: Readonly<Record<string, Wire>> = {
  '/chat/completions': 'chat',
  '/v1/messages': 'messages',
  '/responses': 'responses',
};

export interface EndlessUpstream {
  readonly url: string;
  readonly streams: number;
  readonly sockets: number;
  close(): Promise<unknown>;
}

/** `onLeft` is told when a call is left, by the number behind `call ` in its body. */
export async function startEndlessUpstream(
  models: readonly object[],
  random: Random,
  onLeft: (call: number) => void,
): Promise<EndlessUpstream> {
  const sockets = new Set<Socket>();
  let streams = 0;
  const server = http.createServer((request, response) => {
    if (request.url === '/models') return void response.end(JSON.stringify({ object: 'list', data: models }));
    const wire = wireOf[request.url ?? ''];
    if (wire === undefined) return void response.writeHead(404).end();
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString('latin1')));
    const { frames, contentAt } = goodStreams[wire];
    const start = frames.slice(0, contentAt).map((frame) => `${frame}\n\n`);
    const again = Buffer.from(`${frames[contentAt]}\n\n`);
    streams += 1;
    let pace: NodeJS.Timeout | undefined;
    const late = setTimeout(() => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(start.join(''));
      let at = 0;
      pace = setInterval(() => {
        const end = Math.min(again.length, at + 1 + random.below(again.length));
        response.write(again.subarray(at, end));
        at = end === again.length ? 0 : end;
      }, 4);
    }, random.below(40));
    response.on('close', () => {
      clearTimeout(late);
      clearInterval(pace);
      streams -= 1;
      onLeft(Number(/call (\d+)/.exec(body)?.[1] ?? -1));
    });
  });
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get streams() {
      return streams;
    },
    get sockets() {
      return sockets.size;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
