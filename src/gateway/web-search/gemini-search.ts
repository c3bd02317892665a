/** Google's search tool in a Gemini request, as a function. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { createGeminiWeaver } from './gemini-weaver.ts';
import { searchTool, type SearchFace, type SearchRewrite } from './search-face.ts';
import { searchEdits } from './search-terms.ts';

export const geminiSearch: SearchFace = { rewrite, weave: createGeminiWeaver };

const hostedNames = ['googleSearch', 'google_search', 'googleSearchRetrieval', 'google_search_retrieval'];

const isHosted = (tool: unknown) => hostedNames.some((name) => isObject(objectOf(tool)[name]));

/** Earlier searches need no change: nothing of them stands in the contents but the model's own words. */
function rewrite(view: JsonObject): SearchRewrite | null {
  const tools: readonly unknown[] = Array.isArray(view['tools']) ? view['tools'] : [view['tools']];
  const index = tools.findIndex(isHosted);
  if (index < 0) return null;
  const { name, description, schema } = searchTool;
  const { additionalProperties: _none, ...parameters } = schema;
  const others = Object.entries(objectOf(tools[index])).filter(([member]) => !hostedNames.includes(member));
  const stand = { functionDeclarations: [{ name, description, parametersJsonSchema: parameters }] };
  const rest = others.length === 0 ? [] : [Object.fromEntries(others)];
  return {
    view: { ...view, tools: [...tools.slice(0, index), ...rest, ...tools.slice(index + 1), stand] },
    edits: [{ rule: 'web-search', path: `tools.${index}`, reason: searchEdits.tool }],
    terms: { maxUses: Number.POSITIVE_INFINITY, allowedDomains: [], blockedDomains: [] },
  };
}
