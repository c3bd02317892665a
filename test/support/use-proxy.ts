/** One proxy for all tests of a file, with the question that closes each suite: would the real GitHub have minded? */
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { startProxy, type StartedProxy, type StartProxyOptions } from './start-proxy.ts';

export interface UseProxyOptions extends StartProxyOptions {
  /** Names of simulator rules that the file breaks on purpose: refusals that it wants to see. */
  readonly knownBreaches?: readonly string[];
}

/** Starts the proxy before the file's tests and ends it after them. Call the result inside a test. */
export function useProxy(options: UseProxyOptions = {}): () => StartedProxy {
  let started: StartedProxy | undefined;
  const current = () => {
    if (started === undefined) throw new Error('the proxy runs only inside tests');
    return started;
  };
  beforeAll(async () => {
    started = await startProxy(options);
  });
  afterEach(async () => {
    await expectQuiet(current());
  });
  afterAll(async () => {
    const running = current();
    const breaches = running.simulator.breaches.filter(({ rule }) => !options.knownBreaches?.includes(rule));
    await running.close();
    expect(breaches).toEqual([]);
    expect(running.complaints).toEqual([]);
  });
  return current;
}

/** Waits until nothing runs any more, on neither side: what a test leaves behind is its own failure. */
export async function expectQuiet({ simulator, proxy }: StartedProxy): Promise<void> {
  await vi.waitFor(
    () => {
      expect(simulator.openStreams).toBe(0);
      expect(proxy.status().openExchanges).toBe(0);
    },
    { timeout: 5000, interval: 10 },
  );
}
