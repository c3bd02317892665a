/** What a program that embeds Crossfeed may use. */
export { createProxy, type Proxy, type ProxyOptions, type ProxyStatus } from './proxy.ts';
export { createKeyRegistry, type KeyRegistry, type KeyRegistryOptions, type StoredKey } from './http/key-registry.ts';
export type { TlsFiles } from './http/listen.ts';
export type { SignedInAccount } from './upstream/account-upstreams.ts';
export type { Account } from './canonical/account.ts';
export type { Caller } from './canonical/caller.ts';
export { defaultConfig, type Config } from './config/config.ts';
export { ConfigError } from './config/config-error.ts';
export { loadConfig, type LoadConfigOptions, type LoadedConfig } from './config/load-config.ts';
export { openStore, type Store, type StoreOptions } from './store/open-store.ts';
export { createLogger, type Logger, type LoggerOptions } from './observability/logger.ts';
export type { EventBus, ExchangeListener } from './observability/event-bus.ts';
export type { ExchangeEvent } from './observability/exchange-event.ts';
export type { ExchangeRecord } from './canonical/exchange-record.ts';
export type { Model } from './canonical/model.ts';
export { ProxyError } from './errors/proxy-error.ts';
export type { ErrorCode } from './errors/error-table.ts';
