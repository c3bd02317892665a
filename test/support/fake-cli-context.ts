/** A `CliContext` without a process: what a command writes is kept, and its signals are sent by the test. */
import { PassThrough, Writable } from 'node:stream';
import type { CliContext, Signal } from '../../src/cli/cli-context.ts';

export interface FakeCliContext extends CliContext {
  out(): string;
  err(): string;
  signal(signal: Signal): void;
  /** As if nobody had caught it. */
  fault(thrown: unknown): void;
}

export function fakeCliContext(over: Partial<CliContext> = {}): FakeCliContext {
  const out = memory();
  const err = memory();
  const listeners = new Set<(signal: Signal) => void>();
  let onUncaught = (_thrown: unknown): void => undefined;
  return {
    stdin: new PassThrough(),
    stdout: out.stream,
    stderr: err.stream,
    env: {},
    homedir: '/nowhere',
    pid: 4242,
    isTty: { stdin: false, stdout: false, stderr: false },
    colors: false,
    version: '1.2.3',
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onUncaught(listener) {
      onUncaught = listener;
    },
    exit: () => undefined,
    ...over,
    out: () => out.text(),
    err: () => err.text(),
    signal(signal) {
      for (const listener of listeners) listener(signal);
    },
    fault: (thrown) => onUncaught(thrown),
  };
}

function memory(): { stream: Writable; text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}
