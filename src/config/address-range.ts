/** Ranges of addresses as people write them: `10.0.0.0/8`, `fd00::/8`, or one address alone. */
import { isIP } from 'node:net';

export interface AddressRange {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Undefined for what is no range. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const parts = /^([0-9a-f:.]+)(?:\/(0|[1-9][0-9]{0,2}))?$/i.exec(text);
  const address = parts?.[1] ?? '';
  const version = isIP(address);
  if (version === 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = parts?.[2] === undefined ? bits : Number(parts[2]);
  return prefix > bits ? undefined : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}
