/** Folds a Messages stream into the message that a caller who did not stream gets. */
import { isObject, objectOf } from '../../canonical/json-value.ts';
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
  let broken = false;

  function extend(block: Block, index: unknown, delta: Readonly<Record<string, unknown>>) {
    const type = String(delta['type']);
    const rule = extendedBy[type];
    if (rule) block[rule[1]] = `${textOf(block[rule[1]])}${textOf(delta[rule[0]])}`;
    else if (type === 'input_json_delta') inputs.set(index, (inputs.get(index) ?? '') + textOf(delta['partial_json']));
    else if (type === 'citations_delta') block['citations'] = [...listOf(block['citations']), delta['citation']];
  }

  function close(index: unknown) {
    const block = blocks.get(index);
    const input = inputs.get(index);
    if (!block || input === undefined || input === '') return;
    const parsed = parseExactJson(input);
    if (parsed === undefined) broken = true;
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
      if (message === null || !finished || broken || open) return null;
      return JSON.stringify({ ...message, content: [...blocks.values()] });
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
