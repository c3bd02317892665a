/** The words of the bench's upstream: whole answers and prepared event streams of the three endpoints. */

export type EndpointName = 'chat' | 'responses' | 'messages';

export interface StreamAsked {
  /** Deltas of text, or of a call's arguments, beside the opening and closing events. */
  readonly chunks: number;
  readonly calls: boolean;
  /** Of Chat's usage chunk. */
  readonly withUsage: boolean;
}

const words = 'The crossfeed valve lets any engine draw from any tank. ';
const created = 1_795_000_000;
const usage = { prompt_tokens: 40, completion_tokens: 2000, total_tokens: 2040 };

/** An opaque id that differs from event to event, as the real Responses endpoint sends them: 64 characters. */
const opaqueId = (index: number) => `bench_${String(index).padStart(10, '0')}_`.padEnd(64, 'Zk3vQ9');

const data = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
const named = (value: { readonly type: string; readonly [field: string]: unknown }) =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;

/** A call's arguments as they come: the opening, many pieces, the end; together they are JSON. */
const argumentPieces = (chunks: number) => ['{"text":"', ...Array<string>(chunks).fill(String.raw`a line\n`), '"}'];
const call = { id: 'call_bench', name: 'tool_1' };

function chatEvents(model: string, { chunks, calls, withUsage }: StreamAsked): string[] {
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
  const events = [delta({ content: '', role: 'assistant' }, null)];
  if (calls) {
    const opened = { index: 0, id: call.id, type: 'function', function: { name: call.name, arguments: '' } };
    events.push(delta({ content: null, tool_calls: [opened] }, null));
    for (const piece of argumentPieces(chunks))
      events.push(delta({ content: null, tool_calls: [{ index: 0, function: { arguments: piece } }] }, null));
  } else {
    const text = delta({ content: words.repeat(2), role: null }, null);
    for (let index = 0; index < chunks; index += 1) events.push(text);
  }
  events.push(delta({ content: null }, calls ? 'tool_calls' : 'stop'));
  if (withUsage) events.push(data({ ...head, choices: [], usage }));
  events.push('data: [DONE]\n\n');
  return events;
}

function messagesEvents(model: string, { chunks, calls }: StreamAsked): string[] {
  const message = { id: 'msg_bench', type: 'message', role: 'assistant', model, content: [], stop_reason: null };
  const delta = (value: object) => named({ type: 'content_block_delta', index: 0, delta: value });
  const deltas = calls
    ? argumentPieces(chunks).map((piece) => delta({ type: 'input_json_delta', partial_json: piece }))
    : Array<string>(chunks).fill(delta({ type: 'text_delta', text: words }));
  const block = calls ? { type: 'tool_use', ...call, input: {} } : { type: 'text', text: '' };
  return [
    named({ type: 'message_start', message: { ...message, usage: { input_tokens: 40, output_tokens: 1 } } }),
    named({ type: 'content_block_start', index: 0, content_block: block }),
    ...deltas,
    named({ type: 'content_block_stop', index: 0 }),
    named({
      type: 'message_delta',
      delta: { stop_reason: calls ? 'tool_use' : 'end_turn' },
      usage: { output_tokens: 2000 },
    }),
    named({ type: 'message_stop' }),
  ];
}

function responsesEvents(model: string, { chunks, calls }: StreamAsked): string[] {
  let sequence = 0;
  const event = (type: string, fields: object) => named({ type, ...fields, sequence_number: sequence++ });
  const response = (status: string, output: readonly object[], total: object | null) => {
    const head = { id: 'resp_bench', object: 'response', created_at: created, model };
    return { response: { ...head, status, output, usage: total } };
  };
  const said = calls ? spokenCall(chunks) : spokenText(chunks);
  const item = (status: string, isWhole: boolean) => ({ id: opaqueId(sequence), status, ...said.item(isWhole) });
  const place = () => ({ output_index: 0, item_id: opaqueId(sequence), ...said.place });
  const total = { input_tokens: 40, output_tokens: 2000, total_tokens: 2040 };
  return [
    event('response.created', response('in_progress', [], null)),
    event('response.in_progress', response('in_progress', [], null)),
    event('response.output_item.added', { output_index: 0, item: item('in_progress', false) }),
    ...said.opening.map(([type, fields]) => event(type, { ...place(), ...fields })),
    ...said.deltas.map((delta) => event(said.delta, { ...place(), delta, ...said.besideDelta })),
    ...said.closing.map(([type, fields]) => event(type, { ...place(), ...fields })),
    event('response.output_item.done', { output_index: 0, item: item('completed', true) }),
    event('response.completed', response('completed', [item('completed', true)], total)),
  ];
}

interface SpokenItem {
  readonly place: object;
  readonly item: (isWhole: boolean) => object;
  readonly opening: readonly (readonly [type: string, fields: object])[];
  readonly delta: string;
  readonly deltas: readonly string[];
  readonly besideDelta: object;
  readonly closing: readonly (readonly [type: string, fields: object])[];
}

/** As short as real ones are: a Responses stream says its whole text four times more at its end. */
const piece = 'any tank ';

function spokenText(chunks: number): SpokenItem {
  const part = (text: string) => ({ type: 'output_text', text, annotations: [] });
  const text = piece.repeat(chunks);
  return {
    place: { content_index: 0 },
    item: (isWhole) => ({ type: 'message', role: 'assistant', content: isWhole ? [part(text)] : [] }),
    opening: [['response.content_part.added', { part: part('') }]],
    delta: 'response.output_text.delta',
    deltas: Array<string>(chunks).fill(piece),
    besideDelta: { logprobs: [] },
    closing: [
      ['response.output_text.done', { text, logprobs: [] }],
      ['response.content_part.done', { part: part(text) }],
    ],
  };
}

function spokenCall(chunks: number): SpokenItem {
  const { id, name } = call;
  const deltas = argumentPieces(chunks);
  const whole = deltas.join('');
  return {
    place: {},
    item: (isWhole) => ({ type: 'function_call', call_id: id, name, arguments: isWhole ? whole : '' }),
    opening: [],
    delta: 'response.function_call_arguments.delta',
    deltas,
    besideDelta: {},
    closing: [['response.function_call_arguments.done', { arguments: whole }]],
  };
}

export function streamEvents(endpoint: EndpointName, model: string, asked: StreamAsked): string[] {
  if (endpoint === 'chat') return chatEvents(model, asked);
  return endpoint === 'messages' ? messagesEvents(model, asked) : responsesEvents(model, asked);
}

/** A short answer that does not stream. Responses have the number for an id: the next may go on from it. */
export function wholeAnswer(endpoint: EndpointName, model: string, number = 'bench'): string {
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
  const head = { id: `resp_${number}`, object: 'response', created_at: created, model, status: 'completed', output };
  return JSON.stringify({ ...head, usage: { input_tokens: 40, output_tokens: 60, total_tokens: 100 } });
}
