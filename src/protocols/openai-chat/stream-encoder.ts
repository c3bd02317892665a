/** Turns parts into a Chat Completions stream. */
import type { Sealed } from '../../canonical/conversation.ts';
import type { BlockStart, StreamPart } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import type { StreamEncoder, StreamEncoderOptions } from '../protocol.ts';
import { encodeAnnotation } from './annotation.ts';
import { doneFrame, failureFrame } from './chunk.ts';
import { endingFor } from './finish-reason.ts';
import { encodeLogprobs } from './logprobs.ts';
import { encodeChatUsage } from './usage.ts';

interface OpenBlock {
  readonly start: BlockStart;
  /** How many calls opened before it, and whether a text did. */
  readonly callsBefore: number;
  readonly textBefore: boolean;
  /** What stands around the literal of a delta. */
  readonly head: string;
  readonly tail: string;
}

const kindsOfText = { text: 'content', reasoning: 'reasoning_text', refusal: 'refusal' } as const;

export function createChatStreamEncoder(options: StreamEncoderOptions): StreamEncoder {
  const { write, mint, seal, report, request } = options;
  const identity = `{"id":"chatcmpl-${mint('chatcmpl', 0)}","object":"chat.completion.chunk","created":${options.createdAtS},"model":${JSON.stringify(options.model)},`;
  const head = `data: ${identity}"choices":[{"index":0,"delta":`;
  const tail = ',"logprobs":null,"finish_reason":null}]}\n\n';
  const blocks = new Map<number, OpenBlock>();
  const seals: { readonly sealed: Sealed; readonly block: OpenBlock }[] = [];
  let started = false;
  let over = false;
  let usage: TokenUsage | null = null;
  let calls = 0;
  let hasText = false;
  let refusalShown = false;
  let citationLost = false;

  function start() {
    if (started) return;
    started = true;
    write(`${head}{"role":"assistant","content":null}${tail}`);
  }

  function open(part: BlockStart) {
    const before = { start: part, callsBefore: calls, textBefore: hasText };
    if (part.kind !== 'tool-call') {
      const member = `${head}{"${kindsOfText[part.kind]}":`;
      blocks.set(part.block, { ...before, head: member, tail: `}${tail}` });
      return;
    }
    const index = calls;
    calls += 1;
    // Raw text is what only custom tools take; all others have JSON.
    const [type, input] =
      part.form === 'custom' ? (['custom', 'input'] as const) : (['function', 'arguments'] as const);
    const member = `${head}{"tool_calls":[{"index":${index},"${type}":{"${input}":`;
    blocks.set(part.block, { ...before, head: member, tail: `}}]}${tail}` });
    const call = { index, id: part.callId, type, [type]: { name: part.name, [input]: '' } };
    write(`${head}${JSON.stringify({ tool_calls: [call] })}${tail}`);
  }

  function addDelta({ block: number, literal }: Extract<StreamPart, { type: 'delta' }>) {
    const block = blocks.get(number);
    if (!block || literal === '""') return;
    const { kind } = block.start;
    if (kind === 'text') hasText = true;
    else if (kind === 'refusal') refusalShown = true;
    write(block.head + literal + block.tail);
  }

  function annotate({ annotation }: Extract<StreamPart, { type: 'annotation' }>) {
    const encoded = encodeAnnotation(annotation);
    if (encoded) return write(`${head}${JSON.stringify(encoded)}${tail}`);
    if (!citationLost) report({ rule: 'not-carried', path: 'choices', reason: 'Citations that Chat has no word for.' });
    citationLost = true;
  }

  function tellLogprobs({ block, tokens }: Extract<StreamPart, { type: 'logprobs' }>) {
    const listed = encodeLogprobs(tokens);
    const isRefusal = blocks.get(block)?.start.kind === 'refusal';
    const logprobs = isRefusal ? { content: null, refusal: listed } : { content: listed, refusal: null };
    write(`${head}{},"logprobs":${JSON.stringify(logprobs)},"finish_reason":null}]}\n\n`);
  }

  /**
   * Clients send back one message, its text first and then its calls, whatever the order was in which they came: places are
   * told in that order.
   */
  function sealedFrame(): string {
    if (seals.length === 0) return '';
    const texts = hasText || refusalShown ? 1 : 0;
    const entries = seals.map(({ sealed, block }) => {
      const isBehindText = block.start.kind === 'tool-call' || block.callsBefore > 0 || block.textBefore;
      return { ...sealed, at: block.callsBefore + (isBehindText ? texts : 0) };
    });
    return `${head}${JSON.stringify({ reasoning_opaque: seal(entries) })}${tail}`;
  }

  /** Where the upstream said nothing of usage there is none to tell: a zero would pass for an empty context. */
  function usageFrame(): string {
    if (!request.includeUsage || usage === null) return '';
    const cost = usage.costNanoAiu;
    const bill = cost === null ? '' : `,"copilot_usage":{"total_nano_aiu":${cost}}`;
    return writeFrame(`${identity}"choices":[],"usage":${JSON.stringify(encodeChatUsage(usage))}${bill}}`);
  }

  function finish({ reason, explanation }: Extract<StreamPart, { type: 'finish' }>) {
    const ending = endingFor(reason, calls, refusalShown);
    if (ending.loss !== undefined) report({ rule: 'approximated', path: 'finish_reason', reason: ending.loss });
    if (explanation !== null && !refusalShown)
      report({ rule: 'not-carried', path: 'finish_reason', reason: 'Why it was refused is not told.' });
    const last = `${head}{},"logprobs":null,"finish_reason":"${ending.reason}"}]}\n\n`;
    write(sealedFrame() + last + usageFrame() + doneFrame);
    over = true;
  }

  return {
    push(part) {
      if (over) return;
      start();
      switch (part.type) {
        case 'start':
        case 'usage':
          usage = part.usage ?? usage;
          break;
        case 'block-start':
          open(part);
          break;
        case 'delta':
          addDelta(part);
          break;
        case 'seal': {
          const block = blocks.get(part.block);
          if (block) seals.push({ sealed: part.sealed, block });
          break;
        }
        case 'annotation':
          annotate(part);
          break;
        case 'logprobs':
          tellLogprobs(part);
          break;
        case 'block-end':
          blocks.delete(part.block);
          break;
        case 'finish':
          finish(part);
      }
    },
    failure(error) {
      if (over) return '';
      over = true;
      return failureFrame(error);
    },
  };
}
