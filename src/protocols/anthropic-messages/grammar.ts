/** Holds a Messages stream to its grammar: one start, blocks one after the other, one ending. */
import { isObject, objectOf, ownEntry } from '../../canonical/json-value.ts';
import type { GrammarChecker } from '../protocol.ts';
import { stopReasonOf } from './finish-reason.ts';

/** Which deltas may stand in which block. */
const deltasOf: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
  redacted_thinking: [],
};

const stopReasons: ReadonlySet<unknown> = new Set(Object.values(stopReasonOf));

export function createMessagesGrammar(): GrammarChecker {
  let place: 'before' | 'within' | 'told' | 'behind' = 'before';
  let openType: string | null = null;
  let blocks = 0;
  let calls = 0;

  function block(type: string, payload: Readonly<Record<string, unknown>>): string | null {
    if (place !== 'within') return `${type} outside the message`;
    const { index } = payload;
    switch (type) {
      case 'content_block_start': {
        if (openType !== null) return 'a block opens within another one';
        if (index !== blocks) return `the block's index is ${String(index)}, not ${blocks}`;
        const { type: kind } = objectOf(payload['content_block']);
        if (typeof kind !== 'string' || ownEntry(deltasOf, kind) === undefined) return `no such block: ${String(kind)}`;
        openType = kind;
        blocks += 1;
        if (kind === 'tool_use') calls += 1;
        return null;
      }
      case 'content_block_delta': {
        const { type: kind } = objectOf(payload['delta']);
        if (openType === null) return 'a delta without a block';
        if (index !== blocks - 1) return `a delta of block ${String(index)} within block ${blocks - 1}`;
        return ownEntry(deltasOf, openType)?.includes(String(kind)) === true
          ? null
          : `${String(kind)} in a block of ${openType}`;
      }
      default: {
        if (openType === null || index !== blocks - 1) return 'a stop of a block that is not open';
        openType = null;
        return null;
      }
    }
  }

  function ending(payload: Readonly<Record<string, unknown>>): string | null {
    if (place !== 'within') return 'message_delta outside the message';
    if (openType !== null) return 'message_delta within a block';
    const { stop_reason: reason } = objectOf(payload['delta']);
    if (!stopReasons.has(reason)) return `no such stop_reason: ${String(reason)}`;
    if (reason === 'tool_use' && calls === 0) return 'stop_reason tool_use without a call';
    if (reason === 'end_turn' && calls > 0) return 'stop_reason end_turn behind a call';
    place = 'told';
    return null;
  }

  return {
    push(payload) {
      if (!isObject(payload)) return 'an event that is no object';
      const { type } = payload;
      if (place === 'behind') return `${String(type)} behind the end`;
      switch (type) {
        case 'ping':
          return null;
        case 'error':
          place = 'behind';
          return isObject(payload['error']) ? null : 'an error that says nothing';
        case 'message_start':
          if (place !== 'before') return 'a second message_start';
          place = 'within';
          return Array.isArray(objectOf(payload['message'])['content']) ? null : 'a message without content';
        case 'content_block_start':
        case 'content_block_delta':
        case 'content_block_stop':
          return block(type, payload);
        case 'message_delta':
          return ending(payload);
        case 'message_stop':
          if (place !== 'told') return 'message_stop before stop_reason';
          place = 'behind';
          return null;
        default:
          return `no such event: ${String(type)}`;
      }
    },
    end: () => (place === 'behind' ? null : 'the stream has no end'),
  };
}
