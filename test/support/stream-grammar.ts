/** What a stream says to a strict reader, by the vendors' documentation alone: how it ended, its text, and every breach. */
import { createParser } from 'eventsource-parser';
import { parseExactJson } from '../../src/framing/latin1-json.ts';
import { readGemini } from './gemini-grammar.ts';
import { readOllama } from './ollama-grammar.ts';
import { parsed, type Json, type Reading, type ReadStream, type Seen, type StreamReader } from './stream-reading.ts';

export type StreamWire = 'chat' | 'messages' | 'responses' | 'gemini' | 'ollama';

const readers: Readonly<Record<StreamWire, StreamReader>> = {
  chat: readChat,
  messages: readMessages,
  responses: readResponses,
  gemini: readGemini,
  ollama: readOllama,
};

export function readStream(wire: StreamWire, text: string): ReadStream {
  const reading: Reading = { ending: 'unfinished', text: '', calls: new Map(), reason: undefined, breaches: [] };
  const read = readers[wire](reading);
  const see = (event: string | undefined, data: string) => {
    if (reading.ending === 'unfinished') read({ event, data });
    else reading.breaches.push(`after its end the stream says ${data.slice(0, 60)}`);
  };
  if (wire === 'ollama') readLines(reading, text, see);
  else if (wire === 'gemini' && !text.startsWith('data:')) readArray(reading, text, see);
  else readEvents(reading, text, see);
  // Items may be done in another order than they stand in: a call without arguments is known to be whole at the end alone.
  const calls = [...reading.calls].toSorted(([left], [right]) => Number(left) - Number(right)).map(([, call]) => call);
  return { ...reading, calls };
}

type See = (event: string | undefined, data: string) => void;

function readEvents(reading: Reading, text: string, see: See) {
  const parser = createParser({
    onEvent(seen) {
      // An event without data is none to every reader of server-sent events.
      if (seen.data !== '') see(seen.event, seen.data);
    },
    onError: (error) => void (error.type === 'unknown-field' || reading.breaches.push(error.message)),
  });
  parser.feed(text);
  // A failure of Gemini's leaves one behind it that never comes.
  if (!/(?:\n\n|\r\n\r\n|\r\r)(?:event: error\r\n)?$/.test(text))
    reading.breaches.push('the last event is not closed by a blank line');
}

function readLines(reading: Reading, text: string, see: See) {
  if (!text.endsWith('\n')) reading.breaches.push('the last line does not end');
  for (const line of text.split('\n').slice(0, -1)) see(undefined, line);
}

/** Valid JSON to its last byte, however it ended. */
function readArray(reading: Reading, text: string, see: See) {
  try {
    const events: unknown = parseExactJson(text) ?? JSON.parse(text);
    if (!Array.isArray(events)) throw new Error('it is no array');
    for (const event of events) see(undefined, JSON.stringify(event));
  } catch (thrown) {
    reading.breaches.push(`this is no JSON array: ${String(thrown)}`);
  }
}

function readChat(reading: Reading): (seen: Seen) => void {
  return ({ data }) => {
    if (data === '[DONE]') {
      if (reading.reason === undefined) reading.breaches.push('[DONE] without a finish_reason');
      reading.ending = 'finished';
      return;
    }
    const chunk = parsed(reading, data);
    if (chunk.error) {
      reading.ending = 'failed';
      if (typeof chunk.error.message !== 'string') reading.breaches.push('an error without a message');
      return;
    }
    if (!Array.isArray(chunk.choices)) return void reading.breaches.push('a chunk without choices');
    for (const choice of chunk.choices) {
      if (typeof choice?.delta !== 'object') {
        reading.breaches.push('a choice without a delta');
        continue;
      }
      if (choice.index !== 0) reading.breaches.push(`choice ${choice.index} where one was asked for`);
      const { content } = choice.delta;
      if (content != null && typeof content !== 'string') reading.breaches.push('content that is no text');
      if (reading.reason !== undefined && content) reading.breaches.push('content after the finish');
      reading.text += content ?? '';
      for (const piece of choice.delta.tool_calls ?? []) extendCall(reading, piece);
      if (choice.finish_reason == null) continue;
      if (reading.reason !== undefined) reading.breaches.push('a second finish_reason');
      reading.reason = choice.finish_reason;
    }
  };
}

function extendCall(reading: Reading, piece: Json) {
  const known = reading.calls.get(piece.index);
  if (!known) {
    const { id, function: called } = piece;
    if (typeof id !== 'string' || id === '') reading.breaches.push('a tool call begins without an id');
    if (typeof called?.name !== 'string' || called.name === '')
      reading.breaches.push('a tool call begins without a name');
    reading.calls.set(piece.index, { id, name: called?.name, arguments: called?.arguments ?? '' });
    return;
  }
  if (piece.id !== undefined && piece.id !== known.id) reading.breaches.push('a tool call changes its id');
  known.arguments += piece.function?.arguments ?? '';
}

const deltaOf: Readonly<Record<string, string>> = { text: 'text_delta', tool_use: 'input_json_delta' };

function readMessages(reading: Reading): (seen: Seen) => void {
  let started = false;
  let open: { index: number; type: string } | undefined;
  let nextIndex = 0;
  const breach = (sentence: string) => void reading.breaches.push(sentence);
  return ({ event, data }) => {
    const payload = parsed(reading, data);
    if (event !== payload.type) breach(`the event ${event} holds the type ${payload.type}`);
    if (payload.type === 'ping') return;
    if (payload.type === 'error') {
      reading.ending = 'failed';
      if (typeof payload.error?.type !== 'string' || typeof payload.error.message !== 'string')
        breach('an error without words');
      return;
    }
    if (!started && payload.type !== 'message_start') breach(`${payload.type} before message_start`);
    if (reading.reason !== undefined && payload.type !== 'message_stop' && payload.type !== 'message_delta')
      breach(`${payload.type} after the stop reason`);
    switch (payload.type) {
      case 'message_start':
        if (started) breach('message_start twice');
        started = true;
        break;
      case 'content_block_start':
        if (open) breach('a block opens inside another');
        if (payload.index !== nextIndex) breach(`block ${payload.index} where ${nextIndex} is next`);
        nextIndex += 1;
        open = { index: payload.index, type: payload.content_block.type };
        if (open.type === 'tool_use')
          reading.calls.set(open.index, {
            id: payload.content_block.id,
            name: payload.content_block.name,
            arguments: '',
          });
        break;
      case 'content_block_delta': {
        if (!open || payload.index !== open.index) return breach('a delta for a block that is not open');
        const wanted = deltaOf[open.type];
        if (wanted !== undefined && payload.delta.type !== wanted)
          breach(`${payload.delta.type} in a block of ${open.type}`);
        if (open.type === 'text') reading.text += payload.delta.text;
        const call = reading.calls.get(open.index);
        if (call) call.arguments += payload.delta.partial_json;
        break;
      }
      case 'content_block_stop':
        if (!open || payload.index !== open.index) breach('a block closes that is not open');
        open = undefined;
        break;
      case 'message_delta':
        if (open) breach('the stop reason comes inside a block');
        reading.reason = payload.delta.stop_reason ?? reading.reason;
        break;
      case 'message_stop':
        if (reading.reason === undefined) breach('message_stop without a stop reason');
        reading.ending = 'finished';
        break;
      default:
        breach(`an event of unknown type ${payload.type}`);
    }
  };
}

function readResponses(reading: Reading): (seen: Seen) => void {
  let lastNumber = -1;
  const items = new Map<number, { id: unknown; done: boolean }>();
  const breach = (sentence: string) => void reading.breaches.push(sentence);
  return ({ event, data }) => {
    const payload = parsed(reading, data);
    const { type } = payload;
    if (event !== type) breach(`the event ${event} holds the type ${type}`);
    if (typeof payload.sequence_number !== 'number' || payload.sequence_number <= lastNumber)
      breach(`sequence number ${payload.sequence_number} after ${lastNumber}`);
    lastNumber = payload.sequence_number;
    const index = payload.output_index;
    if (type === 'response.output_item.added') {
      if (items.has(index)) breach(`item ${index} is added twice`);
      items.set(index, { id: payload.item.id, done: false });
    } else if (type === 'response.output_item.done') {
      const item = items.get(index);
      if (!item || item.done) breach(`item ${index} is done without being open`);
      else item.done = true;
      if (payload.item.id !== item?.id) breach(`item ${index} changes its id`);
      if (payload.item.type === 'function_call')
        reading.calls.set(index, {
          id: payload.item.call_id,
          name: payload.item.name,
          arguments: payload.item.arguments,
        });
    } else if (index !== undefined && payload.item_id !== items.get(index)?.id) breach(`a delta names a strange item`);
    if (type === 'response.output_text.delta') reading.text += payload.delta;
    if (!/^response\.(?:completed|incomplete|failed)$/.test(type)) return;
    reading.ending = type === 'response.failed' ? 'failed' : 'finished';
    reading.reason = payload.response.status;
    if (type === 'response.failed') {
      if (typeof payload.response.error?.message !== 'string') breach('a failure without words');
    } else if ([...items.values()].some((item) => !item.done)) breach('an item is still open at the end');
  };
}
