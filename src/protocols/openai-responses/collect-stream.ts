/** Folds a Responses stream into the response that a caller who did not stream gets. */
import { isObject, objectOf } from '../../canonical/json-value.ts';
import type { StreamCollector } from '../protocol.ts';

const terminalTypes: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);

export function createResponsesCollector(): StreamCollector {
  const items = new Map<unknown, unknown>();
  let answer: string | null = null;
  return {
    push(payload) {
      if (answer !== null || !isObject(payload)) return;
      if (payload['type'] === 'response.output_item.done') items.set(payload['output_index'], payload['item']);
      if (!terminalTypes.has(payload['type'])) return;
      const response = objectOf(payload['response']);
      const output = response['output'];
      // The last event repeats all items; where an upstream leaves them out, those that were done stand in.
      const whole = Array.isArray(output) && output.length > 0 ? output : [...items.values()];
      const bill = payload['copilot_usage'];
      answer = JSON.stringify({ ...response, output: whole, ...(bill === undefined ? {} : { copilot_usage: bill }) });
    },
    answer: () => answer,
  };
}
