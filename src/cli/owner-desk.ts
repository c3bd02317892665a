/** The control operations by which an owner steers: calls under way, keys, budgets, settings, the dashboard's link. */
import type { Clock } from '../base/clock.ts';
import type { Budget } from '../canonical/budget.ts';
import { budgetIdOf } from '../config/budget-field.ts';
import type { Config } from '../config/config.ts';
import type { Source } from '../config/load-config.ts';
import type { ControlArgs, ControlOperations, KeySummary } from '../control/contract.ts';
import type { Proxy } from '../proxy.ts';
import { keyState } from '../store/caller-key-store.ts';
import type { Store } from '../store/open-store.ts';
import { keyAccountName } from './find-account.ts';
import { defaultLabel, makeKey } from './key-maker.ts';
import { settingRows } from './setting-rows.ts';

export interface OwnerDeskOptions {
  readonly proxy: Pick<Proxy, 'pause' | 'paused' | 'stopExchange' | 'dashboardLink' | 'spending'>;
  readonly store: Pick<Store, 'accounts' | 'callerKeys' | 'spend'>;
  readonly config: Config;
  /** Who set what; absent where nothing was loaded. */
  readonly sources: ReadonlyMap<string, Source> | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** Looks at accounts and keys again. */
  readonly reload: () => Promise<void>;
}

type OwnerOperation =
  | 'stopExchange'
  | 'pause'
  | 'changeBudget'
  | 'keys'
  | 'addKey'
  | 'revokeKey'
  | 'settings'
  | 'dashboardLink';

const dayMs = 24 * 60 * 60 * 1000;

export function createOwnerDesk(options: OwnerDeskOptions): Pick<ControlOperations, OwnerOperation> {
  const { proxy, store, clock } = options;
  return {
    stopExchange: ({ id }) => ({ stopped: proxy.stopExchange(id) }),
    pause({ paused }) {
      proxy.pause(paused);
      return { paused: proxy.paused };
    },
    async changeBudget(wanted) {
      changeBudget(options, wanted);
      await options.reload();
      return {};
    },
    keys: () => ({ keys: [defaultKey(store), ...store.callerKeys.list().map((key) => summaryOf(key, clock))] }),
    async addKey({ label, project, account, days }) {
      const { key, stored } = makeKey(store, {
        label,
        account,
        project: project ?? null,
        models: null,
        expiresAt: days === undefined ? null : clock.now() + days * dayMs,
      });
      await options.reload();
      return { id: stored.id, key };
    },
    async revokeKey({ id }) {
      const revoked = store.callerKeys.revoke(id);
      await options.reload();
      return { revoked };
    },
    settings: () => ({ settings: settingRows(options.config, options.sources) }),
    dashboardLink: () => ({ url: proxy.dashboardLink() }),
  };
}

function changeBudget({ store, proxy }: OwnerDeskOptions, wanted: ControlArgs<'changeBudget'>) {
  const { of, per, mode, nanoAiu } = wanted;
  const label = of.kind === 'key' ? store.callerKeys.list().find(({ id }) => id === of.keyId)?.label : undefined;
  const named = of.kind === 'key' ? { key: label ?? of.keyId } : of.kind === 'project' ? { project: of.project } : {};
  const id = budgetIdOf({ per, mode, nanoAiu: nanoAiu ?? 0, ...named });
  const isSet = proxy.spending.budgets.states().some(({ budget }) => budget.id === id && budget.source === 'settings');
  if (isSet) throw new Error(`The budget ${id} stands in the settings: change it there.`);
  if (nanoAiu === null) return void store.spend.budgets.remove(id);
  const budget: Budget = { id, of, per, nanoAiu, mode, source: 'command' };
  store.spend.budgets.put(budget);
}

function defaultKey(store: OwnerDeskOptions['store']): KeySummary {
  const nothing = {
    models: null,
    metricsOnly: false,
    project: null,
    createdAt: null,
    expiresAt: null,
    lastUsedAt: null,
  };
  const accountName = keyAccountName(store, undefined);
  return { id: defaultLabel, label: defaultLabel, state: 'valid', accountName, ...nothing };
}

function summaryOf(key: ReturnType<Store['callerKeys']['list']>[number], clock: OwnerDeskOptions['clock']): KeySummary {
  const { digest: _digest, revokedAt: _revoked, aliases: _names, contextTier: _tier, capture: _kept, ...shown } = key;
  return { ...shown, state: keyState(key, clock) };
}
