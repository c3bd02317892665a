/** The relay does what its script says: a fault of the network that is not played would prove nothing. */
import net, { type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startTcpRelay, type RelayPlan } from './support/tcp-relay.ts';

/** Says its name, then everything back. */
async function startEcho(name = '') {
  const sockets: Socket[] = [];
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).write(name);
    socket.on('data', (data) => socket.write(data)).on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

function open(port: number) {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const heard = { text: '', pieces: 0, ended: false, error: '' };
  socket.on('data', (data: Buffer) => ((heard.text += data.toString()), (heard.pieces += 1)));
  socket.on('end', () => (heard.ended = true));
  socket.on('error', (error: NodeJS.ErrnoException) => (heard.error = error.code ?? ''));
  onTestFinished(() => void socket.destroy());
  return { socket, heard };
}

async function relayed(plan: RelayPlan = {}) {
  const echo = await startEcho();
  const relay = await startTcpRelay(echo);
  relay.plan(plan);
  const client = open(relay.port);
  await once(client.socket, 'connect');
  return { echo, relay, ...client };
}

test('bytes and ends go through, both ways', async () => {
  const { socket, heard, relay } = await relayed();
  socket.write('one ');
  socket.end('two');
  await once(socket, 'close');
  expect(heard).toMatchObject({ text: 'one two', ended: true, error: '' });
  await vi.waitFor(() => expect(relay.open).toBe(0));
});

test('late and in small pieces, the order stays', async () => {
  const { socket, heard } = await relayed({ toClient: { pieceBytes: 3, delayMs: 20, bytesPerSecond: 300 } });
  socket.end('abcdefghijklmnopqrstuvwxyz');
  await once(socket, 'close');
  expect(heard).toMatchObject({ text: 'abcdefghijklmnopqrstuvwxyz', ended: true });
  expect(heard.pieces).toBeGreaterThan(1);
});

test.each([
  ['reset', { ended: false, error: 'ECONNRESET' }],
  ['fin', { ended: true, error: '' }],
  ['stall', { ended: false, error: '' }],
] as const)('a connection that breaks behind five bytes by %s', async (by, expected) => {
  const { socket, heard, relay } = await relayed({ toClient: { breaks: { afterBytes: 5, by } } });
  socket.write('123456789');
  await vi.waitFor(() => expect(heard).toMatchObject(expected));
  await vi.waitFor(() => expect(['12345', '']).toContain(heard.text));
  expect(relay.open).toBe(by === 'reset' ? 0 : 1);
});

test('after a silence nobody hears anything, nobody is told, and new connections go through', async () => {
  const { echo, socket, heard, relay } = await relayed();
  socket.write('one');
  await vi.waitFor(() => expect(heard.text).toBe('one'));
  relay.silence();
  socket.end('two');
  echo.sockets[0]?.end('three');
  const { socket: next, heard: nextHeard } = open(relay.port);
  next.write('four');
  await vi.waitFor(() => expect(nextHeard.text).toBe('four'));
  expect(heard).toMatchObject({ text: 'one', ended: false, error: '' });
});

test('connections that are held arrive in the other order, and at another server', async () => {
  const { relay } = await relayed();
  const names: number[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined).on('data', (data) => names.push(Number(data.toString())));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  relay.leadTo((server.address() as AddressInfo).port);
  relay.hold();
  for (const name of [1, 2, 3]) {
    const { socket } = open(relay.port);
    socket.write(String(name));
    await vi.waitFor(() => expect(relay.accepted).toBe(1 + name));
  }
  relay.release('last');
  await vi.waitFor(() => expect(names).toEqual([3, 2, 1]));
});
