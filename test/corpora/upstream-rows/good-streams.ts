/** One good stream for each upstream endpoint, as the vendors document them: independent of anything our code writes. */

export interface GoodStream {
  /** Each frame without its blank line. */
  readonly frames: readonly string[];
  /** Which frame holds content and may be broken by a row. */
  readonly contentAt: number;
  /** The frames that say the answer is finished, and the one that ends the stream. */
  readonly finishAt: number;
  readonly lastAt: number;
  readonly text: string;
  /** The same answer in one piece. */
  readonly document: object;
}

export type Wire = 'chat' | 'messages' | 'responses';

const text = 'Hello wörld 😀';

const chunk = (choices: unknown, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1764000000, model: 'm', choices, ...more })}`;

const chatUsage = {
  prompt_tokens: 9,
  completion_tokens: 4,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 5 },
};

const event = (type: string, body: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}`;

const message = {
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [] as unknown[],
  stop_reason: null as string | null,
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 1, cache_read_input_tokens: 5, cache_creation_input_tokens: 0 },
};

const response = {
  id: 'resp_1',
  object: 'response',
  created_at: 1764000000,
  model: 'm',
  status: 'in_progress',
  output: [] as unknown[],
};
const part = { type: 'output_text', text, annotations: [] };
const item = (id: string) => ({ id, type: 'message', role: 'assistant', status: 'completed', content: [part] });
const responsesUsage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 5 },
  output_tokens: 4,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 13,
};

export const goodStreams: Readonly<Record<Wire, GoodStream>> = {
  chat: {
    frames: [
      `data: ${JSON.stringify({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [{ prompt_index: 0 }] })}`,
      chunk([{ index: 0, delta: { role: 'assistant', content: '' } }]),
      chunk([{ index: 0, delta: { content: 'Hello ' } }]),
      chunk([{ index: 0, delta: { content: 'wörld 😀', role: null } }]),
      chunk([{ index: 0, finish_reason: 'stop', delta: { content: null } }]),
      chunk([], { usage: chatUsage, copilot_usage: { total_nano_aiu: 12345 } }),
      'data: [DONE]',
    ],
    contentAt: 2,
    finishAt: 4,
    lastAt: 6,
    text,
    document: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1764000000,
      model: 'm',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
      usage: chatUsage,
    },
  },
  messages: {
    frames: [
      event('message_start', { message }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello ' } }),
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'wörld 😀' } }),
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 4 },
        copilot_usage: { total_nano_aiu: 12345 },
      }),
      event('message_stop', {}),
    ],
    contentAt: 2,
    finishAt: 5,
    lastAt: 6,
    text,
    document: { ...message, content: [{ type: 'text', text }], stop_reason: 'end_turn' },
  },
  responses: {
    frames: [
      event('response.created', { sequence_number: 0, response }),
      event('response.output_item.added', {
        sequence_number: 1,
        output_index: 0,
        item: { ...item('msg_a'), status: 'in_progress', content: [] },
      }),
      event('response.output_text.delta', {
        sequence_number: 2,
        item_id: 'msg_b',
        output_index: 0,
        content_index: 0,
        delta: 'Hello ',
      }),
      event('response.output_text.delta', {
        sequence_number: 3,
        item_id: 'msg_c',
        output_index: 0,
        content_index: 0,
        delta: 'wörld 😀',
      }),
      event('response.output_item.done', { sequence_number: 4, output_index: 0, item: item('msg_d') }),
      event('response.completed', {
        sequence_number: 5,
        response: { ...response, status: 'completed', output: [item('msg_e')], usage: responsesUsage },
        copilot_usage: { total_nano_aiu: 12345 },
      }),
    ],
    contentAt: 2,
    finishAt: 5,
    lastAt: 5,
    text,
    document: { ...response, status: 'completed', output: [item('msg_e')], usage: responsesUsage },
  },
};
