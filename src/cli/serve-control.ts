/** What the running program answers on its control socket. */
import { systemClock } from '../base/clock.ts';
import { parseAliases } from '../config/alias-field.ts';
import type { Config } from '../config/config.ts';
import type { ControlOperations, ServerStatus } from '../control/contract.ts';
import type { Source } from '../config/load-config.ts';
import { callControl } from '../control/control-client.ts';
import { ControlError } from '../control/control-error.ts';
import { createControlServer } from '../control/control-server.ts';
import { createExchangeRecorder } from '../observability/exchange-recorder.ts';
import type { Logger } from '../observability/logger.ts';
import { redactRecord } from '../observability/redact-record.ts';
import type { Redactor } from '../observability/redact.ts';
import type { Proxy } from '../proxy.ts';
import { keyState } from '../store/caller-key-store.ts';
import type { Store } from '../store/open-store.ts';
import { aliasRows } from './alias-rows.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { createExchangeDesk } from './exchange-desk.ts';
import { exitCode } from './exit-code.ts';
import { createLedgerDesk } from './ledger-desk.ts';
import { createOwnerDesk } from './owner-desk.ts';
import { createSeatDesk } from './seat-desk.ts';
import { createSpendingDesk } from './spending-desk.ts';
import { createSessionDesk } from './session-desk.ts';
import { seatFacts } from './seat-facts.ts';

export interface ControlDuty {
  readonly context: CliContext;
  /** Where the socket is; null for none: then the dashboard alone may ask. */
  readonly home: string | null;
  readonly config: Config;
  readonly configFile: string | null;
  /** Who set what. */
  readonly sources: ReadonlyMap<string, Source> | undefined;
  readonly proxy: Proxy;
  readonly store: Store;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Looks at accounts and keys again. */
  readonly reload: () => Promise<void>;
  readonly stop: (now: boolean) => void;
}

/** The server, closed by what is returned. A socket that cannot be made costs `status` and `stop`, not the proxy. */
export async function serveControl(duty: ControlDuty): Promise<() => Promise<void>> {
  const { context, home, proxy, store, log } = duty;
  const watchers = new Set<Parameters<Parameters<typeof createControlServer>[0]['operations']['events']>[0]>();
  const unsubscribe = proxy.events.subscribe(
    createExchangeRecorder((raw) => {
      if (watchers.size === 0) return;
      const record = redactRecord(raw, duty.redactor);
      for (const send of watchers) send(record);
    }),
  );
  const operations: ControlOperations = {
    status: () => serverStatus(duty),
    ...createExchangeDesk({
      store,
      proxy,
      redactor: duty.redactor,
      versions: { crossfeed: context.version, node: process.versions.node },
      clock: systemClock,
    }),
    ...createLedgerDesk(store),
    promptCache: ({ session }) => ({
      causes: proxy.cacheCauses(),
      breaks: session === undefined ? [] : proxy.cacheBreaks(session),
    }),
    ...createSeatDesk({ seat: (name) => proxy.seat(name), clock: systemClock }),
    aliases: async ({ account }) =>
      aliasRows((await proxy.seat(account)?.models()) ?? [], {
        config: parseAliases(duty.config.models.aliases),
        keys: store.callerKeys.list().filter((key) => keyState(key, systemClock) === 'valid'),
        shippedOff: duty.config.models.shippedAliasesOff,
      }),
    ...createSessionDesk({ proxy, store, budgets: (session) => proxy.spending.budgets.states(session) }),
    ...createSpendingDesk(proxy.spending),
    ...createOwnerDesk({ ...duty, clock: systemClock }),
    async connectedTools() {
      // Brings the readers of five formats along.
      const { toolSummaries } = await import('./connect-status.ts');
      return { tools: await toolSummaries(context) };
    },
    async reload() {
      await duty.reload();
      return {};
    },
    resume: ({ account }) => resume(proxy, account),
    forget: ({ rule }) => ({ forgotten: proxy.forget(rule) }),
    stop({ now }) {
      // After the answer: `now` ends the process.
      setImmediate(() => duty.stop(now ?? false));
      return {};
    },
    events(send) {
      watchers.add(send);
      return () => watchers.delete(send);
    },
  };
  const onFault = (error: Error) => log.warn('A question of the owner failed', { error });
  proxy.serveOwner({ operations, onFault });
  if (home === null) return async () => unsubscribe();
  try {
    const server = await createControlServer({
      home,
      env: context.env,
      onFault,
      operations,
      clock: systemClock,
    });
    return async () => {
      unsubscribe();
      await server.close();
    };
  } catch (thrown) {
    unsubscribe();
    if (!(thrown instanceof ControlError) || thrown.code === 'already_running') throw thrown;
    log.warn(`There will be no \`crossfeed status\` and no \`crossfeed stop\`: ${thrown.message}`);
    return () => Promise.resolve();
  }
}

function resume(proxy: Proxy, account: string | undefined): { account: string } {
  const name = account ?? proxy.status().accounts[0]?.account.name;
  const seat = proxy.seat(name);
  if (seat === undefined || name === undefined) throw new Error(`There is no account ${name ?? 'signed in'}.`);
  seat.resume();
  return { account: name };
}

function serverStatus({ context, config, configFile, proxy, store }: ControlDuty): ServerStatus {
  const { url, ...status } = proxy.status();
  const { pid, version } = context;
  return {
    ...status,
    ...seatFacts(config, status),
    url: url ?? '',
    pid,
    version,
    configFile,
    store: store.health(),
    dashboard: config.server.dashboard,
  };
}

/** Two proxies on one home would fight for its database and its socket. Says who is there already. */
export async function refuseSecondProxy(context: CliContext, home: string): Promise<void> {
  const running = await callControl({ home, env: context.env, timeoutMs: 2_000 }, 'status', {}).catch(() => null);
  if (running === null) return;
  throw new CliError(
    exitCode.failure,
    `Crossfeed is running already: ${running.url} (process ${running.pid}); \`crossfeed stop\` ends it.`,
  );
}
