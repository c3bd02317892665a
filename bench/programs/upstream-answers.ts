/** The words of the bench's upstream: whole answers and prepared event streams of the three endpoints. */

export type EndpointName = 'chat' | 'responses' | 'messages';

const words = 'The crossfeed valve lets any engine draw from any tank. ';
const created = 1_795_000_000;
const usage = { prompt_tokens: 40, completion_tokens: 2000, total_tokens: 2040 };

/** An opaque id that differs from event to event, as the real Responses endpoint sends them: 64 characters. */
const opaqueId = (index: number) => `bench_${String(index).padStart(10, '0')}_`.padEnd(64, 'Zk3vQ9');

const data = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
const named = (value: { readonly type: string; readonly [field: string]: unknown }) =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;

function chatEvents(chunks: number, model: string, withUsage: boolean): string[] {
  const head = {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created,
    model,
    system_fingerprint: 'fp_bench',
  };
  const delta = (delta: object, finish: string | null) =>
    data({
      ...head,
      choices: [{ index: 0, delta, content_filter_results: {}, logprobs: null, finish_reason: finish }],
    });
  const text = delta({ content: words.repeat(2), role: null }, null);
  const events = [delta({ content: '', role: 'assistant' }, null)];
  for (let index = 0; index < chunks; index += 1) events.push(text);
  events.push(delta({ content: null }, 'stop'));
  if (withUsage) events.push(data({ ...head, choices: [], usage }));
  events.push('data: [DONE]\n\n');
  return events;
}

function messagesEvents(chunks: number, model: string): string[] {
  const message = { id: 'msg_bench', type: 'message', role: 'assistant', model, content: [], stop_reason: null };
  const text = named({
    type: 'content_block_delta',
    index: 0,
    delta: {
      type: 'text_delta',
      text: words.repeat(4),
    },
  });
  const events = [
    named({
      type: 'message_start',
      message: {
        ...message,
        usage: {
          input_tokens: 40,
          output_tokens: 1,
        },
      },
    }),
    named({
      type: 'content_block_start',
      index: 0,
      content_block: {
        type: 'text',
        text: '',
      },
    }),
  ];
  for (let index = 0; index < chunks; index += 1) events.push(text);
  events.push(
    named({
      type: 'content_block_stop',
      index: 0,
    }),
    named({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 2e3 },
    }),
    named({ type: 'message_stop' }),
  );
  return events;
}

function responsesEvents(chunks: number, model: string): string[] {
  let sequence = 0;
  const event = (type: string, fields: object) =>
    named({
      type,
      ...fields,
      sequence_number: sequence++,
    });
  const item = (status: string, text: string) => ({
    id: opaqueId(sequence),
    type: 'message',
    role: 'assistant',
    status,
    content: text === '' ? [] : [{ type: 'output_text', text, annotations: [] }],
  });
  const place = () => ({ output_index: 0, content_index: 0, item_id: opaqueId(sequence) });
  const response = (status: string, output: readonly object[]) => ({
    response: {
      id: 'resp_bench',
      object: 'response',
      created_at: created,
      model,
      status,
      output,
      usage: null,
    },
  });
  const events = [
    event('response.created', response('in_progress', [])),
    event('response.in_progress', response('in_progress', [])),
    event('response.output_item.added', { output_index: 0, item: item('in_progress', '') }),
    event('response.content_part.added', { ...place(), part: { type: 'output_text', text: '', annotations: [] } }),
  ];
  for (let index = 0; index < chunks; index += 1)
    events.push(event('response.output_text.delta', { ...place(), delta: words.repeat(2), logprobs: [] }));
  const done = { type: 'output_text', text: words, annotations: [] };
  const total = { input_tokens: 40, output_tokens: 2000, total_tokens: 2040 };
  events.push(
    event('response.output_text.done', { ...place(), text: words, logprobs: [] }),
    event('response.content_part.done', { ...place(), part: done }),
    event('response.output_item.done', { output_index: 0, item: item('completed', words) }),
    event('response.completed', {
      response: { ...response('completed', [item('completed', words)]).response, usage: total },
    }),
  );
  return events;
}

/** The events of a stream with `chunks` text deltas, plus its opening and closing events. */
export function streamEvents(endpoint: EndpointName, chunks: number, model: string, withUsage: boolean): string[] {
  if (endpoint === 'chat') return chatEvents(chunks, model, withUsage);
  return endpoint === 'messages' ? messagesEvents(chunks, model) : responsesEvents(chunks, model);
}

/** A short answer that does not stream. */
export function wholeAnswer(endpoint: EndpointName, model: string): string {
  if (endpoint === 'chat') {
    const message = { role: 'assistant', content: words.repeat(4) };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    return JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion', created, model, choices, usage });
  }
  if (endpoint === 'messages') {
    const content = [{ type: 'text', text: words.repeat(4) }];
    const ending = { stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: 40, output_tokens: 60 } };
    return JSON.stringify({ id: 'msg_bench', type: 'message', role: 'assistant', model, content, ...ending });
  }
  const content = [{ type: 'output_text', text: words.repeat(4), annotations: [] }];
  const output = [{ id: opaqueId(1), type: 'message', role: 'assistant', status: 'completed', content }];
  const head = { id: 'resp_bench', object: 'response', created_at: created, model, status: 'completed', output };
  return JSON.stringify({ ...head, usage: { input_tokens: 40, output_tokens: 60, total_tokens: 100 } });
}
