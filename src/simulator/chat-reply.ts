/** Writes answers of `/chat/completions`, streamed and whole, with the quirks of reference §4.2 and §4.3. */
import type { Usage } from './billing.ts';
import { deltasOf, spokenPieces, type Piece, type Reply } from './conversation.ts';
import type { Frame } from './event-writer.ts';
import { arrayOf, objectOf, type JsonObject } from './json-value.ts';
import { chatAsk } from './chat-request.ts';
import { refuseChat } from './chat-rules.ts';
import type { EndpointCall, ModelEndpoint } from './model-endpoint.ts';
import { nestedRefusal } from './refusal.ts';
import { fingerprint, seal } from './seal.ts';

const finishOf = {
  stop: 'stop',
  length: 'length',
  calls: 'tool_calls',
  'stop-sequence': 'stop',
  filtered: 'content_filter',
} as const satisfies Record<Reply['ending'], string>;

export const chatEndpoint: ModelEndpoint = {
  path: '/chat/completions',
  cacheMarker: ({ backend }) => (backend === 'anthropic' ? 'copilot_cache_control' : null),
  refuse: refuseChat,
  tooLong: (tokens, limit) =>
    nestedRefusal(
      400,
      `prompt token count of ${tokens} exceeds the limit of ${limit}`,
      'model_max_prompt_tokens_exceeded',
    ),
  ask: chatAsk,
  promptText: (body) => JSON.stringify([body['tools'], ...arrayOf(body['messages'])], withoutBreakpoints),
  frames: chatFrames,
  whole: chatWhole,
  errorFrame: (code, message) => frame({ error: { code, message } }),
};

/** A breakpoint moves on with every turn, and is no part of what is cached. */
const withoutBreakpoints = (key: string, value: unknown) => (key === 'copilot_cache_control' ? undefined : value);

function frame(payload: unknown, marks?: Frame['marks']): Frame {
  const text = `data: ${JSON.stringify(payload)}\n\n`;
  return marks === undefined ? { text } : { text, marks };
}

const safe = { filtered: false, severity: 'safe' };
const promptFilter = [
  { prompt_index: 0, content_filter_results: { hate: safe, self_harm: safe, sexual: safe, violence: safe } },
];

function* chatFrames(call: EndpointCall, reply: Reply, usage: Usage): Generator<Frame, void> {
  const isOpenai = call.model.backend === 'openai';
  const head = headOf(call);
  const chunk = (delta: JsonObject, finish?: string) =>
    frame(
      { choices: [{ index: 0, delta, ...(finish === undefined ? {} : { finish_reason: finish }) }], ...head },
      finish === undefined ? undefined : 'finish',
    );
  if (isOpenai)
    yield frame({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: promptFilter });
  yield chunk({ content: '', role: 'assistant' });
  let toolIndex = 0;
  let opaque: string | undefined;
  for (const piece of spokenPieces(reply.pieces)) {
    if (piece.kind === 'call') {
      yield* callChunks(call, piece, toolIndex, chunk);
      toolIndex += 1;
      continue;
    }
    if (piece.kind === 'thinking') {
      // OpenAI's own models keep their thoughts to themselves here: they only count as reasoning tokens.
      if (isOpenai) continue;
      opaque = sealOpaque(call, piece.text);
      for (const text of deltasOf(piece.text)) yield chunk({ content: null, role: 'assistant', reasoning_text: text });
      continue;
    }
    for (const text of deltasOf(piece.text)) yield chunk({ content: text, role: isOpenai ? null : 'assistant' });
  }
  // Observed: the opaque blob comes in a late chunk of its own, even behind the text.
  if (opaque !== undefined) yield chunk({ content: null, reasoning_opaque: opaque });
  yield chunk({ content: null }, finishOf[reply.ending]);
  if (objectOf(call.body['stream_options'])['include_usage'] === true)
    yield frame({ choices: [], ...head, ...usageFields(usage) }, 'finish');
  yield { text: 'data: [DONE]\n\n', marks: 'done' };
}

function* callChunks(
  call: EndpointCall,
  piece: Extract<Piece, { kind: 'call' }>,
  index: number,
  chunk: (delta: JsonObject) => Frame,
): Generator<Frame, void> {
  const id = callId(call, index);
  const { name } = piece.tool;
  if (call.model.backend === 'google') {
    // Gemini gives whole arguments at once, and index 0 for parallel calls too.
    const arguments_ = { name, arguments: piece.input, ...thoughtSignature(call, piece) };
    yield chunk({ content: null, tool_calls: [{ index: 0, id, type: 'function', function: arguments_ }] });
    return;
  }
  yield chunk({ content: null, tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
  for (const text of deltasOf(piece.input)) {
    // Claude repeats the id on each chunk, OpenAI leaves it out.
    const repeated = call.model.backend === 'anthropic' ? { id } : {};
    yield chunk({ content: null, tool_calls: [{ index, ...repeated, function: { arguments: text } }] });
  }
}

function chatWhole(call: EndpointCall, reply: Reply, usage: Usage): JsonObject {
  const isOpenai = call.model.backend === 'openai';
  const thoughts = textOf(reply.pieces, 'thinking');
  const text = textOf(reply.pieces, 'text');
  const calls = reply.pieces.flatMap((piece) => (piece.kind === 'call' ? [piece] : []));
  const toolCalls = calls.map((piece, index) => ({
    id: callId(call, index),
    type: 'function',
    function: { name: piece.tool.name, arguments: piece.input, ...thoughtSignature(call, piece) },
  }));
  const reasoning =
    isOpenai || thoughts === '' ? {} : { reasoning_text: thoughts, reasoning_opaque: sealOpaque(call, thoughts) };
  const spoken = { role: 'assistant', content: text === '' ? null : text, ...reasoning };
  const finish_reason = finishOf[reply.ending];
  // Observed: Claude splits text and every tool call over choices of their own, all with index 0.
  const choices =
    call.model.backend === 'anthropic' && toolCalls.length > 0
      ? [
          ...(text === '' && thoughts === '' ? [] : [{ index: 0, finish_reason, message: spoken }]),
          ...toolCalls.map((one) => ({
            index: 0,
            finish_reason,
            message: { role: 'assistant', content: null, tool_calls: [one] },
          })),
        ]
      : [
          {
            index: 0,
            finish_reason,
            ...(isOpenai ? { content_filter_results: { hate: safe } } : {}),
            message: { ...spoken, ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}) },
          },
        ];
  return {
    ...headOf(call),
    object: 'chat.completion',
    choices,
    ...(isOpenai ? { prompt_filter_results: promptFilter } : {}),
    ...usageFields(usage),
  };
}

/** Comes back unchanged, from the account it was given to, or is refused. */
function sealOpaque({ account }: EndpointCall, text: string): string {
  return seal('opaque', `${account}|${fingerprint('thought', text)}`);
}

/** Gemini signs its calls, and wants to see that again. */
function thoughtSignature(call: EndpointCall, piece: Extract<Piece, { kind: 'call' }>): JsonObject {
  return call.model.backend === 'google' ? { thought_signature: sealOpaque(call, piece.input) } : {};
}

function headOf({ model, serial, nowS }: EndpointCall): JsonObject {
  const id = `chatcmpl-${fingerprint('chat', String(serial)).slice(0, 24)}`;
  return {
    created: nowS,
    id,
    model: model.version,
    object: 'chat.completion.chunk',
    ...(model.backend === 'openai' ? { system_fingerprint: 'fp_simulated' } : {}),
  };
}

function callId(call: EndpointCall, index: number): string {
  const body = fingerprint('call', String(call.serial), String(index)).replaceAll(/[-_]/g, 'x').slice(0, 22);
  return call.model.backend === 'anthropic' ? `toolu_bdrk_01${body}` : `call_${body}`;
}

function textOf(pieces: readonly Piece[], kind: 'text' | 'thinking'): string {
  return pieces.map((piece) => (piece.kind === kind ? piece.text : '')).join('');
}

function usageFields(usage: Usage): JsonObject {
  return {
    usage: {
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.promptTokens + usage.outputTokens,
      prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
      completion_tokens_details: {
        reasoning_tokens: usage.reasoningTokens,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    copilot_usage: usage.copilotUsage,
  };
}
