/** One answer of Gemini woven of several: the words of all, one end, and what they rest on as grounding. */
import { isObject, objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchEntry } from '../../canonical/web-search.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import { errorEncoders } from '../../protocols/error-encoders.ts';
import { citedEntries, placeOfUrl } from './citations.ts';
import { entriesText, problemText, queryOf } from './result-text.ts';
import { searchTool, type AnswerWeaver, type SearchCall } from './search-face.ts';
import { sumUsage } from './sum-usage.ts';

/** `view` is the request as it went up. */
export function createGeminiWeaver(view: JsonObject): AnswerWeaver {
  const told: JsonObject[] = [];
  const found: SearchEntry[] = [];
  const queries: string[] = [];
  /** Of the whole answer, for callers who get it in one piece. */
  const shown: JsonObject[] = [];
  let stepParts: JsonObject[] = [];
  let results: JsonObject[] = [];
  let calls = new Map<string, JsonObject>();
  let text = '';
  let first: JsonObject | undefined;
  let end: JsonObject | null = null;
  let usage: JsonObject = {};
  let stepUsage: JsonObject = {};
  let isFirst = true;

  function take(data: JsonObject): readonly JsonObject[] {
    first ??= data;
    if (isObject(data['usageMetadata'])) stepUsage = { ...stepUsage, ...data['usageMetadata'] };
    const parts = partsOf(data);
    stepParts.push(...parts);
    const own = parts.filter((part) => !isSearch(part));
    for (const part of own) if (typeof part['text'] === 'string' && part['thought'] !== true) text += part['text'];
    shown.push(...own);
    return own;
  }

  /** Answers of several steps have one id. */
  function dressed(data: JsonObject, parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
    const candidate = candidateOf(data);
    const { responseId } = first ?? {};
    return {
      ...data,
      ...(responseId === undefined ? {} : { responseId }),
      candidates: [{ ...candidate, content: { role: 'model', ...objectOf(candidate['content']), parts }, ...more }],
    };
  }

  function grounding(): JsonObject {
    if (queries.length === 0) return {};
    const cited = citedEntries(text, found);
    return {
      groundingMetadata: {
        webSearchQueries: queries,
        groundingChunks: cited.map(({ url, title }) => ({ web: { uri: url, title } })),
        groundingSupports: cited.map(({ url }, index) => {
          // The vendor counts bytes.
          const startIndex = Buffer.byteLength(text.slice(0, placeOfUrl(text, url)));
          const segment = { startIndex, endIndex: startIndex + Buffer.byteLength(url), text: url };
          return { segment, groundingChunkIndices: [index] };
        }),
      },
    };
  }

  return {
    frame(_event, data) {
      const before = partsOf(data).length;
      const own = take(data);
      if (candidateOf(data)['finishReason'] !== undefined) {
        end = dressed(data, own);
        return '';
      }
      if (isFirst && own.length === before) return undefined;
      return own.length === 0 ? '' : writeFrame(JSON.stringify(dressed(data, own)));
    },
    whole(answer) {
      take(answer);
      end = answer;
    },
    endStep() {
      if (end === null) return null;
      usage = sumUsage(usage, stepUsage);
      stepUsage = {};
      const searches = stepParts.filter(isSearch);
      const hasOthers = stepParts.some((part) => isObject(part['functionCall']) && !isSearch(part));
      // What it found could not be given back beside the results of the caller's own tools: the model asks again.
      if (hasOthers || candidateOf(end)['finishReason'] !== 'STOP') return [];
      told.push({ role: 'model', parts: stepParts });
      calls = new Map(searches.map((part, index) => [`call ${index}`, objectOf(part['functionCall'])]));
      return [...calls].map(([id, call]) => ({ id, query: queryOf(objectOf(call['args'])) }));
    },
    begin: () => '',
    tell(call: SearchCall, outcome) {
      const isDone = 'entries' in outcome;
      if (isDone) {
        found.push(...outcome.entries);
        queries.push(call.query);
      }
      const { id } = calls.get(call.id) ?? {};
      const said = isDone ? { output: entriesText(outcome.entries) } : { error: problemText(outcome.problem) };
      const response = { ...(id === undefined ? {} : { id }), name: searchTool.name, response: said };
      results.push({ functionResponse: response });
      return '';
    },
    goesOn: true,
    nextRequest(isLast) {
      told.push({ role: 'user', parts: results });
      results = [];
      stepParts = [];
      isFirst = false;
      end = null;
      const { contents, toolConfig, tool_config: otherConfig, ...rest } = view;
      const config = objectOf(toolConfig ?? otherConfig);
      const { functionCallingConfig: _mode, function_calling_config: _other, ...others } = config;
      const next = isLast ? { ...others, functionCallingConfig: { mode: 'NONE' } } : others;
      return {
        ...rest,
        contents: [...(Array.isArray(contents) ? (contents as readonly unknown[]) : [contents]), ...told],
        ...(Object.keys(next).length === 0 ? {} : { toolConfig: next }),
      };
    },
    ending() {
      const last = objectOf(end);
      const whole = dressed(last, partsOf(last), grounding());
      return writeFrame(JSON.stringify(counted(whole, usage)));
    },
    failure: (error, exchangeId) => writeFrame(errorEncoders.gemini.encodeError(error, exchangeId).body),
    refusal: (errorBody) => writeFrame(JSON.stringify(parseJson(errorBody) ?? {})),
    answer: () => counted(dressed(objectOf(end), shown, grounding()), usage),
  };
}

function candidateOf({ candidates }: JsonObject): JsonObject {
  return objectOf(Array.isArray(candidates) ? candidates[0] : undefined);
}

function partsOf(data: JsonObject): readonly JsonObject[] {
  const { parts } = objectOf(candidateOf(data)['content']);
  return Array.isArray(parts) ? parts.map(objectOf) : [];
}

function isSearch({ functionCall }: JsonObject): boolean {
  return isObject(functionCall) && functionCall['name'] === searchTool.name;
}

function counted(data: JsonObject, usage: JsonObject): JsonObject {
  return Object.keys(usage).length === 0 ? data : { ...data, usageMetadata: usage };
}
