/** The output items of one Responses answer, and their ids: a different one at every mention (reference §5). */
import { assertNever } from '../base/assert-never.ts';
import type { Piece, TextPiece } from './conversation.ts';
import { arrayOf, objectOf, parseJson, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { sealEncrypted, sealItemId } from './responses-seal.ts';
import { fingerprint } from './seal.ts';

/** Where an item is mentioned. The real upstream re-encrypts its ids each time. */
export type Mention = 'added' | 'delta' | 'done' | 'completed';

const prefixes = { thinking: 'rs', text: 'msg', call: 'fc', search: 'ws', compaction: 'cmp' } as const;

export function itemId(call: EndpointCall, kind: keyof typeof prefixes, index: number, mention: Mention): string {
  return `${prefixes[kind]}_${sealItemId(`${call.serial}:${index}`, call.account, mention)}`;
}

/** The finished item, as `output_item.done` and `response.completed` show it. */
export function outputItem(call: EndpointCall, piece: Piece, index: number, mention: Mention): JsonObject {
  const id = itemId(call, piece.kind, index, mention);
  switch (piece.kind) {
    case 'thinking':
      return {
        id,
        type: 'reasoning',
        summary: summarizes(call) ? [{ type: 'summary_text', text: piece.text }] : [],
        ...(encrypts(call) ? { encrypted_content: encrypted(call, index, piece.text) } : {}),
      };
    case 'text':
      return {
        id,
        type: 'message',
        status: 'completed',
        role: 'assistant',
        phase: 'final_answer',
        content: [{ type: 'output_text', text: piece.text, annotations: annotationsOf(piece), logprobs: [] }],
      };
    case 'call':
      return callItem(call, piece, index, id);
    case 'search':
      return {
        id,
        type: 'web_search_call',
        status: piece.isFailed ? 'failed' : 'completed',
        action: actionOf(call, piece),
      };
    default:
      return assertNever(piece);
  }
}

/** The item as it opens: everything but its content. */
export function openedItem(call: EndpointCall, piece: Piece, index: number): JsonObject {
  const id = itemId(call, piece.kind, index, 'added');
  switch (piece.kind) {
    case 'thinking':
      return { id, type: 'reasoning', summary: [], ...(encrypts(call) ? { encrypted_content: '' } : {}) };
    case 'text':
      return { id, type: 'message', status: 'in_progress', role: 'assistant', phase: 'final_answer', content: [] };
    case 'call':
      return { ...callItem(call, { ...piece, input: '' }, index, id), status: 'in_progress' };
    case 'search':
      // What is searched for is known only when it is done.
      return { id, type: 'web_search_call', status: 'in_progress' };
    default:
      return assertNever(piece);
  }
}

function actionOf(call: EndpointCall, { action, sources }: Extract<Piece, { kind: 'search' }>): JsonObject {
  const tells = arrayOf(call.body['include']).includes('web_search_call.action.sources');
  if (action.type !== 'search' || !tells) return { ...action };
  return { ...action, sources: sources.map((url) => ({ type: 'url', url })) };
}

/** Of those citations that the text was not cut before. */
export function annotationsOf({ text, citations = [] }: TextPiece): readonly JsonObject[] {
  const { length } = Array.from(text);
  return citations
    .filter(({ end }) => end <= length)
    .map(({ url, title, start, end }) => ({
      type: 'url_citation',
      start_index: start,
      end_index: end,
      title,
      url,
    }));
}

function callItem(call: EndpointCall, piece: Extract<Piece, { kind: 'call' }>, index: number, id: string): JsonObject {
  const { form, name, namespace } = piece.tool;
  const call_id = `call_${fingerprint('call', String(call.serial), String(index)).replaceAll(/[-_]/g, 'x').slice(0, 24)}`;
  const place = namespace === undefined ? {} : { namespace };
  const head = { id, call_id, status: 'completed' };
  if (form === 'custom') return { ...head, type: 'custom_tool_call', name, ...place, input: piece.input };
  if (form === 'local-shell') {
    const { command } = objectOf(parseJson(piece.input));
    return { ...head, type: 'local_shell_call', action: { type: 'exec', command: command ?? [], env: {} } };
  }
  return { ...head, type: 'function_call', name, ...place, arguments: piece.input };
}

/** The one item that answers a `compaction_trigger`. */
export function compactionItem(call: EndpointCall, mention: Mention): JsonObject {
  const encrypted_content = encrypted(call, 0, 'compacted');
  return { id: itemId(call, 'compaction', 0, mention), type: 'compaction', encrypted_content };
}

export function asksForCompaction(body: JsonObject): boolean {
  return arrayOf(body['input']).some((item) => objectOf(item)['type'] === 'compaction_trigger');
}

export function summarizes(call: EndpointCall): boolean {
  const { summary } = objectOf(call.body['reasoning']);
  return summary != null && summary !== 'none';
}

function encrypts(call: EndpointCall): boolean {
  return arrayOf(call.body['include']).includes('reasoning.encrypted_content');
}

/** Names its item, so that it cannot be moved to another one. */
function encrypted(call: EndpointCall, index: number, text: string): string {
  return sealEncrypted(`${call.serial}:${index}`, call.account, text);
}
