/** The server's side of one WebSocket (RFC 6455), as far as Copilot needs it: text in, text out, ping, close. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export interface WebSocketPeer {
  /** False once more is buffered than the client has read: wait for `drain` on the socket. */
  send(text: string | Buffer): boolean;
  close(code: number, reason: string): void;
  readonly socket: Duplex;
}

export interface WebSocketEars {
  onText(text: string): void;
  onClose(): void;
}

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcode = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;
const maxMessageBytes = 64 * 1024 * 1024;

/** Says yes to the upgrade. The caller has made sure that it is one, with a key. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  headers: Readonly<Record<string, string>>,
  ears: WebSocketEars,
): WebSocketPeer {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}${magic}`)
    .digest('base64');
  const further = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n${further.join('')}\r\n`,
  );
  let bytes = head;
  let message: Buffer[] = [];
  const close = (code: number, reason: string) => {
    const payload = Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
    if (socket.writable) socket.end(frameOf(opcode.close, payload));
  };

  function read(): void {
    for (let frame = firstFrame(bytes); frame !== undefined; frame = firstFrame(bytes)) {
      bytes = bytes.subarray(frame.size);
      // Clients must mask (RFC 6455, 5.1), and nobody sends a message this large.
      if (!frame.isMasked || message.reduce((sum, part) => sum + part.length, frame.payload.length) > maxMessageBytes)
        return close(1002, 'protocol error');
      if (frame.opcode === opcode.close) return close(1000, '');
      if (frame.opcode === opcode.ping) socket.write(frameOf(opcode.pong, frame.payload));
      if (frame.opcode !== opcode.text && frame.opcode !== opcode.continuation) continue;
      message.push(frame.payload);
      if (!frame.isLast) continue;
      const text = Buffer.concat(message).toString('utf8');
      message = [];
      ears.onText(text);
    }
  }
  socket.on('data', (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    read();
  });
  socket.on('error', () => {});
  socket.once('close', () => ears.onClose());
  return { send: (text) => socket.write(frameOf(opcode.text, Buffer.from(text))), close, socket };
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly isMasked: boolean;
  readonly payload: Buffer;
  /** With its head. */
  readonly size: number;
}

/** The first frame of the bytes; undefined while it is not all there. */
function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const short = second & 127;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const isMasked = (second & 128) !== 0;
  const start = 2 + lengthBytes + (isMasked ? 4 : 0);
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + length));
  if (isMasked)
    for (let at = 0; at < length; at += 1) payload[at] = (payload[at] ?? 0) ^ (bytes[start - 4 + (at % 4)] ?? 0);
  return { opcode: first & 15, isLast: (first & 128) !== 0, isMasked, payload, size: start + length };
}

function frameOf(code: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([128 | code, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 128 | code;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
