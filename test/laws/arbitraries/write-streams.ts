/** Streams of each upstream endpoint, typed by hand from the vendors' documentation: nothing of ours writes them. */
import type { Endpoint } from '../../../src/canonical/protocol-id.ts';
import { weaveRuns, type Answer, type AnswerBlock, type Counts } from './answers.ts';
import { asciiJson } from './texts.ts';

/** The bytes that Copilot would send. */
export function writeStream(endpoint: Endpoint, answer: Answer): Buffer {
  const write = endpoint === '/v1/messages' ? messagesEvents : endpoint === '/responses' ? responsesEvents : chatChunks;
  const text = write(answer)
    .map(({ event, data }) => {
      const json = typeof data === 'string' ? data : JSON.stringify(data);
      const line = `data: ${answer.ascii ? asciiJson(json) : json}`;
      return event === null ? `${line}\n\n` : `event: ${event}\n${line}\n\n`;
    })
    .join('');
  return Buffer.from(answer.lineEnd === '\n' ? text : text.replaceAll('\n', '\r\n'));
}

interface Frame {
  readonly event: string | null;
  readonly data: object | string;
}

const typed = (data: { readonly type: string; readonly [member: string]: unknown }): Frame => ({
  event: data.type,
  data,
});

const callsOf = (blocks: readonly AnswerBlock[]) => blocks.filter(({ kind }) => kind === 'call').length;

const bill = ({ nanoAiu }: Counts) => (nanoAiu === null ? {} : { copilot_usage: { total_nano_aiu: nanoAiu } });

function messagesEvents({ blocks, ending, counts }: Answer): readonly Frame[] {
  const usage = {
    input_tokens: counts.input,
    cache_creation_input_tokens: counts.cacheWrite,
    cache_read_input_tokens: counts.cacheRead,
  };
  const stopReason =
    ending === 'stop'
      ? callsOf(blocks) > 0
        ? 'tool_use'
        : 'end_turn'
      : ending === 'length'
        ? 'max_tokens'
        : 'refusal';
  return [
    typed({
      type: 'message_start',
      message: {
        id: 'msg_01',
        type: 'message',
        role: 'assistant',
        model: 'claude',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...usage, output_tokens: 1 },
      },
    }),
    typed({ type: 'ping' }),
    ...blocks.flatMap((block, index) => [
      typed({ type: 'content_block_start', index, content_block: openedBlock(block) }),
      ...messagesDeltas(block).map((delta) => typed({ type: 'content_block_delta', index, delta })),
      typed({ type: 'content_block_stop', index }),
    ]),
    typed({
      type: 'message_delta',
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { ...usage, output_tokens: counts.output, output_tokens_details: { thinking_tokens: counts.reasoning } },
      ...bill(counts),
    }),
    typed({ type: 'message_stop' }),
  ];
}

const isRedacted = (block: AnswerBlock) =>
  block.kind === 'reasoning' && block.seal !== null && block.pieces.join('') === '';

function openedBlock(block: AnswerBlock): object {
  switch (block.kind) {
    case 'call':
      return { type: 'tool_use', id: block.callId, name: block.name, input: {} };
    case 'reasoning':
      return isRedacted(block)
        ? { type: 'redacted_thinking', data: block.seal }
        : { type: 'thinking', thinking: '', signature: '' };
    default:
      return { type: 'text', text: '' };
  }
}

function messagesDeltas(block: AnswerBlock): readonly object[] {
  switch (block.kind) {
    case 'call':
      return block.pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece }));
    case 'reasoning':
      if (isRedacted(block)) return [];
      return [
        ...block.pieces.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
        ...(block.seal === null ? [] : [{ type: 'signature_delta', signature: block.seal }]),
      ];
    default:
      return block.pieces.map((piece) => ({ type: 'text_delta', text: piece }));
  }
}

function chatChunks({ blocks, weave, ending, counts }: Answer): readonly Frame[] {
  const chunk = (delta: object, finish: string | null = null, beside: object = {}): Frame => ({
    event: null,
    data: {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...beside,
    },
  });
  let calls = 0;
  const runs = blocks.map((block) => {
    switch (block.kind) {
      case 'call': {
        const index = calls;
        calls += 1;
        const { callId: id, name } = block;
        const first = { index, id, type: 'function', function: { name, arguments: '' } };
        const rest = block.pieces.map((piece) => ({ index, function: { arguments: piece } }));
        return { parallel: true, steps: [first, ...rest].map((call) => ({ tool_calls: [call] })) };
      }
      case 'reasoning':
        return {
          parallel: false,
          steps: [
            ...block.pieces.map((piece) => ({ reasoning_text: piece })),
            ...(block.seal === null ? [] : [{ reasoning_opaque: block.seal }]),
          ],
        };
      case 'refusal':
        return { parallel: false, steps: block.pieces.map((piece) => ({ refusal: piece })) };
      default:
        return { parallel: false, steps: block.pieces.map((piece) => ({ content: piece })) };
    }
  });
  const prompt = counts.input + counts.cacheRead + counts.cacheWrite;
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: counts.output,
    total_tokens: prompt + counts.output,
    prompt_tokens_details: { cached_tokens: counts.cacheRead, cache_write_tokens: counts.cacheWrite },
    completion_tokens_details: { reasoning_tokens: counts.reasoning },
  };
  const finish =
    ending === 'stop' ? (calls > 0 ? 'tool_calls' : 'stop') : ending === 'length' ? 'length' : 'content_filter';
  return [
    chunk({ role: 'assistant', content: '' }),
    ...weaveRuns<object>(runs, weave).map((delta) => chunk(delta)),
    chunk({}, finish),
    {
      event: null,
      data: {
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [],
        usage,
        ...bill(counts),
      },
    },
    { event: null, data: '[DONE]' },
  ];
}

type Step = Readonly<Record<string, unknown>> & { readonly type: string };

function responsesEvents({ blocks, weave, ending, counts }: Answer): readonly Frame[] {
  const items = blocks.map(responsesItem);
  const status = ending === 'stop' ? 'completed' : 'incomplete';
  const reason = { length: 'max_output_tokens', 'content-filter': 'content_filter', stop: null }[ending];
  const input = counts.input + counts.cacheRead + counts.cacheWrite;
  const response = (state: string, beside: object = {}) => ({
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'm',
    status: state,
    error: null,
    incomplete_details: null,
    output: [],
    ...beside,
  });
  const steps: Step[] = [
    { type: 'response.created', response: response('in_progress') },
    { type: 'response.in_progress', response: response('in_progress') },
    ...weaveRuns(
      items.map(({ steps: told, isCall }) => ({ parallel: isCall, steps: told })),
      weave,
    ),
    {
      type: `response.${status}`,
      response: response(status, {
        incomplete_details: reason === null ? null : { reason },
        output: items.map(({ whole }) => whole),
        usage: {
          input_tokens: input,
          input_tokens_details: { cached_tokens: counts.cacheRead, cache_write_tokens: counts.cacheWrite },
          output_tokens: counts.output,
          output_tokens_details: { reasoning_tokens: counts.reasoning },
          total_tokens: input + counts.output,
        },
      }),
      ...bill(counts),
    },
  ];
  return steps.map((step, at) => typed({ ...step, sequence_number: at }));
}

interface ToldItem {
  readonly steps: readonly Step[];
  readonly whole: object;
  readonly isCall: boolean;
}

function responsesItem(block: AnswerBlock, at: number): ToldItem {
  const text = block.pieces.join('');
  const place = { output_index: at };
  const wrap = (open: object, whole: object, inner: readonly Step[], isCall = false): ToldItem => ({
    isCall,
    whole,
    steps: [
      { type: 'response.output_item.added', ...place, item: open },
      ...inner.map((step) => ({ ...step, ...place })),
      { type: 'response.output_item.done', ...place, item: whole },
    ],
  });
  switch (block.kind) {
    case 'call': {
      const item = { id: `fc_${at}`, type: 'function_call', call_id: block.callId, name: block.name };
      const of = { item_id: item.id };
      return wrap(
        { ...item, status: 'in_progress', arguments: '' },
        { ...item, status: 'completed', arguments: text },
        [
          ...block.pieces.map((delta) => ({ type: 'response.function_call_arguments.delta', ...of, delta })),
          { type: 'response.function_call_arguments.done', ...of, arguments: text },
        ],
        true,
      );
    }
    case 'reasoning': {
      const item = { id: `rs_${at}`, type: 'reasoning' };
      const of = { item_id: item.id, summary_index: 0 };
      const sealed = block.seal === null ? {} : { encrypted_content: block.seal };
      const part = { type: 'summary_text', text };
      const told =
        text === ''
          ? []
          : [
              { type: 'response.reasoning_summary_part.added', ...of, part: { ...part, text: '' } },
              ...block.pieces.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...of, delta })),
              { type: 'response.reasoning_summary_text.done', ...of, text },
              { type: 'response.reasoning_summary_part.done', ...of, part },
            ];
      return wrap({ ...item, summary: [] }, { ...item, summary: text === '' ? [] : [part], ...sealed }, told);
    }
    default: {
      const item = { id: `msg_${at}`, type: 'message', role: 'assistant' };
      const of = { item_id: item.id, content_index: 0 };
      const isRefusal = block.kind === 'refusal';
      const part = (value: string) =>
        isRefusal ? { type: 'refusal', refusal: value } : { type: 'output_text', text: value, annotations: [] };
      const name = isRefusal ? 'refusal' : 'output_text';
      return wrap(
        { ...item, status: 'in_progress', content: [] },
        { ...item, status: 'completed', content: [part(text)] },
        [
          { type: 'response.content_part.added', ...of, part: part('') },
          ...block.pieces.map((delta) => ({ type: `response.${name}.delta`, ...of, delta })),
          { type: `response.${name}.done`, ...of, ...(isRefusal ? { refusal: text } : { text }) },
          { type: 'response.content_part.done', ...of, part: part(text) },
        ],
      );
    }
  }
}
