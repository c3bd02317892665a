/** Lets the owner hold every new call back and let them go on: what runs already goes on. */
import { ProxyError } from '../errors/proxy-error.ts';
import type { SpendGuard, SpendRequest, SpendVerdict } from './spend-guard.ts';

export interface PauseGate extends SpendGuard {
  readonly paused: boolean;
  pause(on: boolean): void;
}

/** In front of `guard`: what waited is judged when it goes on, by what was spent meanwhile. */
export function createPauseGate(guard: SpendGuard): PauseGate {
  let paused = false;
  const waiting = new Set<() => void>();

  async function wait(request: SpendRequest): Promise<SpendVerdict> {
    const { signal } = request;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    waiting.delete(resolve);
    if (!signal.aborted) return guard.admit(request);
    return { allowed: false, error: new ProxyError('canceled', 'The client left while calls were paused.') };
  }

  return {
    get paused() {
      return paused;
    },
    pause(on) {
      paused = on;
      if (!on) for (const go of waiting) go();
    },
    admit: (request) => (paused ? wait(request) : guard.admit(request)),
  };
}
