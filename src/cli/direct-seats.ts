/** The seats of this user without a running proxy: opened for one question, and nothing listens. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import { ensureHome } from '../config/home.ts';
import { loadConfig } from '../config/load-config.ts';
import type { ServerStatus } from '../control/contract.ts';
import { createKeyRegistry } from '../http/key-registry.ts';
import type { Logger } from '../observability/logger.ts';
import { createRedactor } from '../observability/redact.ts';
import { createProxy } from '../proxy.ts';
import type { Proxy } from '../proxy.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import { newCallerKey } from './caller-key.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { knownSecrets } from './known-secrets.ts';
import { resolveAccounts } from './resolve-accounts.ts';
import { nothingLearned, seatFacts } from './seat-facts.ts';
import { trustSystemFor } from './trust-system.ts';
import type { StoreUse } from './with-store.ts';

export interface OpenSeats {
  readonly seat: Proxy['seat'];
  /** For calls that the owner makes as they are. */
  readonly proxy: Pick<Proxy, 'seat' | 'ownerCall' | 'ownerLook'>;
  /** Whoever is signed in, the default account first. */
  readonly accountNames: readonly string[];
  /** Shaped like a server's, with what is known by then: ask for quota or models first. */
  status(): Pick<
    ServerStatus,
    'accounts' | 'idleAccounts' | 'configFile' | 'version' | 'identity' | 'learned' | 'learnedRules'
  >;
  close(): Promise<void>;
}

/** Without a credential there are no accounts, and every question is answered by how to get one. */
export async function openDirectSeats(
  context: CliContext,
  home: string,
  { change = false }: Partial<StoreUse> = {},
): Promise<OpenSeats> {
  const loaded = await loadConfig({ home, env: context.env, flags: {} });
  const file = path.join(home, 'crossfeed.db');
  if (change) for (const warning of await ensureHome(home)) context.stderr.write(`crossfeed: ${warning}\n`);
  const store = await openStore({
    // What was learned and what is latched holds here too; but a question makes no folder, only what is paid for does.
    path: change || existsSync(file) ? file : ':memory:',
    clock: systemClock,
    onFault: (error) => context.stderr.write(`crossfeed: ${error.message}\n`),
  });
  const { accounts, refusal } = await signedIn(context, store, loaded.config);
  trustSystemFor(loaded.config);
  const proxy = createProxy({
    config: loaded.config,
    keys: createKeyRegistry({
      defaultKey: { key: newCallerKey(), accountName: accounts[0]?.account.name ?? '' },
      clock: systemClock,
    }),
    accounts,
    store,
    log: quiet,
    redactor: createRedactor(knownSecrets(context.env)),
    proxyEnv: context.env,
    version: context.version,
  });
  return {
    proxy,
    accountNames: accounts.map(({ account }) => account.name),
    seat(name) {
      if (accounts.length > 0) return proxy.seat(name);
      throw refusal;
    },
    status() {
      // Looking lists who was asked for: here everybody is.
      for (const { account } of accounts) proxy.seat(account.name);
      const seen = accounts.length > 0 ? proxy.status() : null;
      const { version } = context;
      return {
        version,
        configFile: loaded.file,
        accounts: seen?.accounts ?? [],
        idleAccounts: [],
        identity: loaded.config.identity,
        ...(seen === null ? nothingLearned : seatFacts(loaded.config, seen)),
      };
    },
    async close() {
      await proxy.closeNow();
      store.close();
    },
  };
}

/** Who can be asked for; or why nobody can, which only matters once somebody is. */
async function signedIn(context: CliContext, store: Store, config: Config) {
  try {
    const { accounts, notices } = await resolveAccounts(context, store, config, { everyAccount: true });
    for (const notice of notices) context.stderr.write(`crossfeed: ${notice}\n`);
    return { accounts: accounts.map(({ account, token }) => ({ account, githubToken: token })), refusal: null };
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    return { accounts: [], refusal: thrown };
  }
}

/** Whatever goes wrong here is the answer to the question, and printed as such. */
const quiet: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  exchange: () => undefined,
  close: () => Promise.resolve(),
};
