/** Turns parts into the events of a Responses stream. Every block becomes an item of its own. */
import type { Sealed } from '../../canonical/conversation.ts';
import type { BlockStart, StreamPart } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import { openAiErrorBody } from '../openai-error.ts';
import type { StreamEncoder, StreamEncoderOptions } from '../protocol.ts';
import { endingFor } from './finish-reason.ts';
import { eventHead, idHeads, openItem, type ItemPlace, type OutputItem } from './output-item.ts';
import { createResponseWriter, nothingYet, type ResponseState } from './response-object.ts';
import { encodeResponsesUsage } from './usage.ts';

interface OpenBlock {
  readonly start: BlockStart;
  readonly outputIndex: number;
  readonly item: OutputItem;
  /** How many texts and calls opened before it. */
  readonly at: number;
  sealed: Sealed | null;
}

export function createResponsesStreamEncoder(options: StreamEncoderOptions): StreamEncoder {
  const { write, mint, seal, report } = options;
  const responseText = createResponseWriter(options);
  const blocks = new Map<number, OpenBlock>();
  /** The whole items, by output index. */
  const output: string[] = [];
  let itemCount = 0;
  let saidBefore = 0;
  let sequenceNumber = 0;
  let usage: TokenUsage | null = null;
  let isStarted = false;
  let isOver = false;
  let refusalShown = false;
  let citationLost = false;
  /** The frames of the part that is being written. */
  let frames = '';

  function event(type: string, members: string) {
    frames += `${eventHead(type)}${sequenceNumber},${members}}\n\n`;
    sequenceNumber += 1;
  }

  function grow(head: string, middle: string, literal: string, tail: string) {
    frames += head + sequenceNumber + middle + literal + tail;
    sequenceNumber += 1;
  }

  const responseEvent = (type: string, state: ResponseState, beside = '') =>
    event(type, `"response":${responseText(state)}${beside}`);

  function start() {
    if (isStarted) return;
    isStarted = true;
    responseEvent('response.created', nothingYet);
    responseEvent('response.in_progress', nothingYet);
  }

  function nextPlace(kind: keyof typeof idHeads): ItemPlace {
    const outputIndex = itemCount;
    itemCount += 1;
    const head = idHeads[kind];
    return { outputIndex, id: `${head}_${mint(head, outputIndex)}`, event, grow };
  }

  function open(part: BlockStart) {
    const place = nextPlace(part.kind === 'tool-call' ? part.form : part.kind);
    const item = openItem(part, place);
    const { outputIndex } = place;
    blocks.set(part.block, { start: part, outputIndex, item, at: saidBefore, sealed: null });
    if (part.kind !== 'reasoning') saidBefore += 1;
    if (part.kind === 'refusal') refusalShown = true;
  }

  function close(number: number, { start, item, sealed, at, outputIndex }: OpenBlock) {
    blocks.delete(number);
    const encrypted = sealed && seal([{ ...sealed, at }]);
    output[outputIndex] = item.end(start.kind === 'reasoning' ? encrypted : null);
    if (encrypted === null || start.kind === 'reasoning') return;
    // A call has no member for a seal (Gemini's thought on it): it comes as reasoning that shows nothing.
    const place = nextPlace('reasoning');
    output[place.outputIndex] = openItem({ type: 'block-start', block: -1, kind: 'reasoning' }, place).end(encrypted);
  }

  function finish({ reason, explanation }: Extract<StreamPart, { type: 'finish' }>) {
    for (const [number, block] of blocks) close(number, block);
    const ending = endingFor(reason, refusalShown);
    if (ending.loss !== undefined) report({ rule: 'approximated', path: 'incomplete_details', reason: ending.loss });
    if (explanation !== null && !refusalShown)
      report({ rule: 'not-carried', path: 'incomplete_details', reason: 'Why it was refused is not told.' });
    const cost = usage?.costNanoAiu ?? null;
    responseEvent(
      `response.${ending.status}`,
      {
        ...nothingYet,
        status: ending.status,
        incompleteDetails: ending.reason === null ? 'null' : JSON.stringify({ reason: ending.reason }),
        output: `[${output.join(',')}]`,
        usage: JSON.stringify(encodeResponsesUsage(usage)),
      },
      cost === null ? '' : `,"copilot_usage":{"total_nano_aiu":${cost}}`,
    );
    isOver = true;
  }

  function take(part: StreamPart) {
    if (part.type !== 'start') start();
    switch (part.type) {
      case 'start':
        usage = part.usage ?? usage;
        start();
        break;
      case 'block-start':
        open(part);
        break;
      case 'delta':
        if (part.literal !== '""') blocks.get(part.block)?.item.delta(part.literal);
        break;
      case 'seal': {
        const block = blocks.get(part.block);
        if (block) block.sealed = part.sealed;
        break;
      }
      case 'annotation':
        if (blocks.get(part.block)?.item.annotation(part.annotation) === false && !citationLost) {
          citationLost = true;
          report({ rule: 'not-carried', path: 'output', reason: 'Citations that Responses has no word for.' });
        }
        break;
      case 'logprobs':
        blocks.get(part.block)?.item.logprobs(part.tokens);
        break;
      case 'block-end': {
        const block = blocks.get(part.block);
        if (block) close(part.block, block);
        break;
      }
      case 'usage':
        usage = part.usage;
        break;
      case 'finish':
        finish(part);
        break;
    }
  }

  return {
    push(part) {
      if (isOver) return;
      frames = '';
      take(part);
      if (frames !== '') write(frames);
    },
    failure(error: ProxyError) {
      if (isOver) return '';
      isOver = true;
      frames = '';
      start();
      const { code, message } = openAiErrorBody(error).error;
      responseEvent('response.failed', {
        ...nothingYet,
        status: 'failed',
        error: JSON.stringify({ code: code ?? 'server_error', message: Buffer.from(message).toString('latin1') }),
        output: `[${output.filter((item) => item !== undefined).join(',')}]`,
        ...(usage ? { usage: JSON.stringify(encodeResponsesUsage(usage)) } : {}),
      });
      return asciiOf(frames);
    },
  };
}

/** A latin1 view of UTF-8 as pure ASCII: the same to whoever takes it for a view and to whoever takes it for text. */
function asciiOf(view: string): string {
  const text = Buffer.from(view, 'latin1').toString();
  return text.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
