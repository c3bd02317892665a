/** Streams of Responses, typed by hand from the vendor's documentation and Copilot's notes. */
import { weaveRuns, type Answer, type AnswerBlock } from './answers.ts';
import { bill, typed, type Frame } from './frames.ts';

type Step = Readonly<Record<string, unknown>> & { readonly type: string };

export function responsesEvents({ blocks, weave, ending, counts, quirk }: Answer): readonly Frame[] {
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
  return steps
    .filter(({ type }) => quirk !== 'done-only' || !/delta$|_part\.added$|text\.done$|arguments\.done$/.test(type))
    .map((step, at) => typed({ ...(quirk === 'rotating-ids' ? withFreshIds(step, at) : step), sequence_number: at }));
}

/** Copilot encrypts ids anew in every event. */
function withFreshIds(step: Step, at: number): Step {
  const item = step['item'];
  return {
    ...step,
    ...('item_id' in step ? { item_id: `fresh_${at}` } : {}),
    ...(typeof item === 'object' ? { item: { ...item, id: `fresh_${at}` } } : {}),
  };
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
