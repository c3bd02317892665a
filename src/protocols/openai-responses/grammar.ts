/** Holds a Responses stream to its grammar: numbers without a gap, items that open and close once, whole texts at their ends. */
import { isObject, objectOf, ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { GrammarChecker } from '../protocol.ts';

/** A text that grows within an item: where it stands, what was said of it so far. */
interface GrowingText {
  text: string;
  isDone: boolean;
}

interface OpenItem {
  readonly id: unknown;
  readonly type: unknown;
  readonly texts: Map<string, GrowingText>;
  /** Parts that were added, by place; true once they are done. */
  readonly parts: Map<string, boolean>;
  /** How far a search has come. */
  stage: number;
}

interface TextRule {
  readonly ends: boolean;
  /** The member that holds the delta or the whole text. */
  readonly member: string;
  readonly itemType: string;
  /** What counts its parts, where it has some. */
  readonly index: 'content_index' | 'summary_index' | null;
}

const textEvents: readonly (readonly [string, string, string, TextRule['index']])[] = [
  ['response.output_text', 'text', 'message', 'content_index'],
  ['response.refusal', 'refusal', 'message', 'content_index'],
  ['response.reasoning_summary_text', 'text', 'reasoning', 'summary_index'],
  ['response.function_call_arguments', 'arguments', 'function_call', null],
  ['response.custom_tool_call_input', 'input', 'custom_tool_call', null],
];

const textRules = new Map<string, TextRule>(
  textEvents.flatMap(([name, whole, itemType, index]) => [
    [`${name}.delta`, { ends: false, member: 'delta', itemType, index }],
    [`${name}.done`, { ends: true, member: whole, itemType, index }],
  ]),
);

const partEvents: Readonly<Record<string, { readonly ends: boolean; readonly index: string }>> = {
  'response.content_part.added': { ends: false, index: 'content_index' },
  'response.content_part.done': { ends: true, index: 'content_index' },
  'response.reasoning_summary_part.added': { ends: false, index: 'summary_index' },
  'response.reasoning_summary_part.done': { ends: true, index: 'summary_index' },
};

/** A search that fails has no last one. */
const searchStages: readonly string[] = ['in_progress', 'searching', 'completed'].map(
  (name) => `response.web_search_call.${name}`,
);

const terminals: Readonly<Record<string, string>> = {
  'response.completed': 'completed',
  'response.incomplete': 'incomplete',
  'response.failed': 'failed',
};

export function createResponsesGrammar(): GrammarChecker {
  let nextNumber = 0;
  let isCreated = false;
  let isOver = false;
  let responseId: unknown;
  let itemCount = 0;
  const ids = new Set<unknown>();
  const open = new Map<unknown, OpenItem>();
  const done = new Map<unknown, string>();

  function checkAdded({ output_index: index, item }: JsonObject): string | null {
    const { id, type, content, summary } = objectOf(item);
    if (index !== itemCount) return `an item opens at output_index ${String(index)}, not at ${itemCount}`;
    if (typeof id !== 'string' || id === '' || typeof type !== 'string') return 'an item opens without id or type';
    if (ids.has(id)) return `a second item has the id ${id}`;
    for (const list of [content, summary])
      if (list !== undefined && (!Array.isArray(list) || list.length > 0)) return 'an item opens with content';
    itemCount += 1;
    ids.add(id);
    open.set(index, { id, type, texts: new Map(), parts: new Map(), stage: 0 });
    return null;
  }

  function checkDone({ output_index: index, item }: JsonObject): string | null {
    const known = open.get(index);
    if (!known) return `an item ends at output_index ${String(index)}, where none is open`;
    const { id, type, content, summary, ...members } = objectOf(item);
    if (id !== known.id || type !== known.type) return 'an item ends with another id or type than it opened with';
    if ([...known.parts.values()].includes(false)) return 'an item ends while a part of it is open';
    const listed = [content, summary].flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []));
    if (listed.length !== known.parts.size) return 'an item ends with more or fewer parts than were told';
    for (const [place, { text, isDone }] of known.texts) {
      if (!isDone) return 'an item ends while a text of it is not done';
      const part = place === '' ? members : objectOf(listed[Number(place)]);
      if (![part['text'], part['refusal'], part['arguments'], part['input']].includes(text))
        return 'an item ends with another text than was told';
    }
    if ((type === 'function_call' || type === 'custom_tool_call') && !known.texts.has(''))
      return 'a call ends without its input being told';
    open.delete(index);
    done.set(index, JSON.stringify(item));
    return null;
  }

  function openAt({ output_index: index, item_id: id }: JsonObject): OpenItem | string {
    const known = open.get(index);
    if (!known) return `it belongs to output_index ${String(index)}, where no item is open`;
    return known.id === id ? known : 'its item_id is not that of the item at its output_index';
  }

  function checkPart(payload: JsonObject, { ends, index: member }: { ends: boolean; index: string }): string | null {
    const item = openAt(payload);
    if (typeof item === 'string') return item;
    const place = String(payload[member]);
    if (!ends) {
      if (place !== String(item.parts.size)) return `a part opens at ${place}, not at ${item.parts.size}`;
      item.parts.set(place, false);
      return null;
    }
    if (item.parts.get(place) !== false) return 'a part ends that is not open';
    const { text, refusal } = objectOf(payload['part']);
    const told = item.texts.get(place);
    if (told && !told.isDone) return 'a part ends before its text is done';
    if ((text ?? refusal) !== (told?.text ?? '')) return 'a part ends with another text than was told';
    item.parts.set(place, true);
    return null;
  }

  function checkText(payload: JsonObject, { ends, member, itemType, index }: TextRule): string | null {
    const item = openAt(payload);
    if (typeof item === 'string') return item;
    if (item.type !== itemType) return `it belongs to an item of type ${String(item.type)}`;
    const place = index === null ? '' : String(payload[index]);
    if (index !== null && item.parts.get(place) !== false) return 'it belongs to a part that is not open';
    const text = payload[member];
    if (typeof text !== 'string') return `its ${member} is no string`;
    const told = item.texts.get(place) ?? { text: '', isDone: false };
    item.texts.set(place, told);
    if (told.isDone) return 'its text was done before';
    if (!ends) told.text += text;
    else if (told.text !== text) return 'a text ends as another one than its deltas told';
    told.isDone = ends;
    return null;
  }

  function checkSearch(payload: JsonObject, stage: number): string | null {
    const item = openAt(payload);
    if (typeof item === 'string') return item;
    if (item.type !== 'web_search_call') return `it belongs to an item of type ${String(item.type)}`;
    if (item.stage !== stage) return 'a search does not go its way step by step';
    item.stage += 1;
    return null;
  }

  function checkTerminal(type: string, { response }: JsonObject): string | null {
    isOver = true;
    const { id, status, output, usage, error } = objectOf(response);
    if (id !== responseId) return 'the response ends with another id than it opened with';
    if (status !== terminals[type]) return `its status is ${String(status)}`;
    if (!Array.isArray(output)) return 'it has no output';
    if (type === 'response.failed') return isObject(error) ? null : 'it does not say what failed';
    if (open.size > 0) return 'it comes while an item is open';
    const items = [...done].sort(([a], [b]) => Number(a) - Number(b)).map(([, text]) => text);
    if (items.length !== output.length || output.some((item, index) => JSON.stringify(item) !== items[index]))
      return 'its output is not what was told';
    const { input_tokens_details: input, output_tokens_details: counted } = objectOf(usage);
    return isObject(input) && isObject(counted) ? null : 'its usage lacks the detail objects';
  }

  function check(type: string, payload: JsonObject): string | null {
    if (!isCreated) {
      if (type !== 'response.created') return 'the stream does not begin with response.created';
      isCreated = true;
      responseId = objectOf(payload['response'])['id'];
      return typeof responseId === 'string' ? null : 'the response has no id';
    }
    if (Object.hasOwn(terminals, type)) return checkTerminal(type, payload);
    const part = ownEntry(partEvents, type);
    if (part) return checkPart(payload, part);
    const text = textRules.get(type);
    if (text) return checkText(payload, text);
    const stage = searchStages.indexOf(type);
    if (stage >= 0) return checkSearch(payload, stage);
    switch (type) {
      case 'response.in_progress':
        return objectOf(payload['response'])['id'] === responseId ? null : 'the response has another id';
      case 'response.output_item.added':
        return checkAdded(payload);
      case 'response.output_item.done':
        return checkDone(payload);
      case 'response.output_text.annotation.added': {
        const item = openAt(payload);
        return typeof item === 'string' ? item : null;
      }
      default:
        return 'nothing is known of such an event';
    }
  }

  return {
    push(payload) {
      if (!isObject(payload) || typeof payload['type'] !== 'string') return 'An event is no object with a type.';
      const { type, sequence_number: number } = payload;
      if (isOver) return `${type}: the stream was over.`;
      if (number !== nextNumber) return `${type}: its sequence_number is ${String(number)}, not ${nextNumber}.`;
      nextNumber += 1;
      const fault = check(type, payload);
      return fault === null ? null : `${type}: ${fault}.`;
    },
    end: () => (isOver ? null : 'The stream has no last event.'),
  };
}
