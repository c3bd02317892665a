/** A client of bare bytes: sends what it is told, reads what comes, and says whether the server closed. */
import net from 'node:net';

export interface RawReply {
  /** 0 if the server sent nothing. A `100 Continue` before the answer is left out. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
  /** Every byte that came, in latin1. */
  readonly text: string;
}

export interface RawOptions {
  /** What to do after the first bytes: half-close, one byte each 20 ms, or 64 kB chunks without end. */
  readonly afterwards?: 'fin' | 'drip' | 'flood' | undefined;
  /** Read on until the server closes, instead of stopping at a whole answer. */
  readonly untilClosed?: boolean;
  /** Sends the first bytes in so many pieces, a turn of the event loop apart. */
  readonly pieces?: number;
  /** Gives up after this long, in ms. */
  readonly patienceMs?: number;
}

export function sendRaw(port: number, bytes: string | Buffer, options: RawOptions = {}): Promise<RawReply> {
  const { afterwards, untilClosed = false, patienceMs = 5_000, pieces = 1 } = options;
  return new Promise((resolve) => {
    let text = '';
    let pace: NodeJS.Timeout | undefined;
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: afterwards === 'fin' });
    const patience = setTimeout(() => finish(false), patienceMs);

    function finish(closed: boolean): void {
      clearTimeout(patience);
      clearInterval(pace);
      socket.destroy();
      resolve({ ...parseReply(text), closed, text });
    }
    function flood(): void {
      const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 32), Buffer.from('\r\n')]);
      const more = () => {
        while (!socket.destroyed && socket.writable) if (!socket.write(chunk)) return;
      };
      socket.on('drain', more);
      more();
    }

    async function send(whole: Buffer): Promise<void> {
      const size = Math.max(1, Math.ceil(whole.length / pieces));
      for (let at = 0; at < whole.length; at += size) {
        if (at > 0) await new Promise((done) => setImmediate(done));
        if (socket.writable) socket.write(whole.subarray(at, at + size));
      }
    }

    socket.setNoDelay(true);
    socket.on('connect', () => {
      void send(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes).then(goOn);
    });
    function goOn(): void {
      if (afterwards === 'fin') socket.end();
      if (afterwards === 'drip') pace = setInterval(() => socket.writable && socket.write('a'), 20);
      if (afterwards === 'flood') flood();
    }
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (!untilClosed && isWhole(text)) finish(false);
    });
    // A server that ends with a reset has closed all the same.
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => finish(true));
  });
}

function parseReply(text: string): Pick<RawReply, 'status' | 'headers' | 'body'> {
  const rest = text.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '');
  const end = rest.indexOf('\r\n\r\n');
  if (end < 0) return { status: 0, headers: {}, body: rest };
  const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const raw = rest.slice(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? raw.replace(/^[0-9a-f]+\r\n|\r\n[0-9a-f]+\r\n/g, '') : raw;
  return { status: Number(first.split(' ')[1]), headers, body: body.trimEnd() };
}

function isWhole(text: string): boolean {
  const { status, headers } = parseReply(text);
  if (status === 0) return false;
  const body = text.slice(text.lastIndexOf('\r\n\r\n', text.length - 5) + 4);
  if (headers['transfer-encoding'] === 'chunked') return text.endsWith('0\r\n\r\n');
  return body.length >= Number(headers['content-length'] ?? 0);
}
