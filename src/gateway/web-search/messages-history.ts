/** Searches in a Messages conversation: the blocks that callers were given become the calls and results that the model saw. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchEntry } from '../../canonical/web-search.ts';
import { entriesText, isSearchProblem, problemText, unsealText } from './result-text.ts';

const serverPrefix = 'srvtoolu_';
const clientPrefix = 'toolu_';
/** Ids that models of other vendors give to calls keep their own beginning. */
const foreignMark = 'x_';

export function serverId(callId: string): string {
  return callId.startsWith(clientPrefix)
    ? serverPrefix + callId.slice(clientPrefix.length)
    : `${serverPrefix}${foreignMark}${callId}`;
}

export function callIdOf(id: string): string {
  if (!id.startsWith(serverPrefix)) return id;
  const rest = id.slice(serverPrefix.length);
  return rest.startsWith(foreignMark) ? rest.slice(foreignMark.length) : clientPrefix + rest;
}

const isUse = ({ type, name }: JsonObject) => type === 'server_tool_use' && name === 'web_search';
const isResult = ({ type }: JsonObject) => type === 'web_search_tool_result';
const isCitation = (citation: unknown) => objectOf(citation)['type'] === 'web_search_result_location';

export function holdsSearches(messages: unknown): boolean {
  return listOf(messages).some((message) =>
    listOf(objectOf(message)['content']).some((block) => {
      const found = objectOf(block);
      return isUse(found) || isResult(found);
    }),
  );
}

/**
 * A model's words after a result were a turn of their own when they were made, and become one again; a result at the end of
 * a message stands in the next message of the user, beside the results of the user's own tools.
 */
export function restoreSearches(messages: readonly unknown[]): readonly unknown[] {
  const restored: unknown[] = [];
  let carried: readonly JsonObject[] = [];
  for (const message of messages) {
    const { role, content } = objectOf(message);
    if (role === 'user' && carried.length > 0) {
      restored.push({ ...objectOf(message), content: [...carried, ...blocksOf(content)] });
      carried = [];
    } else if (role === 'assistant' && Array.isArray(content)) {
      if (carried.length > 0) restored.push({ role: 'user', content: carried });
      carried = restoreTurn(objectOf(message), content, restored);
    } else restored.push(message);
  }
  if (carried.length > 0) restored.push({ role: 'user', content: carried });
  return restored;
}

/** Puts one message of the model into `restored`; returns the results that the next message is to begin with. */
function restoreTurn(message: JsonObject, content: readonly unknown[], restored: unknown[]): readonly JsonObject[] {
  const answered = new Set(
    content
      .map(objectOf)
      .filter(isResult)
      .map((block) => block['tool_use_id']),
  );
  const asked = new Set(
    content
      .map(objectOf)
      .filter(isUse)
      .map((block) => block['id']),
  );
  if (answered.size === 0 && asked.size === 0) {
    restored.push({ ...message, content: content.map(withoutCitations) });
    return [];
  }
  let turn: unknown[] = [];
  let results: JsonObject[] = [];
  for (const entry of content) {
    const block = objectOf(entry);
    if (isResult(block)) {
      if (asked.has(block['tool_use_id'])) results.push(resultOf(block));
      continue;
    }
    if (results.length > 0) {
      if (turn.length > 0) restored.push({ ...message, content: turn });
      restored.push({ role: 'user', content: results });
      turn = [];
      results = [];
    }
    if (!isUse(block)) turn.push(withoutCitations(entry));
    // One that was cut off was never made.
    else if (answered.has(block['id'])) turn.push(useOf(block));
  }
  if (turn.length > 0) restored.push({ ...message, content: turn });
  return results;
}

function useOf({ id, input, cache_control: cache }: JsonObject): JsonObject {
  return {
    type: 'tool_use',
    id: callIdOf(String(id)),
    name: 'web_search',
    input: isObject(input) ? input : {},
    ...(cache === undefined ? {} : { cache_control: cache }),
  };
}

function resultOf({ tool_use_id: id, content, cache_control: cache }: JsonObject): JsonObject {
  const { error_code: code } = objectOf(content);
  const failed = !Array.isArray(content);
  const text = failed ? problemText(isSearchProblem(code) ? code : 'unavailable') : entriesText(content.map(entryOf));
  return {
    type: 'tool_result',
    tool_use_id: callIdOf(String(id)),
    content: [{ type: 'text', text }],
    ...(failed ? { is_error: true } : {}),
    ...(cache === undefined ? {} : { cache_control: cache }),
  };
}

function entryOf(value: unknown): SearchEntry {
  const { url, title, page_age: pageAge, encrypted_content: sealed } = objectOf(value);
  return {
    url: typeof url === 'string' ? url : '',
    title: typeof title === 'string' ? title : '',
    pageAge: typeof pageAge === 'string' ? pageAge : null,
    text: unsealText(sealed),
  };
}

/** Copilot knows nothing of the results that they point into. */
function withoutCitations(block: unknown): unknown {
  const { citations, ...rest } = objectOf(block);
  if (!Array.isArray(citations) || !citations.some(isCitation)) return block;
  const others = (citations as readonly unknown[]).filter((citation) => !isCitation(citation));
  return others.length === 0 ? rest : { ...rest, citations: others };
}

function blocksOf(content: unknown): readonly unknown[] {
  return Array.isArray(content) ? content : [{ type: 'text', text: typeof content === 'string' ? content : '' }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
