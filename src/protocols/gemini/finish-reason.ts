/** Why an answer ended, in Gemini's words. */
import type { FinishReason } from '../../canonical/finish-reason.ts';

export interface Ending {
  readonly reason: 'STOP' | 'MAX_TOKENS' | 'SAFETY';
  /** What of it is lost, where something is. */
  readonly loss?: string;
}

export const endingOf: Readonly<Record<FinishReason, Ending>> = {
  stop: { reason: 'STOP' },
  length: { reason: 'MAX_TOKENS' },
  /** Calls stand in the parts: there is no word for them here. */
  'tool-calls': { reason: 'STOP' },
  'stop-sequence': { reason: 'STOP' },
  /** Only where the model did not say why: its own words of refusal are an answer like any other. */
  refusal: { reason: 'SAFETY' },
  'content-filter': { reason: 'SAFETY' },
  'context-window': {
    reason: 'MAX_TOKENS',
    loss: 'Gemini has no word for a full context window: it is told as MAX_TOKENS.',
  },
  pause: { reason: 'STOP', loss: 'Gemini has no word for a turn that pauses: it is told as STOP.' },
};

export function endingFor(reason: FinishReason, refusalShown: boolean): Ending {
  return reason === 'refusal' && refusalShown ? endingOf.stop : endingOf[reason];
}
