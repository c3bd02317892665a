/** Which addresses may be asked for an image: those of the open internet, and nothing of this machine or behind it. */
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Special-purpose blocks of IPv4 (IANA): none of them is a public server. */
const withinV4 = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  withinV4.addSubnet(net, bits, 'ipv4');

/** Of IPv6 only this block is routed; within it, what carries an IPv4 address of anybody's choice or is for examples. */
const routedV6 = new BlockList();
routedV6.addSubnet('2000::', 3, 'ipv6');
const withinV6 = new BlockList();
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  withinV6.addSubnet(net, bits, 'ipv6');

const mappedV4 = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i;

/** `address` as a socket or a name server says it. */
export function isPublicAddress(address: string): boolean {
  if (!isIPv6(address)) return isIP(address) === 4 && !withinV4.check(address, 'ipv4');
  const [, dotted, high = '', low = ''] = mappedV4.exec(address) ?? [];
  if (dotted !== undefined) return isPublicAddress(dotted);
  if (high !== '') {
    const halves = [high, low].map((half) => Number.parseInt(half, 16));
    return isPublicAddress(halves.flatMap((half) => [half >> 8, half & 255]).join('.'));
  }
  return !address.includes('%') && routedV6.check(address, 'ipv6') && !withinV6.check(address, 'ipv6');
}

/** Names that no public name server answers for. */
const localName = /(?:^|\.)(?:localhost|local|internal|lan|home|corp|intranet|home\.arpa)\.?$|^[^.]*\.?$/i;

export interface AddressPolicy {
  /** Whether a literal address may be asked; tests let their own server through. */
  readonly isPublic: (address: string) => boolean;
}

/**
 * Why nobody may be asked to fetch this; null where nothing speaks against it. `URL` has brought every spelling of a number
 * (2130706433, 0177.1) into one form, and it is the one parser that is used to connect as well.
 */
export function addressFault(address: string, { isPublic }: AddressPolicy): string | null {
  if (/^data:/i.test(address)) return 'data must be in base64.';
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    return 'expected data, or an address with http or https.';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isOpen = isIP(host) === 0 ? !localName.test(host) : isPublic(host);
  return isOpen ? null : 'an address within a private network cannot be fetched.';
}
