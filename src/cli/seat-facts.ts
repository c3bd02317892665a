/** What a status says beyond the proxy's own: how it presents itself to GitHub, and what it learned of it. */
import type { Config } from '../config/config.ts';
import type { ServerStatus } from '../control/contract.ts';

export function seatFacts(
  config: Pick<Config, 'identity' | 'upstream'>,
  { upstream }: Pick<ServerStatus, 'upstream'>,
): Pick<ServerStatus, 'identity' | 'learned'> {
  const [newest] = config.upstream.apiVersions;
  const learned =
    newest === undefined || upstream.apiVersion === newest
      ? []
      : [`GitHub refuses API versions newer than ${upstream.apiVersion} (${newest} was tried).`];
  return { identity: config.identity, learned };
}
