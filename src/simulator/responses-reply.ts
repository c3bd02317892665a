/** Writes answers of `/responses`, streamed and whole (reference §5). */
import type { Usage } from './billing.ts';
import { deltasOf, type Piece, type Reply } from './conversation.ts';
import type { Frame } from './event-writer.ts';
import { arrayOf, objectOf, type JsonObject } from './json-value.ts';
import type { EndpointCall, ModelEndpoint } from './model-endpoint.ts';
import { nestedRefusal } from './refusal.ts';
import {
  annotationsOf,
  asksForCompaction,
  compactionItem,
  itemId,
  openedItem,
  outputItem,
  summarizes,
} from './responses-items.ts';
import { responsesAsk } from './responses-request.ts';
import { refuseResponses } from './responses-rules.ts';
import { fingerprint } from './seal.ts';

export const responsesEndpoint: ModelEndpoint = {
  path: '/responses',
  cacheMarker: () => null,
  refuse: refuseResponses,
  tooLong: (tokens, limit) =>
    nestedRefusal(
      400,
      `Your input of ${tokens} tokens exceeds the context window of this model (${limit}). Please adjust your input and try again.`,
      'context_length_exceeded',
      'input',
    ),
  ask: responsesAsk,
  promptText: (body) =>
    JSON.stringify([
      body['tools'],
      body['instructions'],
      ...(typeof body['input'] === 'string' ? [body['input']] : arrayOf(body['input'])),
    ]),
  frames: responsesFrames,
  whole: (call, reply, usage) => ({ ...finished(call, reply, usage), copilot_usage: usage.copilotUsage }),
  errorFrame: (code, message, sentEvents) => frameOf('error', sentEvents, { code, message, param: null }),
};

function frameOf(type: string, sequence_number: number, payload: JsonObject, marks?: Frame['marks']): Frame {
  const text = `event: ${type}\ndata: ${JSON.stringify({ type, ...payload, sequence_number })}\n\n`;
  return marks === undefined ? { text } : { text, marks };
}

type Emit = (type: string, payload: JsonObject, marks?: Frame['marks']) => Frame;

function* responsesFrames(call: EndpointCall, reply: Reply, usage: Usage): Generator<Frame, void> {
  let sequence = 0;
  const emit: Emit = (type, payload, marks) => frameOf(type, sequence++, payload, marks);
  const response = { ...headOf(call), status: 'in_progress', output: [], usage: null };
  yield emit('response.created', { response });
  yield emit('response.in_progress', { response });
  if (asksForCompaction(call.body)) {
    yield emit('response.output_item.added', { output_index: 0, item: compactionItem(call, 'added') });
    yield emit('response.output_item.done', { output_index: 0, item: compactionItem(call, 'done') });
  } else {
    for (const [output_index, piece] of reply.pieces.entries()) {
      yield emit('response.output_item.added', { output_index, item: openedItem(call, piece, output_index) });
      yield* contentFrames(call, piece, output_index, emit);
      yield emit('response.output_item.done', { output_index, item: outputItem(call, piece, output_index, 'done') });
    }
  }
  const whole = finished(call, reply, usage);
  const type = whole['status'] === 'completed' ? 'response.completed' : 'response.incomplete';
  yield emit(type, { response: whole, copilot_usage: usage.copilotUsage }, 'finish');
}

function* contentFrames(call: EndpointCall, piece: Piece, output_index: number, emit: Emit): Generator<Frame, void> {
  const place = { item_id: itemId(call, piece.kind, output_index, 'delta'), output_index };
  if (piece.kind === 'text') {
    const spot = { ...place, content_index: 0 };
    const annotations = annotationsOf(piece);
    const part = (text: string, notes: readonly JsonObject[]) => ({
      type: 'output_text',
      text,
      annotations: notes,
      logprobs: [],
    });
    yield emit('response.content_part.added', { ...spot, part: part('', []) });
    yield* textFrames(piece.text, annotations, spot, emit);
    yield emit('response.output_text.done', { ...spot, text: piece.text, logprobs: [] });
    yield emit('response.content_part.done', { ...spot, part: part(piece.text, annotations) });
  } else if (piece.kind === 'search') {
    yield emit('response.web_search_call.in_progress', place);
    yield emit('response.web_search_call.searching', place);
    const { text } = emit('response.web_search_call.completed', place);
    yield piece.waitMs === 0 ? { text } : { text, waitMs: piece.waitMs };
  } else if (piece.kind === 'thinking') {
    if (!summarizes(call) || call.model.lateSummaries) return;
    const spot = { ...place, summary_index: 0 };
    yield emit('response.reasoning_summary_part.added', { ...spot, part: { type: 'summary_text', text: '' } });
    for (const delta of deltasOf(piece.text)) yield emit('response.reasoning_summary_text.delta', { ...spot, delta });
    yield emit('response.reasoning_summary_text.done', { ...spot, text: piece.text });
    yield emit('response.reasoning_summary_part.done', { ...spot, part: { type: 'summary_text', text: piece.text } });
  } else if (piece.tool.form === 'custom') {
    for (const delta of deltasOf(piece.input)) yield emit('response.custom_tool_call_input.delta', { ...place, delta });
    yield emit('response.custom_tool_call_input.done', { ...place, input: piece.input });
  } else if (piece.tool.form === 'function') {
    for (const delta of deltasOf(piece.input))
      yield emit('response.function_call_arguments.delta', { ...place, delta });
    yield emit('response.function_call_arguments.done', { ...place, arguments: piece.input });
  }
}

/** Each annotation right behind the delta with which what it marks is there. */
function* textFrames(
  text: string,
  annotations: readonly JsonObject[],
  spot: JsonObject,
  emit: Emit,
): Generator<Frame, void> {
  let written = 0;
  let noted = 0;
  for (const delta of deltasOf(text)) {
    yield emit('response.output_text.delta', { ...spot, delta, logprobs: [] });
    written += Array.from(delta).length;
    for (; noted < annotations.length && Number(annotations[noted]?.['end_index']) <= written; noted += 1)
      yield emit('response.output_text.annotation.added', {
        ...spot,
        annotation_index: noted,
        annotation: annotations[noted],
      });
  }
}

function finished(call: EndpointCall, reply: Reply, usage: Usage): JsonObject {
  const isCut = reply.ending === 'length' || reply.ending === 'filtered';
  return {
    ...headOf(call),
    status: isCut ? 'incomplete' : 'completed',
    completed_at: isCut ? null : call.nowS,
    incomplete_details: isCut ? { reason: reply.ending === 'length' ? 'max_output_tokens' : 'content_filter' } : null,
    output: asksForCompaction(call.body)
      ? [compactionItem(call, 'completed')]
      : reply.pieces.map((piece, index) => outputItem(call, piece, index, 'completed')),
    usage: {
      input_tokens: usage.promptTokens,
      input_tokens_details: { cached_tokens: usage.cacheReadTokens },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: usage.promptTokens + usage.outputTokens,
    },
  };
}

function headOf({ body, model, serial, nowS }: EndpointCall): JsonObject {
  return {
    id: `resp_${fingerprint('resp', String(serial)).replaceAll(/[-_]/g, 'x').slice(0, 32)}`,
    object: 'response',
    created_at: nowS,
    completed_at: null,
    background: false,
    error: null,
    frequency_penalty: 0,
    incomplete_details: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: null,
    metadata: body['metadata'] ?? {},
    model: model.version,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: body['reasoning'] ?? { effort: null, summary: null },
    safety_identifier: body['safety_identifier'] ?? null,
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: arrayOf(body['tools']).map(toldTool),
    top_logprobs: body['top_logprobs'] ?? 0,
    top_p: 1,
    truncation: body['truncation'] ?? 'disabled',
    user: null,
  };
}

/** A function as the vendor repeats it, with what was left out. */
function toldTool(tool: unknown): unknown {
  return objectOf(tool)['type'] === 'function' ? { description: null, strict: true, ...objectOf(tool) } : tool;
}
