/** One answer of Chat woven of several: one text, its citations, one end. Searches are not shown: Chat has no words for them. */
import { isObject, objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchEntry } from '../../canonical/web-search.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import { openAiErrorBody } from '../../protocols/openai-error.ts';
import { urlCitations } from './citations.ts';
import { sumUsage } from './sum-usage.ts';
import { entriesText, problemText, queryOf } from './result-text.ts';
import { searchTool, type AnswerWeaver, type SearchCall } from './search-face.ts';

/** A call as a stream tells it, bit by bit. */
interface ChatCall {
  id: string;
  name: string;
  arguments: string;
}

/** `view` is the request as it went up. */
export function createChatWeaver(view: JsonObject): AnswerWeaver {
  const told: JsonObject[] = [];
  const found: SearchEntry[] = [];
  let calls = new Map<unknown, ChatCall>();
  /** The caller's own calls go down under places of their own. */
  let places = new Map<unknown, number>();
  let stepText = '';
  /** Members of the step's message that Copilot wants back with it. */
  let stepExtras: Record<string, unknown> = {};
  let text = '';
  let first: JsonObject | undefined;
  let finish: JsonObject | null = null;
  let last: JsonObject | null = null;
  let usage: JsonObject | null = null;
  let isFirst = true;

  const isSearch = ({ name }: ChatCall) => name === searchTool.name;
  const own = () => [...calls.values()].filter((call) => !isSearch(call));
  const citations = () => urlCitations(text, found).map(({ type, ...citation }) => ({ type, url_citation: citation }));

  /** Calls that were all searches leave the caller nothing to answer. */
  function lastReason(): unknown {
    const reason = reasonOf(objectOf(finish));
    return reason === 'tool_calls' && own().length === 0 ? 'stop' : reason;
  }

  /** Chunks of one answer have one id. */
  function chunk(data: JsonObject): string {
    const { copilot_usage: _bill, ...rest } = data;
    const { id = rest['id'], created = rest['created'] } = first ?? {};
    return writeFrame(JSON.stringify({ ...(isFirst ? data : rest), id, created }));
  }

  function takeCalls(list: readonly unknown[]): readonly JsonObject[] {
    const shown: JsonObject[] = [];
    for (const delta of list.map(objectOf)) {
      const { index, id, function: said } = delta;
      const { name, arguments: more } = objectOf(said);
      const call = calls.get(index) ?? { id: '', name: '', arguments: '' };
      if (typeof id === 'string' && id !== '') call.id = id;
      if (typeof name === 'string' && name !== '') call.name = name;
      if (typeof more === 'string') call.arguments += more;
      calls.set(index, call);
      if (isSearch(call)) continue;
      const place = places.get(index) ?? places.size;
      places.set(index, place);
      shown.push({ ...delta, index: place });
    }
    return shown;
  }

  /** What is said after a search is a paragraph of its own. */
  const apart = (content: unknown): unknown =>
    typeof content === 'string' && content !== '' && stepText === '' && text !== '' ? `\n\n${content}` : content;

  /** What of a message has no place of its own here: sealed reasoning, which is one string or comes in bits. */
  function takeExtras(delta: JsonObject) {
    for (const [name, value] of Object.entries(delta)) {
      if (name === 'role' || name === 'content' || name === 'tool_calls' || value == null) continue;
      const before = stepExtras[name];
      stepExtras[name] = typeof before === 'string' && typeof value === 'string' ? before + value : value;
    }
  }

  return {
    frame(_event, data, raw) {
      // The end is written when there is nothing left to search for.
      if (raw === '[DONE]') return '';
      const choices: readonly unknown[] = Array.isArray(data['choices']) ? data['choices'] : [];
      const choice = objectOf(choices[0]);
      if (isObject(data['usage'])) usage = sumUsage(usage ?? {}, data['usage']);
      if (choices.length === 0) {
        last = data;
        return isObject(data['usage']) ? '' : isFirst ? undefined : '';
      }
      first ??= data;
      const delta = objectOf(choice['delta']);
      const { tool_calls: list, ...rest } = delta;
      const shown = Array.isArray(list) ? takeCalls(list) : [];
      const content = apart(delta['content']);
      if (typeof content === 'string') stepText += content;
      takeExtras(delta);
      if (choice['finish_reason'] != null) {
        finish = data;
        return '';
      }
      if (isFirst && shown.length === (Array.isArray(list) ? list.length : 0) && places.size === calls.size)
        return undefined;
      const { role: _again, ...later } = rest;
      const said = {
        ...(isFirst ? rest : later),
        ...('content' in rest ? { content } : {}),
        ...(shown.length === 0 ? {} : { tool_calls: shown }),
      };
      if (Object.keys(said).length === 0) return '';
      return chunk({ ...data, choices: [{ ...choice, delta: said }] });
    },
    whole(answer) {
      first ??= answer;
      const choice = objectOf((Array.isArray(answer['choices']) ? answer['choices'] : [])[0]);
      const message = objectOf(choice['message']);
      const list: readonly unknown[] = Array.isArray(message['tool_calls']) ? message['tool_calls'] : [];
      for (const [index, call] of list.entries()) {
        const { name, arguments: input } = objectOf(objectOf(call)['function']);
        calls.set(index, { id: String(objectOf(call)['id']), name: String(name), arguments: String(input) });
      }
      const content = apart(message['content']);
      stepText = typeof content === 'string' ? content : '';
      takeExtras(message);
      if (isObject(answer['usage'])) usage = sumUsage(usage ?? {}, answer['usage']);
      finish = answer;
    },
    endStep() {
      if (finish === null) return null;
      text += stepText;
      const searches = [...calls.values()].filter(isSearch);
      // What it found could not be given back beside the results of the caller's own tools: the model asks again.
      if (own().length > 0 || reasonOf(finish) !== 'tool_calls') return [];
      const { annotations: _ours, ...extras } = stepExtras;
      told.push({
        role: 'assistant',
        content: stepText === '' ? null : stepText,
        ...extras,
        tool_calls: searches.map(({ id, name, arguments: input }) => ({
          id,
          type: 'function',
          function: { name, arguments: input },
        })),
      });
      return searches.map(({ id, arguments: input }) => ({ id, query: queryOf(objectOf(parseJson(input))) }));
    },
    begin: () => '',
    tell(call: SearchCall, outcome) {
      const isDone = 'entries' in outcome;
      if (isDone) found.push(...outcome.entries);
      const content = isDone ? entriesText(outcome.entries) : problemText(outcome.problem);
      told.push({ role: 'tool', tool_call_id: call.id, content });
      return '';
    },
    goesOn: true,
    nextRequest(isLast) {
      isFirst = false;
      finish = null;
      calls = new Map();
      places = new Map();
      stepText = '';
      stepExtras = {};
      const { messages, tool_choice: choice, ...rest } = view;
      const said: readonly unknown[] = Array.isArray(messages) ? messages : [];
      const next = isLast ? 'none' : choice === 'required' || isObject(choice) ? 'auto' : choice;
      return { ...rest, messages: [...said, ...told], ...(next === undefined ? {} : { tool_choice: next }) };
    },
    ending() {
      const end = objectOf(finish);
      const choice = objectOf((Array.isArray(end['choices']) ? end['choices'] : [])[0]);
      const cited = citations();
      const { tool_calls: _told, role: _again, ...delta } = objectOf(choice['delta']);
      const ended = {
        ...choice,
        finish_reason: lastReason(),
        delta: cited.length === 0 ? delta : { ...delta, annotations: cited },
      };
      const counted = usage === null ? [] : [chunk({ ...(last ?? { ...end, choices: [] }), usage })];
      const isInEnd = last === null && isObject(end['usage']);
      const finished = { ...end, choices: [ended], ...(isInEnd ? { usage } : {}) };
      return [chunk(finished), ...(isInEnd ? [] : counted), writeFrame('[DONE]')].join('');
    },
    failure: (error) => writeFrame(JSON.stringify(openAiErrorBody(error))),
    refusal: (errorBody) => writeFrame(errorBody),
    answer() {
      const end = objectOf(finish);
      const { copilot_usage: _bill, ...rest } = end;
      const choice = objectOf((Array.isArray(end['choices']) ? end['choices'] : [])[0]);
      const cited = citations();
      const { tool_calls: _calls, ...message } = objectOf(choice['message']);
      const shown = own().map(({ id, name, arguments: input }) => ({
        id,
        type: 'function',
        function: { name, arguments: input },
      }));
      const whole = {
        ...message,
        content: text === '' ? (message['content'] ?? null) : text,
        ...(shown.length === 0 ? {} : { tool_calls: shown }),
        ...(cited.length === 0 ? {} : { annotations: cited }),
      };
      const { id, created } = objectOf(first);
      return {
        ...(isFirst ? end : rest),
        id,
        created,
        choices: [{ ...choice, finish_reason: lastReason(), message: whole }],
        ...(usage && { usage }),
      };
    },
  };
}

function reasonOf(data: JsonObject): unknown {
  return objectOf((Array.isArray(data['choices']) ? data['choices'] : [])[0])['finish_reason'];
}
