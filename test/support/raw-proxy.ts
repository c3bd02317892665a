/** A proxy on an upstream of bare bytes, in this process. */
import { systemClock } from '../../src/base/clock.ts';
import {
  defaultConfig,
  type Config,
  type LimitsConfig,
  type PaceConfig,
  type UpstreamConfig,
} from '../../src/config/config.ts';
import type { ExchangeEvent } from '../../src/observability/exchange-event.ts';
import { createKeyRegistry } from '../../src/http/key-registry.ts';
import { createProxy, type Proxy } from '../../src/proxy.ts';
import { openStore, type Store } from '../../src/store/open-store.ts';
import { startRawUpstream, type RawAnswer, type RawRequest, type RawUpstream } from './raw-upstream.ts';
import { silentLogger } from './silent-logger.ts';
import { testAccount } from './test-account.ts';

export const rawModels = [
  { id: 'm-chat', vendor: 'xAI', supported_endpoints: ['/chat/completions'], capabilities: { type: 'chat' } },
  { id: 'm-messages', vendor: 'Anthropic', supported_endpoints: ['/v1/messages'], capabilities: { type: 'chat' } },
  { id: 'm-responses', vendor: 'OpenAI', supported_endpoints: ['/responses'], capabilities: { type: 'chat' } },
  { id: 'm-embed', vendor: 'Azure OpenAI', capabilities: { type: 'embeddings' } },
];

export interface RawProxy {
  readonly url: string;
  readonly proxy: Proxy;
  readonly upstream: RawUpstream;
  readonly store: Store;
  readonly events: readonly ExchangeEvent[];
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export const rawKey = 'cf_test-key-of-the-raw-tests';

export async function startRawProxy(
  answer: (request: RawRequest) => RawAnswer,
  limits: Partial<Omit<LimitsConfig, 'pace'>> & { readonly pace?: Partial<PaceConfig> } = {},
  upstreamConfig: Partial<UpstreamConfig> = {},
  models: readonly object[] = rawModels,
): Promise<RawProxy> {
  const upstream = await startRawUpstream(models, answer);
  const config: Config = {
    ...defaultConfig,
    server: { ...defaultConfig.server, port: 0 },
    // What is translated is held to its grammar.
    log: { ...defaultConfig.log, level: 'debug' },
    limits: {
      ...defaultConfig.limits,
      ...limits,
      pace: { ...defaultConfig.limits.pace, enabled: limits.pace !== undefined, ...limits.pace },
    },
    upstream: {
      ...defaultConfig.upstream,
      copilotApiUrl: upstream.url,
      githubApiUrl: upstream.url,
      githubUrl: upstream.url,
      ...upstreamConfig,
    },
  };
  const store = await openStore({ path: ':memory:', clock: systemClock, onFault: () => undefined });
  const proxy = createProxy({
    config,
    keys: createKeyRegistry({
      defaultKey: { key: rawKey, accountName: testAccount.name },
      clock: systemClock,
    }),
    accounts: [{ account: testAccount, githubToken: 'gho_test' }],
    store,
    log: silentLogger,
    version: '0',
  });
  const events: ExchangeEvent[] = [];
  proxy.events.subscribe((event) => events.push(event));
  const { url } = await proxy.listen();
  return {
    url,
    proxy,
    upstream,
    store,
    events,
    post: (path, body, init) =>
      fetch(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${rawKey}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      }),
    async close() {
      await proxy.closeNow();
      store.close();
      await upstream.close();
    },
  };
}
