/** The search tool of Responses, as a function: for models that are asked where no such tool is. */
import { objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { createResponsesWeaver } from './responses-weaver.ts';
import { searchTool, type SearchFace, type SearchRewrite } from './search-face.ts';
import { locationOf, searchEdits, textsOf, usesOf } from './search-terms.ts';

const hostedType = /^web_search(?:_|$)/;

const isHosted = (tool: unknown) => hostedType.test(String(objectOf(tool)['type']));

export const responsesSearch: SearchFace = { rewrite, weave: createResponsesWeaver };

/** Earlier searches need no change: their items hold no results, and the model's own words are what remains of them. */
function rewrite(view: JsonObject): SearchRewrite | null {
  const { tools, tool_choice: choice, max_tool_calls: maxCalls } = view;
  const offered: readonly unknown[] = Array.isArray(tools) ? tools : [];
  const index = offered.findIndex(isHosted);
  // A caller's own function of that name stays the one there is.
  const isTaken = offered.some((tool) => objectOf(tool)['name'] === searchTool.name);
  if (index < 0 || isTaken) return null;
  const hosted = objectOf(offered[index]);
  const { name, description, schema: parameters } = searchTool;
  const stand = { type: 'function', name, description, parameters, strict: false };
  const { filters, user_location: location } = hosted;
  return {
    view: {
      ...view,
      tools: offered.with(index, stand),
      ...(isHosted(choice) ? { tool_choice: { type: 'function', name } } : {}),
    },
    edits: [{ rule: 'web-search', path: `tools.${index}`, reason: searchEdits.tool }],
    terms: {
      maxUses: usesOf(maxCalls),
      allowedDomains: textsOf(objectOf(filters)['allowed_domains']),
      blockedDomains: textsOf(objectOf(filters)['blocked_domains']),
      userLocation: locationOf(location),
    },
  };
}
