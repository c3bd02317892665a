/** Why an answer ended, in Chat Completions' words: both directions. */
import type { FinishReason } from '../../canonical/finish-reason.ts';

/** By `finish_reason`, after `mendedFinish` made sense of it beside the calls. */
export const finishReasonOf: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

export interface Ending {
  readonly reason: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  /** What of it is lost, where something is. */
  readonly loss?: string;
}

export const endingOf: Readonly<Record<FinishReason, Ending>> = {
  stop: { reason: 'stop' },
  length: { reason: 'length' },
  'tool-calls': { reason: 'tool_calls' },
  'stop-sequence': { reason: 'stop' },
  /** Only where the answer holds no refusal of its own; with one it has stopped. */
  refusal: { reason: 'content_filter' },
  'content-filter': { reason: 'content_filter' },
  'context-window': { reason: 'length', loss: 'Chat has no word for a full context window: it is told as length.' },
  pause: { reason: 'stop', loss: 'Chat has no word for a turn that pauses: it is told as stop.' },
};

/** The ending as it is written: clients act on calls only where it says so, and wait for some where it says so in vain. */
export function endingFor(reason: FinishReason, calls: number, refusalShown: boolean): Ending {
  if (reason === 'refusal' && refusalShown) return endingOf.stop;
  const ending = endingOf[reason];
  if (ending.reason === 'stop' && calls > 0) return { ...ending, reason: 'tool_calls' };
  return ending.reason === 'tool_calls' && calls === 0 ? endingOf.stop : ending;
}
