/** A TCP relay on loopback that a test scripts: what a network does to connections that both ends believe in. */
import net, { type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What happens to the bytes of one direction. */
export interface Leg {
  /** Each piece comes so much later. */
  readonly delayMs?: number;
  /** Never more in one piece. */
  readonly pieceBytes?: number;
  readonly bytesPerSecond?: number;
  /** Behind so many bytes the connection breaks, in this way. */
  readonly breaks?: { readonly afterBytes: number; readonly by: Break };
}

/** `reset`: RST to both ends. `fin`: a half-close of this direction. `stall`: nothing more either way, and both stay open. */
export type Break = 'reset' | 'fin' | 'stall';

export interface RelayPlan {
  readonly toServer?: Leg;
  readonly toClient?: Leg;
}

export interface TcpRelay {
  readonly port: number;
  readonly url: string;
  /** Counted from the start. */
  readonly accepted: number;
  readonly open: number;
  /** For connections from now on. */
  plan(next: RelayPlan): void;
  /** The network changed: nothing goes through the connections of now any more, and nobody is told. */
  silence(): void;
  resetAll(): void;
  /** Connections wait from now on, and are let through in another order than they came in. */
  hold(): void;
  release(order?: 'first' | 'last'): void;
  /** Connections from now on go there. */
  leadTo(port: number, host?: string): void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  silence(): void;
}

export async function startTcpRelay(target: { port: number; host?: string }): Promise<TcpRelay> {
  let to = { port: target.port, host: target.host ?? '127.0.0.1' };
  let plan: RelayPlan = {};
  let accepted = 0;
  let held: Socket[] | undefined;
  const pairs = new Set<Pair>();
  const clients = new Set<Socket>();

  function connect(client: Socket): void {
    const server = net.connect({ ...to, noDelay: true, allowHalfOpen: true });
    const stops: (() => void)[] = [];
    const pair: Pair = { client, server, silence: () => stops.forEach((stop) => stop()) };
    pairs.add(pair);
    const breakBy = (by: Break, onward: Socket) => {
      if (by === 'fin') return void onward.end();
      if (by === 'stall') return pair.silence();
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    stops.push(
      carry(client, server, plan.toServer ?? {}, breakBy),
      carry(server, client, plan.toClient ?? {}, breakBy),
    );
    let silent = false;
    stops.push(() => (silent = true));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => silent || other.resetAndDestroy());
      one.on('close', () => {
        if (client.destroyed && server.destroyed) pairs.delete(pair);
      });
    }
  }

  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    accepted += 1;
    clients.add(client.on('close', () => clients.delete(client)));
    if (held === undefined) connect(client);
    else held.push(client.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const { server: far } of pairs) far.destroy();
    for (const client of clients) client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get accepted() {
      return accepted;
    },
    get open() {
      return clients.size;
    },
    plan: (next) => void (plan = next),
    silence: () => pairs.forEach((pair) => pair.silence()),
    resetAll() {
      for (const { client, server: far } of pairs) {
        client.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    hold: () => void (held ??= []),
    release(order = 'first') {
      const waiting = (held ?? []).filter((client) => !client.destroyed);
      held = undefined;
      for (const client of order === 'first' ? waiting : waiting.toReversed()) connect(client);
    },
    leadTo: (toPort, host = '127.0.0.1') => void (to = { port: toPort, host }),
  };
}

/** Returns what stops it: bytes and ends are taken from `from` then, or left lying, and given to nobody. */
function carry(from: Socket, onward: Socket, leg: Leg, breakBy: (by: Break, onward: Socket) => void): () => void {
  let stopped = false;
  let carried = 0;
  let freeAtMs = 0;
  function put(bytes: Buffer): void {
    if (stopped || onward.destroyed) return;
    const left = (leg.breaks?.afterBytes ?? Infinity) - carried;
    const sound = bytes.subarray(0, left);
    carried += sound.length;
    if (sound.length > 0 && !onward.write(sound)) {
      from.pause();
      onward.once('drain', () => stopped || from.resume());
    }
    if (leg.breaks !== undefined && carried >= leg.breaks.afterBytes) {
      stopped = leg.breaks.by !== 'reset';
      breakBy(leg.breaks.by, onward);
    }
  }
  const waiting: { readonly dueMs: number; readonly act: () => void }[] = [];
  function next(): void {
    const [first] = waiting;
    if (first === undefined || stopped) return;
    const waitMs = first.dueMs - performance.now();
    if (waitMs > 0) return void setTimeout(next, Math.ceil(waitMs));
    waiting.shift();
    first.act();
    next();
  }
  /** Bytes and ends go in the order in which they came, each not before its time. */
  function queue(bytes: number, act: () => void): void {
    const takesMs = leg.bytesPerSecond === undefined ? 0 : (bytes * 1000) / leg.bytesPerSecond;
    freeAtMs = Math.max(freeAtMs, performance.now() + (leg.delayMs ?? 0)) + takesMs;
    waiting.push({ dueMs: freeAtMs, act });
    if (waiting.length === 1) next();
  }
  from.on('data', (data: Buffer) => {
    const size = leg.pieceBytes ?? data.length;
    for (let at = 0; at < data.length; at += size) {
      const piece = data.subarray(at, at + size);
      queue(piece.length, () => put(piece));
    }
  });
  from.on('end', () => queue(0, () => onward.end()));
  return () => {
    stopped = true;
    // The window of whoever still sends fills up, as where nobody acknowledges.
    from.pause();
  };
}
