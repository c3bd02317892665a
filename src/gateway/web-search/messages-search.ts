/** The search tool of Messages: as a function on its way up, and on the next step's way up with the results behind it. */
import { objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { holdsSearches, restoreSearches } from './messages-history.ts';
import { createMessagesWeaver } from './messages-weaver.ts';
import { locationOf, searchEdits, textsOf, usesOf } from './search-terms.ts';
import { searchTool, type SearchFace, type SearchRewrite, type SearchTerms } from './search-face.ts';

const hostedType = /^web_search_\d+$/;

export const messagesSearch: SearchFace = { rewrite, weave: (view) => createMessagesWeaver(view) };

function rewrite(view: JsonObject): SearchRewrite | null {
  const { tools, messages } = view;
  const offered: readonly unknown[] = Array.isArray(tools) ? tools : [];
  const index = offered.findIndex((tool) => hostedType.test(String(objectOf(tool)['type'])));
  const hasHistory = holdsSearches(messages);
  if (index < 0 && !hasHistory) return null;
  const edits: RequestEdit[] = [];
  let changed = view;
  let terms: SearchTerms | null = null;
  if (index >= 0) {
    const hosted = objectOf(offered[index]);
    terms = termsOf(hosted);
    changed = { ...changed, tools: offered.with(index, functionOf(hosted)) };
    edits.push({ rule: 'web-search', path: `tools.${index}`, reason: searchEdits.tool });
  }
  if (hasHistory && Array.isArray(messages)) {
    changed = { ...changed, messages: restoreSearches(messages) };
    edits.push({ rule: 'web-search', path: 'messages', reason: searchEdits.history });
  }
  return { view: changed, edits, terms };
}

/** With its cache marker: what is cached ends where the caller wants it to. */
function functionOf({ cache_control: cache }: JsonObject): JsonObject {
  const { name, description, schema } = searchTool;
  return { name, description, input_schema: schema, ...(cache === undefined ? {} : { cache_control: cache }) };
}

function termsOf(tool: JsonObject): SearchTerms {
  const { max_uses: maxUses } = tool;
  return {
    maxUses: usesOf(maxUses),
    allowedDomains: textsOf(tool['allowed_domains']),
    blockedDomains: textsOf(tool['blocked_domains']),
    userLocation: locationOf(tool['user_location']),
  };
}
