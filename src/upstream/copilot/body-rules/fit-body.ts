/** Brings a wire body into the form that its endpoint and model take: every rule in turn, and what they changed. */
import type { JsonObject } from '../../../canonical/json-value.ts';
import type { RequestEdit } from '../../../canonical/request-edit.ts';
import type { Model } from '../../../canonical/model.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import type { UpstreamPath } from '../../upstream.ts';
import { bodyRules } from '../body-rules.ts';
import { createBodyDraft } from './body-draft.ts';
import type { BodyRule } from './body-rule.ts';

export interface FitInput {
  readonly path: UpstreamPath;
  /** Parsed from a latin1 view. */
  readonly view: JsonObject;
  readonly model: Model;
  /** Whether the upstream is asked for a stream. */
  readonly stream: boolean;
  readonly disabledRules: ReadonlySet<string>;
}

export interface FittedBody {
  /** The body as it will go up; in lists there are holes where something was taken out. */
  readonly view: JsonObject;
  /** From the body that came to the one that goes up. */
  readonly jsonEdits: readonly JsonEdit[];
  readonly edits: readonly RequestEdit[];
}

export function fitBody({ path, view, model, stream, disabledRules }: FitInput): FittedBody {
  const draft = createBodyDraft(view);
  const edits: RequestEdit[] = [];
  for (const rule of bodyRules) {
    if (!appliesTo(rule, path) || disabledRules.has(rule.name)) continue;
    for (const edit of rule.edits({ body: draft.body, model, stream })) {
      draft.apply(edit);
      edits.push({ rule: rule.name, reason: rule.reason, path: edit.path.join('.') });
    }
  }
  return { view: draft.body, jsonEdits: draft.edits(), edits };
}

function appliesTo(rule: BodyRule, path: UpstreamPath): boolean {
  if (rule.path === 'any' || rule.path === path) return true;
  return rule.countsToo === true && path === '/v1/messages/count_tokens';
}
