/** Signals, the stop command and uncaught faults, each against a launched program that is only pretended. */
import { expect, test } from 'vitest';
import { fakeCliContext } from '../../test/support/fake-cli-context.ts';
import type { Logger } from '../observability/logger.ts';
import type { Launched } from './launch.ts';
import { runUntilSignal } from './run-until-signal.ts';

function launched() {
  const calls: string[] = [];
  const drained = Promise.withResolvers<void>();
  let stop = (_now: boolean): void => undefined;
  const log: Logger = {
    error: (message) => void calls.push(`error ${message}`),
    warn: () => undefined,
    info: () => undefined,
    debug: () => undefined,
    exchange: () => undefined,
    close: () => Promise.resolve(),
  };
  const value: Pick<Launched, 'log' | 'onStop' | 'close' | 'closeNow' | 'openExchanges'> = {
    log,
    openExchanges: () => 1,
    onStop(listener) {
      stop = listener;
    },
    close() {
      calls.push('close');
      return drained.promise;
    },
    closeNow() {
      calls.push('closeNow');
      return Promise.resolve();
    },
  };
  return { value, calls, drained: () => drained.resolve(), stop: (now: boolean) => stop(now) };
}

test('a signal drains, and a drain ends with 0', async () => {
  const context = fakeCliContext();
  const program = launched();
  const ended = runUntilSignal(context, program.value);
  context.signal('SIGTERM');
  expect(program.calls).toEqual(['close']);
  program.drained();
  expect(await ended).toBe(0);
});

test('a second signal ends at once, with 130', async () => {
  const context = fakeCliContext();
  const program = launched();
  const ended = runUntilSignal(context, program.value);
  context.signal('SIGTERM');
  context.signal('SIGTERM');
  context.signal('SIGTERM');
  expect(await ended).toBe(130);
  expect(program.calls).toEqual(['close', 'closeNow']);
});

test('Ctrl-C under npm arrives twice and is one', async () => {
  const context = fakeCliContext();
  const program = launched();
  const ended = runUntilSignal(context, program.value);
  context.signal('SIGINT');
  context.signal('SIGINT');
  expect(program.calls).toEqual(['close']);
  program.drained();
  expect(await ended).toBe(0);
});

test('`crossfeed stop` drains, `--now` does not wait', async () => {
  const program = launched();
  const ended = runUntilSignal(fakeCliContext(), program.value);
  program.stop(false);
  program.stop(false);
  program.stop(true);
  expect(program.calls).toEqual(['close', 'closeNow']);
  expect(await ended).toBe(130);
});

test('what nobody caught is logged, and ends with 70 after the drain', async () => {
  const context = fakeCliContext();
  const program = launched();
  const ended = runUntilSignal(context, program.value);
  context.fault(new Error('one'));
  context.fault(new Error('two'));
  expect(program.calls).toEqual([expect.stringContaining('error'), 'close', expect.stringContaining('error')]);
  program.drained();
  expect(await ended).toBe(70);
});
