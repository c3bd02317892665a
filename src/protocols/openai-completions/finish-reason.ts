/** Why an answer ended, in the words of Completions. */
import type { FinishReason } from '../../canonical/finish-reason.ts';

export type CompletionEnding = 'stop' | 'length' | 'content_filter';

export const endingOf: Readonly<Record<FinishReason, CompletionEnding>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'stop',
  'stop-sequence': 'stop',
  refusal: 'content_filter',
  'content-filter': 'content_filter',
  'context-window': 'length',
  pause: 'stop',
};
