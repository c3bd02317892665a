/** A self-signed certificate made on the spot: no private key in the repository, and none that can expire. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { TlsFiles } from '../../src/http/listen.ts';

/** For these DNS names and 127.0.0.1, from so many days ago (yesterday) for thirty days. */
export function testCertificate(dnsNames: readonly string[] = ['localhost'], daysAgo = 1): TlsFiles {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const dayMs = 24 * 60 * 60 * 1000;
  const name = sequence(set(sequence(oid('550403'), text(0x0c, 'Crossfeed test'))));
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const names = sequence(...dnsNames.map((dns) => text(0x82, dns)), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  const content = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(Date.now() - daysAgo * dayMs), time(Date.now() + (30 - daysAgo) * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(sequence(oid('551d11'), tagged(0x04, names)))),
  );
  const signature = sign('sha256', content, privateKey);
  const der = sequence(content, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  // No empty line at the end, where the length fits: OpenSSL takes that for none.
  const lines =
    der
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n') ?? '';
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function set(part: Buffer): Buffer {
  return tagged(0x31, part);
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function text(tag: number, value: string): Buffer {
  return tagged(tag, Buffer.from(value));
}

/** UTCTime. */
function time(atMs: number): Buffer {
  return text(0x17, `${new Date(atMs).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`);
}
