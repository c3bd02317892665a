/** The seat as a probe asks it: opened for this one purpose, with the store's latch, budgets and ledger. */
import { toProxyError } from '../errors/proxy-error.ts';
import type { ProbeWorld } from '../probe/probe-point.ts';
import { mostOf } from '../probe/run-probe.ts';
import type { OpenSeats } from './direct-seats.ts';

export interface OpenProbe {
  readonly world: ProbeWorld;
  readonly blockedSince: () => number | null;
  readonly apiOrigin: () => string | null;
  /** What was billed so far, in nano-AIU; null while nothing was. */
  readonly spent: () => number | null;
}

/** Throws what the catalogue's refusal says. `client`: how the ledger calls who asks. */
export async function openProbe(
  { proxy, accountName }: Pick<OpenSeats, 'proxy'> & { readonly accountName: string },
  signal: AbortSignal,
  client = 'crossfeed-probe',
): Promise<OpenProbe> {
  const seat = proxy.seat(accountName);
  if (seat === undefined) throw toProxyError(new Error(`no seat ${accountName}`));
  const models = await seat.models();
  const { road, credentialKind } = seat.status();
  let spent: number | null = null;
  return {
    blockedSince: () => seat.status().blockedSince,
    apiOrigin: () => seat.status().apiOrigin,
    spent: () => spent,
    world: {
      models,
      road,
      credentialKind,
      look: (asked) => proxy.ownerLook(accountName, asked, signal),
      async call(call) {
        const { endpoint, model, body, hasImages, inputTokens, outputTokens } = call;
        const most = mostOf(call);
        const { text, usage, error } = await proxy.ownerCall({
          accountName,
          endpoint,
          model,
          body,
          hasImages,
          client,
          signal,
          estimate: {
            inputTokens,
            cacheReadTokens: 0,
            outputTokens,
            mostOutputTokens: outputTokens,
            tier: 'default',
            nanoAiu: most,
            mostNanoAiu: most,
          },
        });
        if (typeof usage?.costNanoAiu === 'number') spent = (spent ?? 0) + usage.costNanoAiu;
        return { text, error, cacheReadTokens: usage?.cacheReadTokens ?? null };
      },
    },
  };
}
