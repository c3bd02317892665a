/** `web_search_options` of Chat, as a function: no model that Copilot has on Chat searches by itself. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { createChatWeaver } from './chat-weaver.ts';
import { searchTool, type SearchFace, type SearchRewrite } from './search-face.ts';
import { locationOf, searchEdits } from './search-terms.ts';

export const chatSearch: SearchFace = { rewrite, weave: createChatWeaver };

/** Several choices cannot each go on with their own searches; a caller's own tool of that name stays the one there is. */
function rewrite(view: JsonObject): SearchRewrite | null {
  const { web_search_options: options, n, ...rest } = view;
  const tools: readonly unknown[] = Array.isArray(view['tools']) ? view['tools'] : [];
  const { name, description, schema: parameters } = searchTool;
  const isTaken = tools.some((tool) => objectOf(objectOf(tool)['function'])['name'] === name);
  if (!isObject(options) || isTaken || (typeof n === 'number' && n > 1)) return null;
  const { user_location: location } = options;
  const stand = { type: 'function', function: { name, description, parameters } };
  return {
    view: { ...rest, ...(n === undefined ? {} : { n }), tools: [...tools, stand] },
    edits: [{ rule: 'web-search', path: 'web_search_options', reason: searchEdits.tool }],
    terms: {
      maxUses: Number.POSITIVE_INFINITY,
      allowedDomains: [],
      blockedDomains: [],
      userLocation: locationOf(objectOf(location)['approximate']),
    },
  };
}
