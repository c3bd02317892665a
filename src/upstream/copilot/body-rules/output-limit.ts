/** The rule of every generating endpoint about how long an answer may be. */
import { numberOrNull } from '../../../canonical/json-value.ts';
import type { UpstreamPath } from '../../upstream.ts';
import { set, type BodyRule } from './body-rule.ts';

/** A limit over the model's own is brought down to it; OpenAI's endpoint also refuses one under `least`. */
export function outputLimitRule(path: UpstreamPath, fields: readonly string[], least = 1): BodyRule {
  return {
    name: 'output-limit',
    path,
    reason: 'The catalogue says how long an answer of this model may be; a limit outside of that is refused.',
    edits: ({ body, model }) =>
      fields.flatMap((field) => {
        const asked = numberOrNull(body[field]);
        if (asked === null || asked < 1) return [];
        const fitting = Math.min(Math.max(asked, least), model.limits.outputTokens ?? Infinity);
        return fitting === asked ? [] : [set([field], fitting)];
      }),
  };
}
