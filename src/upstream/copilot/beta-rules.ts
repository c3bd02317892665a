/** Which of Anthropic's beta headers go up: Copilot refuses a request for one name it does not know. */
import { objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { listOf } from './body-rules/body-rule.ts';

/** Observed: allowed by prefix, whatever the date behind it. */
const allowedBetas = ['interleaved-thinking-', 'context-management-', 'advanced-tool-use-', 'computer-use-'];

const contextManagementBeta = 'context-management-2025-06-27';
const advancedToolsBeta = 'advanced-tool-use-2025-11-20';

/** Tools that are shown to the model later, the search for them, and what such a search found earlier on. */
function defersTools(body: JsonObject): boolean {
  return listOf(body['tools']).some(isDeferred) || listOf(body['messages']).some((turn) => refersToTools(turn));
}

function isDeferred(tool: unknown): boolean {
  const { type, defer_loading: deferred } = objectOf(tool);
  return deferred === true || (typeof type === 'string' && type.startsWith('tool_search_tool'));
}

function refersToTools(value: unknown): boolean {
  const { type, content } = objectOf(value);
  return type === 'tool_reference' || type === 'tool_search_tool_result' || listOf(content).some(refersToTools);
}

export interface BetaPlan {
  /** The header's value; undefined for no header at all. */
  readonly header: string | undefined;
  readonly edits: readonly RequestEdit[];
}

/** `inbound` is the caller's header, a comma list; `disabled` says which of these rules are switched off. */
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
  if (!disabled.has('tools-beta') && defersTools(body) && !kept.some((name) => name.startsWith('advanced-tool-use-'))) {
    kept.push(advancedToolsBeta);
    edits.push({
      rule: 'tools-beta',
      reason: 'Deferred tools are refused without their beta.',
      path: 'anthropic-beta',
    });
  }
  return { header: kept.length === 0 ? undefined : kept.join(','), edits };
}
