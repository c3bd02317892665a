/** Why an answer ended, in Messages' words: both directions side by side. */
import type { FinishReason } from '../../canonical/finish-reason.ts';

/** By `stop_reason`; one that is not here is told as `stop`. */
export const finishReasonOf: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  stop_sequence: 'stop-sequence',
  refusal: 'refusal',
  pause_turn: 'pause',
  model_context_window_exceeded: 'context-window',
};

export const stopReasonOf = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'stop-sequence': 'stop_sequence',
  refusal: 'refusal',
  'content-filter': 'refusal',
  'context-window': 'model_context_window_exceeded',
  pause: 'pause_turn',
} as const satisfies Record<FinishReason, string>;
