/** Streams of each upstream endpoint, typed by hand from the vendors' documentation: nothing of ours writes them. */
import type { Endpoint } from '../../../src/canonical/protocol-id.ts';
import { bill, typed, type Frame } from './frames.ts';
import { responsesEvents } from './write-responses-stream.ts';
import { weaveRuns, type Answer, type AnswerBlock } from './answers.ts';
import { asciiJson } from './texts.ts';

/** The bytes that Copilot would send. */
export function writeStream(endpoint: Endpoint, answer: Answer): Buffer {
  const write = endpoint === '/v1/messages' ? messagesEvents : endpoint === '/responses' ? responsesEvents : chatChunks;
  const text = write(answer)
    .map(({ event, data }) => {
      const json = typeof data === 'string' ? data : JSON.stringify(data);
      const isNoisy = answer.quirk === 'noise';
      const line = `data:${isNoisy ? '' : ' '}${answer.ascii ? asciiJson(json) : json}`;
      if (isNoisy) return `: hm\n\nid: 7\nretry: 3\n${event === null ? '' : `event:${event}\n`}${line}\n\n`;
      return event === null ? `${line}\n\n` : `event: ${event}\n${line}\n\n`;
    })
    .join('');
  return Buffer.from(answer.lineEnd === '\n' ? text : text.replaceAll('\n', '\r\n'));
}

const callsOf = (blocks: readonly AnswerBlock[]) => blocks.filter(({ kind }) => kind === 'call').length;

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

function chatChunks({ blocks, weave, ending, counts, quirk }: Answer): readonly Frame[] {
  const chunk = (delta: object, finish: string | null = null, beside: object = {}, index = 0): Frame => ({
    event: null,
    data: {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index, delta, logprobs: null, finish_reason: finish }],
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
        const rest = block.pieces.map((piece) =>
          quirk === 'repeated-heads'
            ? { ...first, function: { name, arguments: piece } }
            : { index, function: { arguments: piece } },
        );
        return { parallel: true, steps: [first, ...rest].map((call) => ({ tool_calls: [call] })) };
      }
      case 'reasoning':
        return {
          parallel: false,
          steps: [
            ...block.pieces.map((piece) => ({ reasoning_text: piece })),
            ...(block.seal === null || quirk === 'late-seal' ? [] : [{ reasoning_opaque: block.seal }]),
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
  if (quirk === 'one-chunk') {
    const textOf = (kind: AnswerBlock['kind']) => {
      const said = blocks.filter((block) => block.kind === kind).flatMap(({ pieces }) => pieces);
      return said.length === 0 ? null : said.join('');
    };
    const seal = blocks.find((block) => block.kind === 'reasoning');
    const toolCalls = blocks.flatMap((block) =>
      block.kind === 'call'
        ? [{ id: block.callId, type: 'function', function: { name: block.name, arguments: block.pieces.join('') } }]
        : [],
    );
    const delta = {
      role: 'assistant',
      content: textOf('text'),
      refusal: textOf('refusal'),
      reasoning_text: textOf('reasoning'),
      reasoning_opaque: seal?.kind === 'reasoning' ? seal.seal : null,
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map((call, index) => ({ index, ...call })) }),
    };
    return [chunk(delta, finish, { usage, ...bill(counts) }), { event: null, data: '[DONE]' }];
  }
  const late = blocks.flatMap((block) =>
    quirk === 'late-seal' && block.kind === 'reasoning' && block.seal !== null
      ? [{ reasoning_opaque: block.seal }]
      : [],
  );
  const choiceOf = (delta: object) => (quirk === 'two-choices' && 'tool_calls' in delta ? 1 : 0);
  const finishes =
    quirk === 'two-choices' && calls > 0
      ? [chunk({}, finish === 'tool_calls' ? 'stop' : finish), chunk({}, finish, {}, 1)]
      : [chunk({}, finish, quirk === 'usage-in-finish' ? { usage, ...bill(counts) } : {})];
  const told = [
    chunk({ role: 'assistant', content: '' }),
    ...[...weaveRuns<object>(runs, weave), ...late].map((delta) => chunk(delta, null, {}, choiceOf(delta))),
    ...finishes,
  ];
  const done: Frame = { event: null, data: '[DONE]' };
  if (quirk === 'usage-in-finish') return [...told, done];
  return [
    ...told,
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
    done,
  ];
}
