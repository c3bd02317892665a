/** One answer of Responses woven of several: their items one behind another, each search an item of its own, one end. */
import { objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchEntry, SearchOutcome } from '../../canonical/web-search.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import { openAiErrorBody } from '../../protocols/openai-error.ts';
import { urlCitations } from './citations.ts';
import { sumUsage } from './sum-usage.ts';
import { entriesText, problemText, queryOf } from './result-text.ts';
import { searchTool, type AnswerWeaver, type SearchCall } from './search-face.ts';

const terminals: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);

/** `view` is the request as it went up, `asked` the one that came. */
export function createResponsesWeaver(view: JsonObject, asked: JsonObject): AnswerWeaver {
  /** What the caller has, by its place. */
  const shown: JsonObject[] = [];
  /** What the next step is told of this answer. */
  const told: JsonObject[] = [];
  const found: SearchEntry[] = [];
  /** Of the present step: from its places to the caller's; null for a search, which is shown once it is made. */
  let places = new Map<unknown, number | null>();
  const searchPlaces = new Map<string, number>();
  let sequence = 0;
  let isFirst = true;
  let opened: JsonObject = {};
  let end: JsonObject | null = null;
  let endType = 'response.completed';
  let usage: JsonObject = {};
  const wantsSources = listOf(asked['include']).includes('web_search_call.action.sources');

  function event(data: JsonObject): string {
    const numbered = { ...data, sequence_number: sequence };
    sequence += 1;
    return writeFrame(JSON.stringify(numbered), String(data['type']));
  }

  /** The response as the caller asked for it. */
  function dressed(response: JsonObject): JsonObject {
    return 'tools' in response
      ? { ...response, tools: asked['tools'], tool_choice: asked['tool_choice'] ?? 'auto' }
      : response;
  }

  function ofItem(data: JsonObject): string {
    const { type, output_index: at, item } = data;
    if (type === 'response.output_item.added') {
      const isSearch = isSearchCall(objectOf(item));
      places.set(at, isSearch ? null : shown.length);
      if (!isSearch) shown.push(objectOf(item));
    }
    const place = places.get(at);
    if (place === null || place === undefined) return '';
    const moved = { ...data, output_index: place };
    switch (type) {
      case 'response.output_text.done':
        return (
          annotations(String(data['text']))
            .map((annotation, index) =>
              event({
                type: 'response.output_text.annotation.added',
                item_id: data['item_id'],
                output_index: place,
                content_index: data['content_index'],
                annotation_index: index,
                annotation,
              }),
            )
            .join('') + event(moved)
        );
      case 'response.content_part.done':
        return event({ ...moved, part: annotated(objectOf(data['part'])) });
      case 'response.output_item.done': {
        const done = annotatedItem(objectOf(item));
        shown[place] = done;
        return event({ ...moved, item: done });
      }
      default:
        return event(moved);
    }
  }

  const annotations = (text: string) => urlCitations(text, found);

  function annotated(part: JsonObject): JsonObject {
    if (part['type'] !== 'output_text' || typeof part['text'] !== 'string') return part;
    const cited = annotations(part['text']);
    return cited.length === 0 ? part : { ...part, annotations: [...listOf(part['annotations']), ...cited] };
  }

  function annotatedItem(item: JsonObject): JsonObject {
    if (item['type'] !== 'message') return item;
    return { ...item, content: listOf(item['content']).map((part) => annotated(objectOf(part))) };
  }

  function searchItem(call: SearchCall, status: string, outcome?: SearchOutcome): JsonObject {
    const sources = outcome && 'entries' in outcome ? outcome.entries.map(({ url }) => ({ type: 'url', url })) : [];
    const action = { type: 'search', query: call.query, queries: [call.query], ...(wantsSources ? { sources } : {}) };
    return { id: itemId(call), type: 'web_search_call', status, action };
  }

  const finished = () => ({
    ...dressed(withoutBill(objectOf(end), isFirst)),
    ...('created_at' in opened ? { created_at: opened['created_at'] } : {}),
    output: shown,
    usage,
  });

  function failed(code: unknown, message: unknown): string {
    const error = { code: typeof code === 'string' ? code : 'server_error', message };
    return event({ type: 'response.failed', response: { ...dressed(opened), status: 'failed', error, output: shown } });
  }

  return {
    frame(_event, data) {
      const { type, response } = data;
      if (terminals.has(type)) {
        end = objectOf(response);
        endType = String(type);
        return '';
      }
      if (type === 'response.created' || type === 'response.in_progress') {
        if (isFirst) opened = objectOf(response);
        return isFirst ? event({ ...data, response: dressed(objectOf(response)) }) : '';
      }
      return 'output_index' in data ? ofItem(data) : event(data);
    },
    whole(answer) {
      if (isFirst) opened = answer;
      for (const item of listOf(answer['output']).map(objectOf))
        if (!isSearchCall(item)) shown.push(annotatedItem(item));
      end = answer;
    },
    endStep() {
      if (end === null) return null;
      usage = sumUsage(usage, objectOf(end['usage']));
      const items = listOf(end['output']).map(objectOf);
      const calls = items.filter(isSearchCall);
      // What it found could not be given back beside the results of the caller's own tools: the model asks again.
      if (end['status'] !== 'completed' || items.some((item) => isCall(item) && !isSearchCall(item))) return [];
      told.push(...items);
      return calls.map((item) => ({
        id: String(item['call_id']),
        query: queryOf(objectOf(parseJson(String(item['arguments'])))),
      }));
    },
    begin(call) {
      const place = shown.length;
      searchPlaces.set(call.id, place);
      const item = searchItem(call, 'in_progress');
      shown.push(item);
      const at = { output_index: place, item_id: item['id'] };
      return (
        event({ type: 'response.output_item.added', output_index: place, item }) +
        event({ type: 'response.web_search_call.in_progress', ...at }) +
        event({ type: 'response.web_search_call.searching', ...at })
      );
    },
    tell(call, outcome) {
      const isDone = 'entries' in outcome;
      if (isDone) found.push(...outcome.entries);
      const output = isDone ? entriesText(outcome.entries) : problemText(outcome.problem);
      told.push({ type: 'function_call_output', call_id: call.id, output });
      const place = searchPlaces.get(call.id) ?? shown.length;
      const item = searchItem(call, isDone ? 'completed' : 'failed', outcome);
      shown[place] = item;
      const completed = { type: 'response.web_search_call.completed', output_index: place, item_id: item['id'] };
      return (isDone ? event(completed) : '') + event({ type: 'response.output_item.done', output_index: place, item });
    },
    goesOn: true,
    get answerId() {
      const { id } = opened;
      return typeof id === 'string' ? id : undefined;
    },
    nextRequest(isLast) {
      isFirst = false;
      end = null;
      places = new Map();
      const { input, tool_choice: choice, ...rest } = view;
      const own = typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : listOf(input);
      const isForced = choice === 'required' || objectOf(choice)['name'] === searchTool.name;
      const next = isLast ? 'none' : isForced ? 'auto' : choice;
      return { ...rest, input: [...own, ...told], ...(next === undefined ? {} : { tool_choice: next }) };
    },
    ending: () => event({ type: endType, response: finished() }),
    failure(error) {
      const { code, message } = openAiErrorBody(error).error;
      return failed(code, message);
    },
    refusal(errorBody) {
      const { code, message } = objectOf(objectOf(parseJson(errorBody))['error']);
      return failed(code, message);
    },
    answer: finished,
  };
}

/** Whatever the caller, or somebody else, has to answer first. */
const isCall = ({ type }: JsonObject) => typeof type === 'string' && type.endsWith('_call');

function isSearchCall({ type, name, namespace }: JsonObject): boolean {
  return type === 'function_call' && name === searchTool.name && (namespace === undefined || namespace === null);
}

function itemId({ id }: SearchCall): string {
  return `ws_${id.replace(/^call_/, '')}`;
}

/** Copilot's bill is of one call, and the answer was several. */
function withoutBill(response: JsonObject, isOneCall: boolean): JsonObject {
  const { copilot_usage: _bill, ...rest } = response;
  return isOneCall ? response : rest;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
