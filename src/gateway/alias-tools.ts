/** Tool names that an endpoint does not take: aliased on the way up. */
import type { JsonObject } from '../canonical/json-value.ts';
import { isGoogle, type Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { JsonEdit } from '../framing/json-text.ts';
import { createToolNames } from '../translation/tool-names.ts';
import { utf8Text } from './latin1-view.ts';
import { toolPlaces } from './tool-places.ts';

const wirePattern = /^[a-zA-Z0-9_-]+$/;
/** Google's models want a letter in front. */
const lettersFirst = /^[a-zA-Z_][a-zA-Z0-9_-]*$/;

/** Anthropic itself takes 128, and not on every backend that stands behind `/v1/messages`. */
const wireLength = 64;

/** `decisions.md` 14: no protocol served here takes more, so a longer one is somebody's mistake. */
const maxNameLength = 128;

export interface AliasedTools {
  readonly jsonEdits: readonly JsonEdit[];
  readonly edits: readonly RequestEdit[];
  /** From alias to the caller's name, as text; empty where every name goes up as it is. */
  readonly toolNames: ReadonlyMap<string, string>;
}

const allAsTheyAre: AliasedTools = { jsonEdits: [], edits: [], toolNames: new Map() };

/** `view` is the latin1 view of a body for `endpoint`. Errors: `invalid_request` for names that nobody could take. */
export function aliasToolNames(endpoint: Endpoint, view: JsonObject, model: Model): AliasedTools {
  const places = toolPlaces[endpoint];
  if (!places) return allAsTheyAre;
  const offered = places.offered(view).flatMap(({ names }) => names);
  const all = [...offered, ...places.called(view), ...places.chosen(view)];
  if (all.length === 0) return allAsTheyAre;
  const pattern = isGoogle(model) ? lettersFirst : wirePattern;
  const names = createToolNames(
    all.map(({ name }) => name),
    { maxLength: wireLength, pattern },
  );
  if (names.aliased.length === 0) return allAsTheyAre;
  for (const { name, path } of all) refuseLong(utf8Text(name), path.join('.'));
  const reason = 'The upstream takes shorter tool names of fewer characters; the answer carries the own name again.';
  const changed = all.filter(({ name }) => names.toWire(name) !== name);
  return {
    jsonEdits: changed.map(({ path, name }) => ({ op: 'set', path, value: names.toWire(name) })),
    edits: changed.map(({ path }) => ({ rule: 'tool-names', reason, path: path.join('.') })),
    toolNames: new Map(names.aliased.map(({ name, alias }) => [alias, utf8Text(name)])),
  };
}

function refuseLong(name: string, param: string) {
  if (name.length <= maxNameLength) return;
  const message = `${param}: the tool name '${name.slice(0, 32)}…' has ${name.length} characters; ${maxNameLength} at most.`;
  throw new ProxyError('invalid_request', message, { param });
}
