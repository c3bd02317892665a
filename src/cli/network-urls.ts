/** Where other machines find a proxy that listens on every address: nobody knows this machine's addresses by heart. */
import type { NetworkInterfaceInfo } from 'node:os';
import type { ServerConfig } from '../config/config.ts';
import { createAddressSet, privateRanges } from '../http/address-set.ts';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** More than these are bridges of containers. */
const shownUrls = 4;

/** The IPv4 addresses of private networks, as origins; none unless `--lan` listens everywhere. */
export function networkUrls(
  { host, lan, tlsCert }: Pick<ServerConfig, 'host' | 'lan' | 'tlsCert'>,
  port: number,
  interfaces: Interfaces,
): readonly string[] {
  if (!lan || !['0.0.0.0', '::', '[::]'].includes(host)) return [];
  const privateNetworks = createAddressSet(privateRanges);
  return Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && privateNetworks.has(address))
    .slice(0, shownUrls)
    .map(({ address }) => `${tlsCert === null ? 'http' : 'https'}://${address}:${port}`);
}
