/** What the running program answers of a session by its client's own marker: the status line asks it. */
import type { SessionLine } from '../canonical/session-line.ts';
import type { ControlOperations } from '../control/contract.ts';
import type { Proxy } from '../proxy.ts';
import type { Store } from '../store/open-store.ts';

export interface SessionDeskOptions {
  readonly proxy: Pick<Proxy, 'sessionsOf' | 'nextCall'>;
  readonly store: Pick<Store, 'exchanges' | 'ledger'>;
  /** Of all budgets; of those by session, that session's. */
  readonly budgets: (session: string) => SessionLine['budgets'];
}

/** An alarm that is so many calls ago is no news. */
const lookedAtCalls = 20;

export function createSessionDesk(options: SessionDeskOptions): Pick<ControlOperations, 'sessionLine'> {
  const { proxy, store, budgets } = options;

  /** The one with the most calls: the same marker under two keys is two sessions. */
  function findSession(marker: string) {
    return proxy
      .sessionsOf(marker)
      .map(({ session, keyId }) => ({ session, keyId, ...store.ledger.usage({ by: 'session', session }).total }))
      .reduce((best, one) => (one.calls > best.calls ? one : best));
  }

  return {
    async sessionLine({ marker }) {
      const found = findSession(marker);
      const { session, keyId, calls, costNanoAiu, estimatedNanoAiu, cacheReadTokens } = found;
      const latest = await store.exchanges.recent(lookedAtCalls, session);
      const project = latest[0]?.project ?? null;
      const broken = latest.find(({ cache }) => cache?.alarm === true);
      return {
        calls,
        nanoAiu: costNanoAiu + estimatedNanoAiu,
        promptTokens: found.inputTokens + cacheReadTokens + found.cacheWriteTokens,
        cacheReadTokens,
        budgets: budgets(session).filter(
          ({ budget: { of } }) =>
            of.kind === 'all' || (of.kind === 'key' ? of.keyId === keyId : of.project === project),
        ),
        alarm: broken?.cache
          ? { at: broken.startedAt + broken.durationMs, block: broken.cache.block, nanoAiu: broken.cache.costNanoAiu }
          : null,
        next: proxy.nextCall(session) ?? null,
      };
    },
  };
}
