/** Why an answer ended, in Ollama's words: it has two. */
import type { FinishReason } from '../../canonical/finish-reason.ts';

export interface Ending {
  readonly reason: 'stop' | 'length';
  /** What of it is lost, where something is. */
  readonly loss?: string;
}

export const endingOf: Readonly<Record<FinishReason, Ending>> = {
  stop: { reason: 'stop' },
  length: { reason: 'length' },
  /** Clients look for calls in the message. */
  'tool-calls': { reason: 'stop' },
  'stop-sequence': { reason: 'stop' },
  refusal: { reason: 'stop', loss: 'Ollama has no word for a refusal: it is told as stop.' },
  'content-filter': { reason: 'stop', loss: 'Ollama has no word for a filter: it is told as stop.' },
  'context-window': { reason: 'length', loss: 'Ollama has no word for a full context window: it is told as length.' },
  pause: { reason: 'stop', loss: 'Ollama has no word for a turn that pauses: it is told as stop.' },
};

/** Answers that nothing was generated for. */
export const loadReasons = ['load', 'unload'] as const;
