/** Sets of network addresses, asked on every request: who is on this machine, on a private network, or a known proxy. */
import { BlockList, isIP } from 'node:net';
import { parseAddressRange } from '../config/address-range.ts';

export interface AddressSet {
  has(address: string): boolean;
}

/** Ranges that are not ranges are left out: the configuration has refused them before. */
export function createAddressSet(ranges: readonly string[]): AddressSet {
  const list = new BlockList();
  for (const range of ranges) {
    const parsed = parseAddressRange(range);
    if (parsed !== undefined) list.addSubnet(parsed.address, parsed.prefix, parsed.family);
  }
  return {
    has(address) {
      const bare = withoutMapping(address);
      const version = isIP(bare);
      return version !== 0 && list.check(bare, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** A dual-stack socket shows IPv4 callers as `::ffff:10.0.0.1`; a link-local one adds the interface. */
export function withoutMapping(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  return mapped?.[1] ?? address.replace(/%.*$/, '');
}

export const loopbackRanges: readonly string[] = ['127.0.0.0/8', '::1/128'];

/** RFC 1918, link-local, unique local, and the shared range that overlay networks of one's own devices use. */
export const privateRanges: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  'fe80::/10',
];
