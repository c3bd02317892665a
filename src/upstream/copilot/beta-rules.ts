/** Which of Anthropic's beta headers go up: Copilot refuses a request for one name it does not know. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';

/** Observed: allowed by prefix, whatever the date behind it. */
const allowedBetas = ['interleaved-thinking-', 'context-management-', 'advanced-tool-use-', 'computer-use-'];

const contextManagementBeta = 'context-management-2025-06-27';

export interface BetaPlan {
  /** The header's value; undefined for no header at all. */
  readonly header: string | undefined;
  readonly edits: readonly RequestEdit[];
}

/** `inbound` is the caller's header, a comma list; `disabled` says which of the two rules are switched off. */
export function planBetas(inbound: string | undefined, body: JsonObject, disabled: ReadonlySet<string>): BetaPlan {
  const asked = (inbound ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const edits: RequestEdit[] = [];
  const kept = asked.filter((name) => {
    if (disabled.has('known-betas') || allowedBetas.some((prefix) => name.startsWith(prefix))) return true;
    edits.push({ rule: 'known-betas', reason: `Copilot refuses the beta ${name}.`, path: 'anthropic-beta' });
    return false;
  });
  const managesContext =
    body['context_management'] != null && !kept.some((name) => name.startsWith('context-management-'));
  if (managesContext && !disabled.has('context-beta')) {
    kept.push(contextManagementBeta);
    edits.push({
      rule: 'context-beta',
      reason: 'context_management is refused without its beta.',
      path: 'anthropic-beta',
    });
  }
  return { header: kept.length === 0 ? undefined : kept.join(','), edits };
}
