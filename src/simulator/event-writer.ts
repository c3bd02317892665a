/** Writes a stream of events no faster than the client reads, and breaks it where a fault says so. */
import type { Clock, Timer } from '../base/clock.ts';
import { strikeOf, type FaultAction } from './faults.ts';

/** One wire message. `finish` tells that the answer is complete, `done` is the protocol's last word. */
export interface Frame {
  readonly text: string;
  readonly marks?: 'finish' | 'done';
  /** Nothing is sent for so long before it. */
  readonly waitMs?: number;
}

export interface StreamPlan {
  readonly strikes: readonly FaultAction[];
  readonly eventDelayMs: number;
  readonly clock: Clock;
  /** The endpoint's in-band error. */
  errorFrame(code: string, message: string, sentEvents: number): Frame;
  /** Called once, with how many events were written; `client-left` and after it nothing more is sent. */
  onEnd(how: 'answered' | 'broken-off' | 'client-left', sentEvents: number): void;
}

type Step =
  /** `endsEvent`: with these bytes an event of the answer is out whole. */
  | { readonly kind: 'write'; readonly bytes: Buffer; readonly endsEvent?: boolean }
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'cut'; readonly reset: boolean }
  | { readonly kind: 'stall' }
  | { readonly kind: 'end' };

/** After so many events the loop lets other streams of this process have a turn. */
const eventsPerTurn = 256;

/** Where the bytes go: an HTTP response, or the frames of a WebSocket. */
export interface StreamSink {
  write(bytes: Buffer): boolean;
  end(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  readonly socket: { end(): unknown; resetAndDestroy(): unknown } | null;
}

export function writeFrames(response: StreamSink, frames: Iterable<Frame>, plan: StreamPlan): void {
  const steps = stepsOf(frames, plan);
  // Small pieces reach the client as small pieces only if each gets a turn of the loop of its own.
  const turnAfter = strikeOf(plan.strikes, 'split-bytes') === undefined ? eventsPerTurn : 1;
  let timer: Timer | undefined;
  let gone = false;
  let sentEvents = 0;
  let ended = false;
  const end = (how: 'answered' | 'broken-off' | 'client-left') => {
    if (!ended) plan.onEnd(how, sentEvents);
    ended = true;
  };
  response.once('close', () => {
    gone = true;
    timer?.cancel();
    end('client-left');
  });

  function pump(): void {
    for (let events = 0; events < turnAfter; events += 1) {
      if (gone) return;
      const step = nextStep(steps);
      switch (step.kind) {
        case 'stall':
          return;
        case 'end':
          end('answered');
          response.end();
          return;
        case 'cut':
          end('broken-off');
          if (step.reset) response.socket?.resetAndDestroy();
          else response.socket?.end();
          return;
        case 'wait':
          timer = plan.clock.after(step.forMs, pump);
          return;
        case 'write':
          if (step.endsEvent) sentEvents += 1;
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
      yield* bytesOf(plan.errorFrame(error.code ?? 'upstream_provider_error', message, sent), strikes);
      return;
    }
    if ((frame.marks === 'finish' && withoutFinish) || (frame.marks === 'done' && withoutDone)) continue;
    if (frame.waitMs !== undefined) yield { kind: 'wait', forMs: frame.waitMs };
    yield* bytesOf(frame, strikes, true);
    sent += 1;
  }
}

function* bytesOf(frame: Frame, strikes: readonly FaultAction[], counts = false): Generator<Step, void> {
  const text = strikeOf(strikes, 'crlf') === undefined ? frame.text : frame.text.replaceAll('\n', '\r\n');
  const bytes = Buffer.from(text, 'utf8');
  const size = Math.max(1, strikeOf(strikes, 'split-bytes')?.size ?? bytes.length);
  for (let start = 0; start < bytes.length; start += size)
    yield {
      kind: 'write',
      bytes: bytes.subarray(start, start + size),
      endsEvent: counts && start + size >= bytes.length,
    };
}

function injectedBytes(inject: Extract<FaultAction, { kind: 'inject' }>): Buffer {
  return inject.base64 === undefined ? Buffer.from(inject.text ?? '', 'utf8') : Buffer.from(inject.base64, 'base64');
}
