/** Turns parts into a Messages stream: blocks one after the other, each whole before the next one begins. */
import { isObject } from '../../canonical/json-value.ts';
import type { BlockStart, StreamPart } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import type { SealedEntry, StreamEncoder, StreamEncoderOptions } from '../protocol.ts';
import { messagesErrorBody } from './error.ts';
import { stopReasonOf } from './finish-reason.ts';

type BlockPart = Extract<StreamPart, { readonly block: number }>;

export function createMessagesStreamEncoder(options: StreamEncoderOptions): StreamEncoder {
  const { write, seal, report } = options;
  /** The index of the block that is being written; parts of others wait for its end. */
  let index = -1;
  let current: BlockStart | null = null;
  /** Parts of blocks that opened while another one was open, in order. */
  const waiting: BlockPart[] = [];
  let usage: TokenUsage | null = null;
  let started = false;
  let calledTool = false;
  /** Text blocks and calls so far: a seal says before how many it stands. */
  let others = 0;
  let sealed: SealedEntry | null = null;
  /** What stands before the literal of a delta of the current block: nearly all of a stream is such events. */
  let deltaHead = '';
  /** The JSON text of the open call, as the body of one literal, to be judged when it ends. */
  let input = '';
  let brokenInput = false;
  let thinkingShown = false;
  /** A seal behind a text that may yet turn out to be the answer's last words. */
  let held: SealedEntry[] = [];
  let reportedCitations = false;

  function start() {
    if (started) return;
    started = true;
    const message = {
      id: `msg_${options.mint('message', 0)}`,
      type: 'message',
      role: 'assistant',
      model: options.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: usageOf(usage),
    };
    event('message_start', JSON.stringify({ type: 'message_start', message }));
  }

  function event(type: string, json: string) {
    write(`event: ${type}\ndata: ${json}\n\n`);
  }

  function take(part: BlockPart) {
    if (current === null) {
      if (part.type === 'block-start') open(part);
      return;
    }
    if (part.block !== current.block) {
      waiting.push(part);
      return;
    }
    switch (part.type) {
      case 'delta':
        addDelta(current, part.literal);
        break;
      case 'seal':
        sealed = { ...part.sealed, at: current.kind === 'tool-call' ? others - 1 : others };
        break;
      case 'annotation':
        if (!reportedCitations)
          report({ rule: 'not-carried', reason: 'Messages has no citation that its own search did not make.' });
        reportedCitations = true;
        break;
      case 'block-end':
        close(current);
        flush();
        break;
      default:
    }
  }

  function open(part: BlockStart) {
    current = part;
    sealed = null;
    if (part.kind === 'reasoning') {
      // What kind of block it is shows with its first text, or with a seal that has none.
      thinkingShown = false;
      return;
    }
    others += 1;
    if (part.kind === 'tool-call') {
      calledTool = true;
      input = '';
      startBlock(
        { type: 'tool_use', id: part.callId, name: part.name, input: {} },
        '"input_json_delta","partial_json"',
      );
    } else startBlock({ type: 'text', text: '' }, '"text_delta","text"');
  }

  /** `member` is the type of its deltas, and their member for the text. */
  function startBlock(block: object, member = '') {
    const late = held;
    held = [];
    for (const entry of late) writeRedacted(entry);
    index += 1;
    deltaHead = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":${member}:`;
    event(
      'content_block_start',
      `{"type":"content_block_start","index":${index},"content_block":${JSON.stringify(block)}}`,
    );
  }

  function addDelta({ kind }: BlockStart, literal: string) {
    if (kind === 'reasoning' && !thinkingShown) showThinking();
    if (kind === 'tool-call') input += literal.slice(1, -1);
    write(`${deltaHead}${literal}}}\n\n`);
  }

  function showThinking() {
    thinkingShown = true;
    startBlock({ type: 'thinking', thinking: '', signature: '' }, '"thinking_delta","thinking"');
  }

  function close(block: BlockStart) {
    current = null;
    const entry = sealed;
    sealed = null;
    if (block.kind === 'reasoning' && !thinkingShown) {
      if (entry && others > 0) held.push(entry);
      else if (entry) writeRedacted(entry);
      return;
    }
    if (block.kind === 'tool-call') brokenInput ||= !isObjectText(input);
    if (block.kind === 'reasoning' && entry) {
      const delta = { type: 'signature_delta', signature: seal([entry]) };
      event('content_block_delta', JSON.stringify({ type: 'content_block_delta', index, delta }));
    }
    stopBlock();
    if (block.kind === 'tool-call' && entry) writeRedacted(entry);
  }

  function stopBlock() {
    event('content_block_stop', `{"type":"content_block_stop","index":${index}}`);
  }

  /**
   * Claude Code prints the last block as its result, and nothing where that is no text. A turn that is over goes on well
   * without its thoughts; one that calls a tool needs them back.
   */
  function endHeld() {
    const late = held;
    held = [];
    if (calledTool) for (const entry of late) writeRedacted(entry);
    else if (late.length > 0)
      report({ rule: 'not-carried', reason: 'Reasoning that was sealed behind the last words has no place there.' });
  }

  function writeRedacted(entry: SealedEntry) {
    startBlock({ type: 'redacted_thinking', data: seal([entry]) });
    stopBlock();
  }

  /** The blocks that waited, as far as they can be written now. */
  function flush() {
    const parts = waiting.splice(0);
    for (const part of parts) take(part);
  }

  function finish(part: Extract<StreamPart, { type: 'finish' }>) {
    start();
    // What never ended ends with the answer.
    while (current) {
      close(current);
      flush();
    }
    endHeld();
    // A call that the limit cut is as unfinished as the answer says.
    if (brokenInput && part.reason !== 'length' && part.reason !== 'context-window') throw brokenCall();
    const told = stopReasonOf[part.reason];
    // Clients act on the reason: a call that went out is to be made, and one that did not is not.
    const reason = told === 'tool_use' || told === 'end_turn' ? (calledTool ? 'tool_use' : 'end_turn') : told;
    const delta = {
      stop_reason: reason,
      stop_sequence: part.stopSequence,
      ...(part.explanation === null
        ? {}
        : { stop_details: { type: 'refusal', category: null, explanation: part.explanation } }),
    };
    const cost = usage?.costNanoAiu ?? null;
    const bill = cost === null ? {} : { copilot_usage: { total_nano_aiu: cost } };
    event('message_delta', JSON.stringify({ type: 'message_delta', delta, usage: usageOf(usage), ...bill }));
    event('message_stop', '{"type":"message_stop"}');
  }

  return {
    push(part) {
      switch (part.type) {
        case 'start':
          usage = part.usage;
          return start();
        case 'usage':
          usage = part.usage;
          return;
        case 'finish':
          return finish(part);
        case 'logprobs':
          return;
        default:
          start();
          return take(part);
      }
    },
    failure: (error, exchangeId) => writeFrame(JSON.stringify(messagesErrorBody(error, exchangeId)), 'error'),
  };
}

/** Callers of Messages read an input as an object, so one that is none cannot be told (`decisions.md` 10). */
function brokenCall(): ProxyError {
  return new ProxyError('upstream_invalid_response', 'The model called a tool with arguments that are no JSON object.');
}

/** `body` is that of a literal. */
function isObjectText(body: string): boolean {
  const json = String(parseLatin1Json(`"${body}"`));
  return json.trim() === '' || isObject(parseLatin1Json(json));
}

/** Counts that nobody said are told as 0: clients add them up. */
function usageOf(usage: TokenUsage | null) {
  const reasoning = usage?.reasoningTokens ?? null;
  return {
    input_tokens: usage?.inputTokens ?? 0,
    cache_creation_input_tokens: usage?.cacheWriteTokens ?? 0,
    cache_read_input_tokens: usage?.cacheReadTokens ?? 0,
    output_tokens: usage?.outputTokens ?? 0,
    ...(reasoning === null ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}
