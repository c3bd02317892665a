/** Items of a conversation in Responses' words: without ids, the only form that is always accepted. */
import type { Item, MessageItem, ToolCallItem, ToolResultItem } from '../../canonical/conversation.ts';
import { fitCallId } from '../../canonical/fit-id.ts';
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { encodeInputParts, encodeOutputParts, type LossAt } from './encode-content.ts';

/** The longest id of a call that Responses takes. */
const maxCallIdLength = 64;

/** One item, at `path` of the conversation; empty where nothing of it can be said. */
export function encodeItem(item: Item, path: string, loss: LossAt): readonly JsonObject[] {
  switch (item.kind) {
    case 'message':
      return encodeMessage(item, path, loss);
    case 'reasoning':
      if (item.sealed?.kind === 'encrypted') {
        const summary = item.text === '' ? [] : [{ type: 'summary_text', text: item.text }];
        return [{ type: 'reasoning', summary, encrypted_content: item.sealed.blob }];
      }
      if (item.text !== '') loss('not-carried', path, 'Reasoning without its seal is not taken back.');
      return [];
    case 'tool-call':
      return [encodeCall(item)];
    case 'tool-result':
      return [encodeResult(item, path, loss)];
    case 'foreign':
      if (item.protocol === 'openai-responses') return [withoutId(item.value)];
      loss('not-carried', path, `Responses has no word for ${item.type}.`);
      return [];
  }
}

function withoutId(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([member]) => member !== 'id'));
}

function encodeMessage({ role, parts, phase, name }: MessageItem, path: string, loss: LossAt): readonly JsonObject[] {
  if (name !== undefined) loss('not-carried', `${path}.name`, 'Responses has no name of a speaker.');
  const encode = role === 'assistant' ? encodeOutputParts : encodeInputParts;
  const content = encode(parts, `${path}.parts`, loss);
  if (content.length === 0) return [];
  return [{ type: 'message', role, content, ...(phase === undefined ? {} : { phase }) }];
}

function encodeCall({ callId, name, namespace, form, input }: ToolCallItem): JsonObject {
  const call_id = fitCallId(callId, maxCallIdLength);
  const within = namespace === null ? {} : { namespace };
  switch (form) {
    case 'function':
      return { type: 'function_call', call_id, name, ...within, arguments: input === '' ? '{}' : input };
    case 'custom':
      return { type: 'custom_tool_call', call_id, name, ...within, input };
    case 'local-shell':
      return { type: 'local_shell_call', call_id, action: shellAction(input), status: 'completed' };
  }
}

/** The action of a shell call from its JSON; what is not JSON runs nothing. */
export function shellAction(input: string): JsonObject {
  const action = parseLatin1Json(input);
  return { type: 'exec', command: [], env: {}, ...(isObject(action) ? action : {}) };
}

const outputTypes = {
  function: 'function_call_output',
  custom: 'custom_tool_call_output',
  'local-shell': 'local_shell_call_output',
} as const;

/** Responses has no word for a failed call, so its text says it, always in the same way. */
const errorMark = '[error] ';

function encodeResult({ callId, form, parts, isError }: ToolResultItem, path: string, loss: LossAt): JsonObject {
  const content = encodeInputParts(parts, `${path}.parts`, loss);
  const said = isError === true ? withErrorMark(content) : content;
  if (isError === true)
    loss('approximated', `${path}.isError`, 'That the call failed is said at the head of its result.');
  const [first, ...others] = said;
  const isPlain = first === undefined || (others.length === 0 && first['type'] === 'input_text');
  return {
    type: outputTypes[form],
    call_id: fitCallId(callId, maxCallIdLength),
    output: isPlain ? (first?.['text'] ?? '') : said,
  };
}

function withErrorMark(content: readonly JsonObject[]): readonly JsonObject[] {
  const at = content.findIndex(({ type }) => type === 'input_text');
  if (at < 0) return [{ type: 'input_text', text: errorMark.trim() }, ...content];
  return content.map((part, index) => (index === at ? { ...part, text: `${errorMark}${String(part['text'])}` } : part));
}
