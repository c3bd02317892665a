/** Keeps the program running until somebody ends it, and decides how: after its answers, or at once. */
import { systemClock } from '../base/clock.ts';
import type { CliContext } from './cli-context.ts';
import { exitCode } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { Launched } from './launch.ts';

/**
 * Ctrl-C reaches the whole process group, and npm passes it on once more: two at the same moment are one keypress.
 * SIGTERM comes from somebody who counts, so each one counts.
 */
const sameKeypressMs = 100;
/** Whatever hangs, a second signal ends the program within a second. */
const endNowMs = 800;

/**
 * Takes over signals, `crossfeed stop` and what nobody caught (a fault is logged, running answers end, and the exit
 * code is 70). Resolves when everything is closed.
 */
export function runUntilSignal(
  context: CliContext,
  launched: Pick<Launched, 'log' | 'onStop' | 'close' | 'closeNow' | 'openExchanges'>,
): Promise<ExitCode> {
  const { promise, resolve } = Promise.withResolvers<ExitCode>();
  const { log } = launched;
  let code: ExitCode = exitCode.ok;
  let drainingSince: number | null = null;
  let ending = false;

  function drain(): void {
    drainingSince = systemClock.monotonic();
    const openExchanges = launched.openExchanges();
    log.info(openExchanges === 0 ? 'Stopping' : 'Stopping; once more ends it at once', { openExchanges });
    launched.close().then(
      () => resolve(code),
      () => resolve(exitCode.internal),
    );
  }

  function endNow(): void {
    if (ending) return;
    ending = true;
    log.warn('Ending at once');
    if (code === exitCode.ok) code = exitCode.interrupted;
    const end = () => resolve(code);
    systemClock.after(endNowMs, end);
    launched.closeNow().then(end, end);
  }

  function stop(now: boolean): void {
    if (now) endNow();
    else if (drainingSince === null) drain();
  }

  context.onSignal((signal) => {
    if (drainingSince === null) return drain();
    if (signal === 'SIGINT' && systemClock.monotonic() - drainingSince < sameKeypressMs) return;
    endNow();
  });
  context.onUncaught((thrown) => {
    log.error('A fault of the program itself: please report it', { error: thrown });
    code = exitCode.internal;
    stop(false);
  });
  launched.onStop(stop);
  return promise;
}
