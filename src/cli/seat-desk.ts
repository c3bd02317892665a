/** The control operations that are about a seat: what is left of it, its models, and the terms of those. */
import type { Clock } from '../base/clock.ts';
import type { Quota } from '../canonical/quota.ts';
import type { ControlArgs, ControlResult } from '../control/contract.ts';
import type { Seat } from '../proxy.ts';

export interface SeatDeskOptions {
  /** The seat of that account, the default one without a name. */
  readonly seat: (accountName?: string) => Seat | undefined;
  readonly clock: Clock;
}

export type SeatOperations = {
  readonly [O in 'quota' | 'models' | 'otherRoadModels' | 'modelTerms' | 'enableModel']: (
    args: ControlArgs<O>,
  ) => Promise<ControlResult<O>>;
};

export function createSeatDesk({ seat, clock }: SeatDeskOptions): SeatOperations {
  const asked = new Map<string, { readonly quota: Quota; readonly at: number }>();

  function seatOf(account: string | undefined): Seat {
    const found = seat(account);
    if (found !== undefined) return found;
    throw new Error(
      account === undefined
        ? 'There is no account: sign in by `crossfeed login`.'
        : `There is no account ${account}: \`crossfeed accounts\` lists them.`,
    );
  }

  return {
    async quota({ account, maxAgeMs = 0 }) {
      const upstream = seatOf(account);
      const name = account ?? '';
      const last = asked.get(name);
      if (last !== undefined && clock.monotonic() - last.at < maxAgeMs) return last.quota;
      const quota = await upstream.quota();
      asked.set(name, { quota, at: clock.monotonic() });
      return quota;
    },
    models: async ({ account }) => seatOf(account).models(),
    otherRoadModels: async ({ account }) => ({ models: await seatOf(account).otherRoadModels() }),
    modelTerms: async ({ account, model }) => ({ terms: await seatOf(account).modelTerms(model) }),
    async enableModel({ account, model }) {
      await seatOf(account).enableModel(model);
      return {};
    },
  };
}
