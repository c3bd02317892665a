/** More tools than an endpoint takes: which go up and which stay here, the same ones every turn of a session. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { JsonEdit } from '../framing/json-text.ts';
import { utf8Text } from './latin1-view.ts';
import { toolPlaces } from './tool-places.ts';

/** OpenAI's bound, which holds on both of its endpoints; Messages has none of its own. */
const mostTools: Readonly<Partial<Record<Endpoint, number>>> = { '/chat/completions': 128, '/responses': 128 };

/** Beyond it leaving tools out is no service any more. */
const mostToolsAtAll = 1024;

export interface PrunedTools {
  readonly jsonEdits: readonly JsonEdit[];
  readonly edits: readonly RequestEdit[];
  /** The names that stayed here, to be remembered for the session; undefined where all went up. */
  readonly pruned: readonly string[] | undefined;
}

const names = 10;

/** Of one session: several agents' worth. */
const mostRemembered = 4 * mostToolsAtAll;

/**
 * `decisions.md` 14: what the conversation called and what is forced stays, then declaration order up to the limit; a tool
 * that an earlier turn left out (`before`) comes after those that went up, so that the offer does not change.
 * Errors: `invalid_request`.
 */
export function pruneTools(endpoint: Endpoint, view: JsonObject, before: readonly string[] = []): PrunedTools {
  const none = { jsonEdits: [], edits: [], pruned: undefined };
  const places = toolPlaces[endpoint];
  const offered = places?.offered(view) ?? [];
  if (offered.length > mostToolsAtAll) {
    const message = `tools: ${offered.length} tools are more than the ${mostToolsAtAll} that can be chosen from.`;
    throw new ProxyError('invalid_request', message, { param: 'tools' });
  }
  const most = mostTools[endpoint] ?? Infinity;
  if (!places || offered.length <= most) return none;
  const needed = new Set([...places.called(view), ...places.chosen(view)].map(({ name }) => name));
  const known = new Set(before);
  const rank = (tool: (typeof offered)[number]) => {
    if (tool.names.some(({ name }) => needed.has(name))) return 0;
    return tool.names.some(({ name }) => known.has(name)) ? 2 : 1;
  };
  const gone = new Set(offered.toSorted((a, b) => rank(a) - rank(b)).slice(most));
  const out = offered.filter((tool) => gone.has(tool));
  const pruned = out.flatMap((tool) => tool.names.map(({ name }) => name));
  // A sub-agent of the session has tools of its own: what was left out of the others' offers stays out of them.
  const here = new Set(offered.flatMap((tool) => tool.names.map(({ name }) => name)));
  const elsewhere = before.filter((name) => !here.has(name));
  const shown = pruned.slice(0, names).map((name) => utf8Text(name).slice(0, 64));
  const more = pruned.length > names ? ` and ${pruned.length - names} more` : '';
  const reason = `The endpoint takes ${most} tools; ${offered.length} were offered, so these stay here: ${shown.join(', ')}${more}.`;
  return {
    jsonEdits: out.map(({ path }) => ({ op: 'remove', path })),
    edits: [{ rule: 'tool-limit', reason, path: 'tools' }],
    pruned: [...pruned, ...elsewhere].slice(0, mostRemembered),
  };
}
