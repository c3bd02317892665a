/** Writes a stream of events no faster than the client reads, and breaks it where a fault says so. */
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../base/clock.ts';
import { strikeOf, type FaultAction } from './faults.ts';

/** One wire message. `finish` tells that the answer is complete, `done` is the protocol's last word. */
export interface Frame {
  readonly text: string;
  readonly marks?: 'finish' | 'done';
}

export interface StreamPlan {
  readonly strikes: readonly FaultAction[];
  readonly eventDelayMs: number;
  readonly clock: Clock;
  /** The endpoint's in-band error. */
  errorFrame(code: string, message: string): Frame;
  /** Called once: the answer went out whole, or a fault ended it. Not called when the client left. */
  onEnd(how: 'answered' | 'broken-off'): void;
}

type Step =
  | { readonly kind: 'write'; readonly bytes: Buffer }
  | { readonly kind: 'cut'; readonly reset: boolean }
  | { readonly kind: 'stall' }
  | { readonly kind: 'end' };

/** After so many events the loop lets other streams of this process have a turn. */
const eventsPerTurn = 256;

export function writeFrames(response: ServerResponse, frames: Iterable<Frame>, plan: StreamPlan): void {
  const steps = stepsOf(frames, plan);
  // Small pieces reach the client as small pieces only if each gets a turn of the loop of its own.
  const turnAfter = strikeOf(plan.strikes, 'split-bytes') === undefined ? eventsPerTurn : 1;
  let timer: Timer | undefined;
  let gone = false;
  response.once('close', () => {
    gone = true;
    timer?.cancel();
  });

  function pump(): void {
    for (let events = 0; events < turnAfter; events += 1) {
      if (gone) return;
      const step = nextStep(steps);
      switch (step.kind) {
        case 'stall':
          return;
        case 'end':
          response.end();
          return plan.onEnd('answered');
        case 'cut':
          plan.onEnd('broken-off');
          if (step.reset) response.socket?.resetAndDestroy();
          else response.socket?.end();
          return;
        case 'write':
          if (!response.write(step.bytes)) {
            response.once('drain', pump);
            return;
          }
      }
      if (plan.eventDelayMs > 0) {
        timer = plan.clock.after(plan.eventDelayMs, pump);
        return;
      }
    }
    setImmediate(pump);
  }
  pump();
}

function nextStep(steps: Generator<Step, void>): Step {
  const next = steps.next();
  return next.done === true ? { kind: 'end' } : next.value;
}

function* stepsOf(frames: Iterable<Frame>, plan: StreamPlan): Generator<Step, void> {
  const { strikes } = plan;
  const cut = strikeOf(strikes, 'cut');
  const stall = strikeOf(strikes, 'stall');
  const error = strikeOf(strikes, 'error-event');
  const inject = strikeOf(strikes, 'inject');
  const withoutFinish = strikeOf(strikes, 'no-terminal') !== undefined;
  const withoutDone = withoutFinish || strikeOf(strikes, 'no-done') !== undefined;
  let sent = 0;
  for (const frame of frames) {
    if (inject?.afterEvents === sent) yield { kind: 'write', bytes: injectedBytes(inject) };
    if (cut?.afterEvents === sent) yield { kind: 'cut', reset: cut.reset ?? false };
    if (stall?.afterEvents === sent) yield { kind: 'stall' };
    if (error?.afterEvents === sent) {
      const message = error.message ?? 'The simulated provider failed in the middle of its answer.';
      yield* bytesOf(plan.errorFrame(error.code ?? 'upstream_provider_error', message), strikes);
      return;
    }
    if ((frame.marks === 'finish' && withoutFinish) || (frame.marks === 'done' && withoutDone)) continue;
    yield* bytesOf(frame, strikes);
    sent += 1;
  }
}

function* bytesOf(frame: Frame, strikes: readonly FaultAction[]): Generator<Step, void> {
  const text = strikeOf(strikes, 'crlf') === undefined ? frame.text : frame.text.replaceAll('\n', '\r\n');
  const bytes = Buffer.from(text, 'utf8');
  const size = Math.max(1, strikeOf(strikes, 'split-bytes')?.size ?? bytes.length);
  for (let start = 0; start < bytes.length; start += size)
    yield { kind: 'write', bytes: bytes.subarray(start, start + size) };
}

function injectedBytes(inject: Extract<FaultAction, { kind: 'inject' }>): Buffer {
  return inject.base64 === undefined ? Buffer.from(inject.text ?? '', 'utf8') : Buffer.from(inject.base64, 'base64');
}
