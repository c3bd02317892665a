/** Who makes the searches that the settings ask for: a model of the seat, a provider, or nobody. */
import type { Clock } from '../../base/clock.ts';
import type { Model } from '../../canonical/model.ts';
import type { Config } from '../../config/config.ts';
import { createProviderSearch } from '../../upstream/search/create-provider-search.ts';
import type { ProxyEnv } from '../../upstream/copilot/proxy-env.ts';
import type { Gateway, PlanningGateway } from '../gateway.ts';
import { createSeatSearch } from './seat-search.ts';
import { withWebSearch } from './with-web-search.ts';

export interface WebSearchDeskOptions {
  readonly config: Pick<Config, 'webSearch' | 'limits'>;
  /** The key of a provider, and the network proxy on the way to it. */
  readonly outside: { readonly webSearchKey?: string; readonly proxyEnv?: ProxyEnv };
  readonly models: (of: { readonly accountName: string }) => Promise<readonly Model[]>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface WebSearchDesk {
  /** The same gateway where nobody searches. */
  over(gateway: PlanningGateway): Gateway;
  close(): Promise<void>;
}

export function createWebSearch(options: WebSearchDeskOptions): WebSearchDesk {
  const { outside, models, clock, newId, warn } = options;
  const { webSearch: settings, limits } = options.config;
  const onProblem = (problem: string, detail: string | undefined) =>
    warn('a web search failed', { problem, via: settings.via, ...(detail === undefined ? {} : { detail }) });
  if (settings.via === 'off') return { over: (gateway) => gateway, close: async () => undefined };
  const provider =
    settings.via === 'seat'
      ? undefined
      : createProviderSearch({ settings, key: outside.webSearchKey, clock, proxyEnv: outside.proxyEnv ?? {} });
  return {
    over(gateway) {
      const wayOf = provider
        ? () => provider.search
        : createSeatSearch({ gateway, models, model: settings.model, newId });
      return withWebSearch(gateway, { settings, wayOf, limits, clock, newId, onProblem });
    },
    close: async () => provider?.close(),
  };
}
