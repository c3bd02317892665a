/** What a program that embeds Crossfeed may use. */
export { createEmbeddedProxy as createProxy, type EmbeddedOptions, type EmbeddedProxy } from './embedded-proxy.ts';
export { openStore, type Store, type StoreOptions } from './store/open-store.ts';
export { systemClock, type Clock } from './base/clock.ts';
export { defaultConfig, type Config } from './config/config.ts';
export type { Settings } from './config/settings.ts';
export { ConfigError } from './config/config-error.ts';
export { ProxyError } from './errors/proxy-error.ts';
export type { ErrorCode } from './errors/error-table.ts';
export type { ProxyStatus, Seat } from './proxy-contract.ts';
export type { TlsFiles } from './http/listen.ts';
export type { SignedInAccount } from './upstream/account-upstreams.ts';
export type { Account } from './canonical/account.ts';
export type { EventBus, ExchangeListener } from './observability/event-bus.ts';
export type { ExchangeEvent } from './observability/exchange-event.ts';
export type { ExchangeRecord } from './canonical/exchange-record.ts';
export type { Model } from './canonical/model.ts';
export type { Quota, QuotaSnapshot } from './canonical/quota.ts';
