/** Notices that the machine came to another network: its addresses are others than before. */
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../base/clock.ts';

/** Asking the system takes some 0.1 ms: not for each of a hundred calls that start together. */
const askAgainMs = 1_000;

/** What other machines could call this one by. Link-local addresses come and go with every container. */
function systemAddresses(): string {
  try {
    const all = Object.values(networkInterfaces()).flatMap((ofOne) => ofOne ?? []);
    const outward = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80'));
    return outward
      .map(({ address }) => address)
      .sort()
      .join(' ');
  } catch {
    // Android does not tell.
    return '';
  }
}

/** Says whether the addresses changed since it was last asked. */
export function createNetworkWatch(clock: Clock, addresses: () => string = systemAddresses): () => boolean {
  let known = addresses();
  let askedMs = clock.monotonic();
  return () => {
    if (clock.monotonic() - askedMs < askAgainMs) return false;
    askedMs = clock.monotonic();
    const before = known;
    known = addresses();
    return known !== before;
  };
}
