/** One answer of Messages woven of several: their blocks one behind another, each search with its result, one end. */
import { isObject, objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchEntry, SearchOutcome } from '../../canonical/web-search.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import { messagesErrorBody } from '../../protocols/anthropic-messages/error.ts';
import { citationsOf } from './citations.ts';
import { restoreSearches, serverId } from './messages-history.ts';
import { sumUsage } from './sum-usage.ts';
import { queryOf, sealText } from './result-text.ts';
import { searchTool, type AnswerWeaver, type SearchCall } from './search-face.ts';

/** Made by the model itself, not by code that it runs. */
const direct = { caller: { type: 'direct' } } as const;

interface OpenBlock {
  block: Record<string, unknown>;
  json: string;
}

/** `view` is the request as it went up, without the searches of this answer. */
export function createMessagesWeaver(view: JsonObject): AnswerWeaver {
  /** As the caller has them, and sends them back on its next turn: what the next step is told is made of the same. */
  const blocks: JsonObject[] = [];
  const found: SearchEntry[] = [];
  const open = new Map<unknown, OpenBlock>();
  let base = 0;
  let stepAt = 0;
  let isFirst = true;
  let message: JsonObject = {};
  let end: JsonObject | null = null;
  let hasEnded = false;
  let usage: JsonObject = {};
  let stepUsage: JsonObject = {};
  let searches = 0;

  const event = (data: JsonObject) => writeFrame(JSON.stringify(data), String(data['type']));

  function start(data: JsonObject): string | undefined {
    const block = objectOf(data['content_block']);
    const shown = shownBlock(block);
    open.set(data['index'], { block: { ...shown }, json: '' });
    if (shown === block) return moved(data);
    return event({ ...data, index: base + Number(data['index']), content_block: shown });
  }

  /** Blocks of later steps go on counting. */
  function moved(data: JsonObject): string | undefined {
    return base === 0 ? undefined : event({ ...data, index: base + Number(data['index']) });
  }

  function stop(data: JsonObject): string | undefined {
    const ended = open.get(data['index']);
    open.delete(data['index']);
    if (ended === undefined) return moved(data);
    const { block, json } = ended;
    if (json !== '') block['input'] = objectOf(parseJson(json));
    const citations = citationsOf(block, found);
    if (citations.length > 0) block['citations'] = citations;
    blocks.push(block);
    const index = base + Number(data['index']);
    const cited = citations.map((citation) =>
      event({ type: 'content_block_delta', index, delta: { type: 'citations_delta', citation } }),
    );
    return cited.length === 0 ? moved(data) : cited.join('') + event({ ...data, index });
  }

  /** Calls that were all searches leave the caller nothing to answer: it is the model's turn again. */
  function lastDelta(): JsonObject {
    const delta = objectOf(end?.['delta']);
    const isTheirs = blocks.slice(stepAt).some(({ type }) => type === 'tool_use');
    return delta['stop_reason'] === 'tool_use' && !isTheirs ? { ...delta, stop_reason: 'pause_turn' } : delta;
  }

  function nextUsage() {
    usage = sumUsage(usage, stepUsage);
    stepUsage = {};
  }

  return {
    frame(_event, data) {
      switch (data['type']) {
        case 'message_start':
          stepUsage = objectOf(objectOf(data['message'])['usage']);
          return isFirst ? undefined : '';
        case 'content_block_start':
          return start(data);
        case 'content_block_delta': {
          const target = open.get(data['index']);
          if (target) addDelta(target, objectOf(data['delta']));
          return moved(data);
        }
        case 'content_block_stop':
          return stop(data);
        case 'message_delta':
          end = data;
          stepUsage = { ...stepUsage, ...objectOf(data['usage']) };
          return '';
        case 'message_stop':
          hasEnded = true;
          return '';
        default:
          return undefined;
      }
    },
    whole(answer) {
      const content: readonly unknown[] = Array.isArray(answer['content']) ? answer['content'] : [];
      for (const block of content.map(objectOf)) {
        const shown = shownBlock(block);
        const citations = citationsOf(shown, found);
        blocks.push(citations.length > 0 ? { ...shown, citations } : shown);
      }
      if (isFirst) message = answer;
      const { stop_reason: reason, stop_sequence: sequence } = answer;
      end = { delta: { stop_reason: reason, stop_sequence: sequence } };
      stepUsage = objectOf(answer['usage']);
      hasEnded = true;
    },
    endStep() {
      nextUsage();
      if (!hasEnded) return null;
      const fresh = blocks.slice(stepAt);
      const isCut = objectOf(end?.['delta'])['stop_reason'] !== 'tool_use';
      return isCut ? [] : fresh.filter(isSearch).map(callOf);
    },
    begin: () => '',
    tell(call, outcome) {
      const block = { type: 'web_search_tool_result', ...direct, tool_use_id: call.id, content: contentOf(outcome) };
      if ('entries' in outcome) {
        found.push(...outcome.entries);
        searches += 1;
      }
      blocks.push(block);
      const index = blocks.length - 1;
      return (
        event({ type: 'content_block_start', index, content_block: block }) +
        event({ type: 'content_block_stop', index })
      );
    },
    get goesOn() {
      return !blocks.slice(stepAt).some(({ type }) => type === 'tool_use');
    },
    nextRequest(isLast) {
      isFirst = false;
      hasEnded = false;
      end = null;
      open.clear();
      base = blocks.length;
      stepAt = blocks.length;
      const messages: readonly unknown[] = Array.isArray(view['messages']) ? view['messages'] : [];
      const { tool_choice: choice, ...rest } = view;
      const next = isLast ? { type: 'none' } : freed(choice);
      return {
        ...rest,
        messages: [...messages, ...restoreSearches([{ role: 'assistant', content: blocks }])],
        ...(next === undefined ? {} : { tool_choice: next }),
      };
    },
    ending: () =>
      event({ ...withoutBill(objectOf(end), isFirst), delta: lastDelta(), usage: billed(usage, searches) }) +
      event({ type: 'message_stop' }),
    failure: (error, exchangeId) => event({ ...messagesErrorBody(error, exchangeId) }),
    refusal: (errorBody) => writeFrame(errorBody, 'error'),
    answer: () => ({
      ...withoutBill(message, isFirst),
      ...lastDelta(),
      content: blocks,
      usage: billed(usage, searches),
    }),
  };
}

function shownBlock(block: JsonObject): JsonObject {
  if (block['type'] !== 'tool_use' || block['name'] !== searchTool.name) return block;
  return {
    type: 'server_tool_use',
    ...direct,
    id: serverId(String(block['id'])),
    name: 'web_search',
    input: block['input'],
  };
}

function isSearch({ type, name }: JsonObject): boolean {
  return type === 'server_tool_use' && name === 'web_search';
}

function callOf({ id, input }: JsonObject): SearchCall {
  return { id: String(id), query: queryOf(objectOf(input)) };
}

function addDelta(target: OpenBlock, delta: JsonObject) {
  const { block } = target;
  const add = (member: string, text: unknown) => {
    const before = block[member];
    block[member] = (typeof before === 'string' ? before : '') + (typeof text === 'string' ? text : '');
  };
  switch (delta['type']) {
    case 'text_delta':
      return add('text', delta['text']);
    case 'thinking_delta':
      return add('thinking', delta['thinking']);
    case 'signature_delta':
      return add('signature', delta['signature']);
    case 'input_json_delta':
      target.json += typeof delta['partial_json'] === 'string' ? delta['partial_json'] : '';
  }
}

function contentOf(outcome: SearchOutcome): JsonObject | readonly JsonObject[] {
  if ('problem' in outcome) return { type: 'web_search_tool_result_error', error_code: outcome.problem };
  return outcome.entries.map(({ url, title, text, pageAge }) => ({
    type: 'web_search_result',
    url,
    title,
    encrypted_content: sealText(text),
    page_age: pageAge,
  }));
}

/** A search that was forced has been made. */
function freed(choice: unknown): JsonObject | undefined {
  const { type, disable_parallel_tool_use: single } = objectOf(choice);
  if (!isObject(choice)) return undefined;
  if (type !== 'any' && type !== 'tool') return choice;
  return single === undefined ? undefined : { type: 'auto', disable_parallel_tool_use: single };
}

/** Copilot's bill is of one call, and the answer was several. */
function withoutBill(data: JsonObject, isOneCall: boolean): JsonObject {
  const { copilot_usage: _bill, ...rest } = data;
  return isOneCall ? data : rest;
}

function billed(usage: JsonObject, searches: number): JsonObject {
  return searches === 0
    ? usage
    : { ...usage, server_tool_use: { web_search_requests: searches, web_fetch_requests: 0 } };
}
