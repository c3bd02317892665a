/** Reasoning of a model that this session has left: in our envelope, which no upstream knows, or without any seal. */
import type { RequestEdit } from '../canonical/request-edit.ts';
import { isEnvelope } from '../translation/sealed-envelope.ts';
import type { BodyDraft } from '../upstream/copilot/body-rules/body-draft.ts';
import { sealedThoughts, withoutThoughts } from '../upstream/copilot/sealed-reasoning.ts';
import type { UpstreamPath } from '../upstream/upstream.ts';

const reason = 'Another model sealed this reasoning, and only that one can read it.';
const unsealed = 'Reasoning without its seal means nothing to a model, and Claude takes it for forged.';

/** Takes it out of a body in the endpoint's own words. What is translated was unsealed before, so nothing is left there. */
export function leaveOthersReasoning(path: UpstreamPath, draft: BodyDraft): readonly RequestEdit[] {
  const others = sealedThoughts(path, draft.body).filter(({ seal }) => seal === '' || isEnvelope(seal));
  if (others.length === 0) return [];
  const edits = withoutThoughts(path, draft.body, new Set(others.map(({ id }) => id)));
  const bare = new Set(others.flatMap(({ seal, paths }) => (seal === '' ? paths.map((at) => at.join('.')) : [])));
  return edits.map((edit) => {
    draft.apply(edit);
    const at = edit.path.join('.');
    return { rule: 'reasoning-left-behind', reason: bare.has(at) ? unsealed : reason, path: at };
  });
}
