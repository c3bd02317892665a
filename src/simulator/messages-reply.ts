/** Writes answers of `/v1/messages`, streamed and whole: Anthropic's shapes with Copilot's extras (reference §6). */
import type { Usage } from './billing.ts';
import { deltasOf, spokenPieces, type Reply, type SpokenPiece } from './conversation.ts';
import type { Frame } from './event-writer.ts';
import { objectOf, arrayOf, parseJson, type JsonObject } from './json-value.ts';
import { messagesAsk } from './messages-request.ts';
import { refuseMessages } from './messages-rules.ts';
import type { EndpointCall, ModelEndpoint } from './model-endpoint.ts';
import { anthropicRefusal } from './refusal.ts';
import { fingerprint } from './seal.ts';
import { signThought } from './thought-seal.ts';

const stopReasonOf = {
  stop: 'end_turn',
  length: 'max_tokens',
  calls: 'tool_use',
  'stop-sequence': 'stop_sequence',
  filtered: 'refusal',
} as const satisfies Record<Reply['ending'], string>;

export const messagesEndpoint: ModelEndpoint = {
  path: '/v1/messages',
  cacheMarker: () => 'cache_control',
  refuse: refuseMessages,
  tooLong: (tokens, limit) => anthropicRefusal(`prompt is too long: ${tokens} tokens > ${limit} maximum`),
  ask: messagesAsk,
  promptText: (body) =>
    JSON.stringify([body['tools'], shorthand(body['system']), ...arrayOf(body['messages'])], withoutBreakpoints),
  frames: messagesFrames,
  whole: messagesWhole,
  errorFrame: (code, message) => frame('error', { error: { type: code, message } }),
};

/** A breakpoint moves on with every turn, and is no part of what is cached. */
const withoutBreakpoints = (key: string, value: unknown) =>
  key === 'cache_control' ? undefined : key === 'content' ? shorthand(value) : value;

/** A text is short for one block of it: the model reads the same. */
function shorthand(content: unknown): unknown {
  const [block, ...more] = arrayOf(content).map(objectOf);
  return block?.['type'] === 'text' && more.length === 0 && block['citations'] === undefined ? block['text'] : content;
}

function frame(type: string, payload: JsonObject, marks?: Frame['marks']): Frame {
  const text = `event: ${type}\ndata: ${JSON.stringify({ type, ...payload })}\n\n`;
  return marks === undefined ? { text } : { text, marks };
}

function* messagesFrames(call: EndpointCall, reply: Reply, usage: Usage): Generator<Frame, void> {
  const message = { ...headOf(call), content: [], stop_reason: null, stop_sequence: null };
  yield frame('message_start', { message: { ...message, usage: { ...inputUsage(usage), output_tokens: 1 } } });
  yield frame('ping', {});
  for (const [index, piece] of spokenPieces(reply.pieces).entries()) {
    const delta = (delta: JsonObject) => frame('content_block_delta', { index, delta });
    if (piece.kind === 'text') {
      yield frame('content_block_start', { index, content_block: { type: 'text', text: '' } });
      for (const text of deltasOf(piece.text)) yield delta({ type: 'text_delta', text });
    } else if (piece.kind === 'thinking') {
      yield frame('content_block_start', { index, content_block: { type: 'thinking', thinking: '', signature: '' } });
      const shown = shownThinking(call, piece.text);
      for (const thinking of deltasOf(shown)) yield delta({ type: 'thinking_delta', thinking });
      yield delta({ type: 'signature_delta', signature: signThought(call, shown) });
    } else {
      const { name } = piece.tool;
      const id = toolId(call, index);
      yield frame('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } });
      yield delta({ type: 'input_json_delta', partial_json: '' });
      for (const partial_json of deltasOf(piece.input)) yield delta({ type: 'input_json_delta', partial_json });
    }
    yield frame('content_block_stop', { index });
  }
  yield frame(
    'message_delta',
    {
      delta: { stop_reason: stopReasonOf[reply.ending], stop_sequence: reply.stoppedBy ?? null },
      usage: fullUsage(usage),
      copilot_usage: usage.copilotUsage,
      ...('context_management' in call.body ? { context_management: { applied_edits: [] } } : {}),
    },
    'finish',
  );
  yield frame('message_stop', {}, 'done');
}

function messagesWhole(call: EndpointCall, reply: Reply, usage: Usage): JsonObject {
  return {
    ...headOf(call),
    content: spokenPieces(reply.pieces).map((piece, index) => blockOf(call, piece, index)),
    stop_reason: stopReasonOf[reply.ending],
    stop_sequence: reply.stoppedBy ?? null,
    usage: fullUsage(usage),
    copilot_usage: usage.copilotUsage,
  };
}

function blockOf(call: EndpointCall, piece: SpokenPiece, index: number): JsonObject {
  if (piece.kind === 'text') return { type: 'text', text: piece.text };
  if (piece.kind === 'call')
    return { type: 'tool_use', id: toolId(call, index), name: piece.tool.name, input: parseJson(piece.input) ?? {} };
  const shown = shownThinking(call, piece.text);
  return { type: 'thinking', thinking: shown, signature: signThought(call, shown) };
}

/** The newest kind leaves its thoughts out unless they are asked for; the signature still comes. */
function shownThinking(call: EndpointCall, text: string): string {
  const display = objectOf(call.body['thinking'])['display'] ?? (call.model.newest ? 'omitted' : 'summarized');
  return display === 'omitted' ? '' : text;
}

/** Observed: three backends take turns, and the ids tell. */
const backends = ['01', 'bdrk_01', 'vrtx_01'];

function headOf({ model, serial }: EndpointCall): JsonObject {
  return {
    id: `msg_${backends[serial % 3]}${plainId('msg', serial, 0)}`,
    type: 'message',
    role: 'assistant',
    model: model.version,
  };
}

function toolId({ serial }: EndpointCall, index: number): string {
  return `toolu_${backends[serial % 3]}${plainId('toolu', serial, index)}`;
}

function plainId(purpose: string, serial: number, index: number): string {
  return fingerprint(purpose, String(serial), String(index)).replaceAll(/[-_]/g, 'x').slice(0, 22);
}

function inputUsage(usage: Usage): JsonObject {
  return {
    input_tokens: usage.promptTokens - usage.cacheReadTokens - usage.cacheWriteTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWriteTokens - usage.cacheWriteHourTokens,
      ephemeral_1h_input_tokens: usage.cacheWriteHourTokens,
    },
  };
}

function fullUsage(usage: Usage): JsonObject {
  return {
    ...inputUsage(usage),
    output_tokens: usage.outputTokens,
    output_tokens_details: { thinking_tokens: usage.reasoningTokens },
  };
}
