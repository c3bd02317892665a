/** The sampling fields that reasoning GPT models refuse, on either of OpenAI's endpoints. */
import type { JsonEdit } from '../../../framing/json-text.ts';
import { isReasoningGpt } from '../../../canonical/model.ts';
import { remove, type RuleInput } from './body-rule.ts';

export function reasoningSampling({ body, model }: RuleInput): JsonEdit[] {
  if (!isReasoningGpt(model)) return [];
  return ['temperature', 'top_p'].filter((key) => body[key] != null && body[key] !== 1).map((key) => remove(key));
}
