/** Makes a wire body fit its endpoint and model: the upstream's rules, the number of tools, and their names. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { JsonEdit } from '../framing/json-text.ts';
import { createBodyDraft } from '../upstream/copilot/body-rules/body-draft.ts';
import { fitBody } from '../upstream/copilot/body-rules/fit-body.ts';
import type { UpstreamPath } from '../upstream/upstream.ts';
import { aliasToolNames } from './alias-tools.ts';
import { leaveOthersReasoning } from './others-reasoning.ts';
import { pruneTools } from './prune-tools.ts';

export interface FitRequest {
  readonly path: UpstreamPath;
  readonly endpoint: Endpoint;
  /** Parsed from the latin1 view of the body in the endpoint's own wire format. */
  readonly view: JsonObject;
  readonly model: Model;
  /** Whether the upstream is asked for a stream. */
  readonly stream: boolean;
  readonly disabledRules: ReadonlySet<string>;
  /** The tools that earlier turns of the session went up without. */
  readonly prunedBefore?: readonly string[] | undefined;
}

export interface FittedRequest {
  /** The body as it goes up, in which a hole (undefined) stands where something was taken out of a list. */
  readonly view: JsonObject;
  /** From the body that came to the one that goes up, for `editJson`. */
  readonly jsonEdits: readonly JsonEdit[];
  readonly edits: readonly RequestEdit[];
  /** From alias to the caller's own tool name; empty where all names went up as they are. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** The tools that this request goes up without; undefined where it has all of them. */
  readonly prunedTools: readonly string[] | undefined;
}

/** Errors: `invalid_request` for tools that no choice or alias could save. */
export function fitRequest(request: FitRequest): FittedRequest {
  const { path, endpoint, view, model, stream, disabledRules, prunedBefore } = request;
  const draft = createBodyDraft(view);
  const edits = [...leaveOthersReasoning(path, draft), ...fitBody({ path, draft, model, stream, disabledRules })];
  let prunedTools: readonly string[] | undefined;
  if (!disabledRules.has('tool-limit')) {
    const pruned = pruneTools(endpoint, draft.body, prunedBefore);
    for (const edit of pruned.jsonEdits) draft.apply(edit);
    edits.push(...pruned.edits);
    prunedTools = pruned.pruned;
  }
  let toolNames: ReadonlyMap<string, string> = new Map();
  if (!disabledRules.has('tool-names')) {
    const aliased = aliasToolNames(endpoint, draft.body, model);
    for (const edit of aliased.jsonEdits) draft.apply(edit);
    edits.push(...aliased.edits);
    toolNames = aliased.toolNames;
  }
  return { view: draft.body, jsonEdits: draft.edits(), edits, toolNames, prunedTools };
}
