/** Why an answer ended, in Responses' words: a status, and a reason where it is incomplete. */
import type { FinishReason } from '../../canonical/finish-reason.ts';

/** By `incomplete_details.reason`; one that is not here is told as `length`, since the answer was cut. */
export const finishReasonOf: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
  max_messages: 'length',
  steered: 'stop',
};

export interface Ending {
  readonly status: 'completed' | 'incomplete';
  readonly reason: 'max_output_tokens' | 'content_filter' | null;
  /** What of it is lost, where something is. */
  readonly loss?: string;
}

const completed: Ending = { status: 'completed', reason: null };
const cut: Ending = { status: 'incomplete', reason: 'max_output_tokens' };
const filtered: Ending = { status: 'incomplete', reason: 'content_filter' };

export const endingOf: Readonly<Record<FinishReason, Ending>> = {
  stop: completed,
  'tool-calls': completed,
  'stop-sequence': completed,
  length: cut,
  'content-filter': filtered,
  /** Only where the answer holds no refusal of its own; with one it is complete. */
  refusal: filtered,
  'context-window': {
    ...cut,
    loss: 'Responses has no word for a full context window: it is told as max_output_tokens.',
  },
  pause: { ...completed, loss: 'Responses has no word for a turn that pauses: it is told as complete.' },
};

/** The ending as it is written. */
export function endingFor(reason: FinishReason, refusalShown: boolean): Ending {
  return reason === 'refusal' && refusalShown ? completed : endingOf[reason];
}
