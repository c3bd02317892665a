/** Who really calls, and by which name: the connection itself says, or a reverse proxy that is trusted. */
import type { IncomingMessage } from 'node:http';
import type { AddressSet } from './address-set.ts';
import { withoutMapping } from './address-set.ts';

export interface ClientView {
  /** The address of the client; of the connection where no trusted proxy stands between. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** The host that the client named. */
  readonly host: string;
}

/**
 * X-Forwarded-* is believed only on a connection that comes from `trusted` (B-060). Of the addresses, the last one that
 * is not itself a trusted proxy: everything before it is what the client claimed.
 */
export function viewClient(request: IncomingMessage, trusted: AddressSet | null): ClientView {
  const { headers, socket } = request;
  const peer = withoutMapping(socket.remoteAddress ?? '');
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  const host = headers.host ?? '';
  if (trusted === null || !trusted.has(peer)) return { address: peer, scheme, host };
  const hops = listOf(headers['x-forwarded-for']).map(withoutMapping);
  const proto = listOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase();
  return {
    address: hops.findLast((hop) => !trusted.has(hop)) ?? hops[0] ?? peer,
    scheme: proto === 'https' || proto === 'http' ? proto : scheme,
    host: listOf(headers['x-forwarded-host']).at(-1) ?? host,
  };
}

function listOf(value: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
