/** Folds a Messages stream into the message that a caller who did not stream gets. */
import { isObject, objectOf, ownEntry } from '../../canonical/json-value.ts';
import { parseExactJson } from '../../framing/latin1-json.ts';
import type { StreamCollector } from '../protocol.ts';

type Block = Record<string, unknown>;

/** Which member of a block each kind of delta extends. */
const extendedBy: Readonly<Record<string, readonly [from: string, to: string]>> = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'thinking'],
  signature_delta: ['signature', 'signature'],
};

export function createMessagesCollector(): StreamCollector {
  let message: Record<string, unknown> | null = null;
  const blocks = new Map<unknown, Block>();
  /** Tool input arrives as pieces of JSON text and is parsed when its block is whole. */
  const inputs = new Map<unknown, string>();
  let complete = false;
  /** Calls whose input is no JSON: half of one, where the limit cut the answer. */
  const broken = new Map<Block, string>();

  function extend(block: Block, index: unknown, delta: Readonly<Record<string, unknown>>) {
    const type = String(delta['type']);
    const rule = ownEntry(extendedBy, type);
    if (rule) block[rule[1]] = `${textOf(block[rule[1]])}${textOf(delta[rule[0]])}`;
    else if (type === 'input_json_delta') inputs.set(index, (inputs.get(index) ?? '') + textOf(delta['partial_json']));
    else if (type === 'citations_delta') block['citations'] = [...listOf(block['citations']), delta['citation']];
  }

  function close(index: unknown) {
    const block = blocks.get(index);
    const input = inputs.get(index);
    if (!block || input === undefined || input === '') return;
    const parsed = parseExactJson(input);
    if (parsed === undefined) broken.set(block, input);
    else block['input'] = parsed;
    inputs.delete(index);
  }

  return {
    push(payload) {
      if (complete || !isObject(payload)) return;
      switch (payload['type']) {
        case 'message_start':
          message = { ...objectOf(payload['message']) };
          break;
        case 'content_block_start':
          blocks.set(payload['index'], { ...objectOf(payload['content_block']) });
          break;
        case 'content_block_delta': {
          const block = blocks.get(payload['index']);
          if (block) extend(block, payload['index'], objectOf(payload['delta']));
          break;
        }
        case 'content_block_stop':
          close(payload['index']);
          break;
        case 'message_delta': {
          const { delta, usage, type: _type, ...beside } = payload;
          const before = objectOf(message?.['usage']);
          message = { ...message, ...objectOf(delta), ...beside, usage: { ...before, ...objectOf(usage) } };
          break;
        }
        case 'message_stop':
          complete = true;
          break;
      }
    },
    answer() {
      const finished = complete || (message?.['stop_reason'] ?? null) !== null;
      // Input that was never closed is half a call, which must not pass for one without arguments.
      const open = [...inputs.values()].some((input) => input !== '');
      if (message === null || !finished || open) return null;
      if (broken.size > 0 && !cuts.has(message['stop_reason'])) return null;
      for (const [block, input] of broken) block['input'] = wholeMembers(input);
      return JSON.stringify({ ...message, content: [...blocks.values()] });
    },
  };
}

/** Endings that say themselves that the answer is not whole. */
const cuts: ReadonlySet<unknown> = new Set(['max_tokens', 'model_context_window_exceeded']);

/** Of an object's text that was cut, the members that are whole: as the vendor's own SDK folds it. */
function wholeMembers(json: string): unknown {
  let depth = 0;
  let lastComma = 0;
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{},]/gs)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token === ',' && depth === 1) lastComma = index;
  }
  return parseExactJson(`${json.slice(0, lastComma)}}`) ?? {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
