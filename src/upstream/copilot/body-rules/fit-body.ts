/** Brings a wire body into the form that its endpoint and model take: every rule in turn, and what they changed. */
import type { RequestEdit } from '../../../canonical/request-edit.ts';
import type { Model } from '../../../canonical/model.ts';
import type { UpstreamPath } from '../../upstream.ts';
import { bodyRules } from '../body-rules.ts';
import type { BodyDraft } from './body-draft.ts';
import type { BodyRule } from './body-rule.ts';

export interface FitInput {
  readonly path: UpstreamPath;
  /** Of a body that was parsed from a latin1 view; the rules write into it. */
  readonly draft: BodyDraft;
  readonly model: Model;
  /** Whether the upstream is asked for a stream. */
  readonly stream: boolean;
  readonly disabledRules: ReadonlySet<string>;
}

/** Applies every rule to the draft, and says what each changed. */
export function fitBody({ path, draft, model, stream, disabledRules }: FitInput): readonly RequestEdit[] {
  const edits: RequestEdit[] = [];
  for (const rule of bodyRules) {
    if (!appliesTo(rule, path) || disabledRules.has(rule.name)) continue;
    for (const edit of rule.edits({ body: draft.body, model, stream })) {
      draft.apply(edit);
      edits.push({ rule: rule.name, reason: rule.reason, path: edit.path.join('.') });
    }
  }
  return edits;
}

function appliesTo(rule: BodyRule, path: UpstreamPath): boolean {
  if (rule.path === 'any' || rule.path === path) return true;
  return rule.countsToo === true && path === '/v1/messages/count_tokens';
}
