/** A way to a server that can go down, as when a laptop sleeps or changes its network: nothing arrives, nobody answers. */
import net, { type AddressInfo } from 'node:net';

export interface NetworkGate {
  readonly url: string;
  /** Where it leads; connections made before wait for it. */
  lead(toUrl: string): void;
  /** Breaks every connection, and each new one until it is told otherwise. */
  setDown(down: boolean): void;
  /** Nothing goes through the connections of now any more, and nobody is told. */
  silence(): void;
  /** Connections that the gate broke. */
  readonly broken: number;
  /** Somebody asked, and nothing came back yet. */
  readonly isBusy: boolean;
  close(): Promise<void>;
}

export async function openNetworkGate(): Promise<NetworkGate> {
  const target = Promise.withResolvers<number>();
  const sockets = new Set<net.Socket>();
  const waiting = new Set<net.Socket>();
  let isDown = false;
  let broken = 0;
  const keep = (socket: net.Socket) => {
    sockets.add(socket);
    socket
      .on('error', () => socket.destroy())
      .on('close', () => {
        sockets.delete(socket);
        waiting.delete(socket);
      });
  };
  async function join(near: net.Socket) {
    const far = net.connect(await target.promise, '127.0.0.1');
    keep(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.on('data', () => waiting.add(near)).pipe(far);
    far.on('data', () => waiting.delete(near)).pipe(near);
  }
  const server = net.createServer((near) => {
    keep(near);
    if (!isDown) return void join(near);
    broken += 1;
    near.resetAndDestroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = () => {
    broken += sockets.size / 2;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead: (toUrl) => target.resolve(Number(new URL(toUrl).port)),
    setDown(down) {
      isDown = down;
      if (down) breakAll();
    },
    silence() {
      broken += sockets.size / 2;
      for (const socket of sockets) socket.unpipe().pause();
      waiting.clear();
    },
    get broken() {
      return broken;
    },
    get isBusy() {
      return waiting.size > 0;
    },
    async close() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
