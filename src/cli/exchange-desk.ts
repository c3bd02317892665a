/** The control operations that are about exchanges: searched, opened, and packed into a capsule. */
import type { Clock } from '../base/clock.ts';
import type { Capsule } from '../canonical/capsule.ts';
import type { ControlOperations } from '../control/contract.ts';
import { makeCapsule } from '../observability/make-capsule.ts';
import type { Redactor } from '../observability/redact.ts';
import type { Proxy } from '../proxy.ts';
import type { Store } from '../store/open-store.ts';

export interface ExchangeDeskOptions {
  readonly store: Pick<Store, 'exchanges' | 'findExchanges' | 'captures'>;
  /** The seat of an account, for what the catalogue says; null where no proxy runs. */
  readonly proxy: Pick<Proxy, 'seat'> | null;
  readonly redactor: Pick<Redactor, 'redact'>;
  readonly versions: Capsule['versions'];
  readonly clock: Pick<Clock, 'now'>;
}

type ExchangeOperation = 'exchanges' | 'findExchanges' | 'exchange' | 'captured' | 'capsule';

export function createExchangeDesk(options: ExchangeDeskOptions): Pick<ControlOperations, ExchangeOperation> {
  const { store, proxy, redactor, versions, clock } = options;

  return {
    exchanges: ({ limit, session }) => store.exchanges.recent(limit, session),
    findExchanges: (search) => store.findExchanges(search),
    exchange: async ({ id }) => (await store.exchanges.find(id)) ?? null,
    captured: ({ id }) => store.captures.find(id) ?? null,
    async capsule({ id, withoutBodies = false }) {
      const record = await store.exchanges.find(id);
      if (record === undefined) return null;
      // An account that is signed out since has no catalogue: the capsule says less, and is one.
      const models = await proxy
        ?.seat(record.account)
        ?.models()
        .catch(() => []);
      const model = models?.find((one) => one.id === record.model) ?? null;
      const capture = withoutBodies ? undefined : store.captures.find(id);
      return makeCapsule({ record, capture, model, versions, now: clock.now() }, redactor);
    },
  };
}
