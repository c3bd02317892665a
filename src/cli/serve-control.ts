/** What the running program answers on its control socket. */
import { systemClock } from '../base/clock.ts';
import type { ServerStatus } from '../control/contract.ts';
import { callControl } from '../control/control-client.ts';
import { ControlError } from '../control/control-error.ts';
import { createControlServer } from '../control/control-server.ts';
import { createExchangeRecorder } from '../observability/exchange-recorder.ts';
import type { Logger } from '../observability/logger.ts';
import type { Proxy } from '../proxy.ts';
import type { Store } from '../store/open-store.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { createSeatDesk } from './seat-desk.ts';

export interface ControlDuty {
  readonly context: CliContext;
  readonly home: string;
  readonly configFile: string | null;
  readonly proxy: Proxy;
  readonly store: Store;
  readonly log: Logger;
  readonly stop: (now: boolean) => void;
}

/** The server, closed by what is returned. A socket that cannot be made costs `status` and `stop`, not the proxy. */
export async function serveControl(duty: ControlDuty): Promise<() => Promise<void>> {
  const { context, home, proxy, store, log } = duty;
  const watchers = new Set<Parameters<Parameters<typeof createControlServer>[0]['operations']['events']>[0]>();
  const unsubscribe = proxy.events.subscribe(
    createExchangeRecorder((record) => {
      for (const send of watchers) send(record);
    }),
  );
  try {
    const server = await createControlServer({
      home,
      env: context.env,
      onFault: (error) => log.warn('A question on the control socket failed', { error }),
      operations: {
        status: () => serverStatus(duty),
        exchanges: ({ limit }) => store.exchanges.recent(limit),
        exchange: async ({ id }) => (await store.exchanges.find(id)) ?? null,
        ...createSeatDesk({ seat: (name) => proxy.seat(name), clock: systemClock }),
        stop({ now }) {
          // After the answer: `now` ends the process.
          setImmediate(() => duty.stop(now ?? false));
          return {};
        },
        events(send) {
          watchers.add(send);
          return () => watchers.delete(send);
        },
      },
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

function serverStatus({ context, configFile, proxy }: ControlDuty): ServerStatus {
  const { url, ...status } = proxy.status();
  return { ...status, url: url ?? '', pid: context.pid, version: context.version, configFile };
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
