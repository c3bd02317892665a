/** The next request of a session as a client writes it: the whole answer as it came, results of its calls, a new question. */
import type { ClientProtocol } from './arbitraries/write-bodies.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

export function nextRequest(client: ClientProtocol, answer: string, model: string): string {
  // Integers that a double cannot hold: a client that keeps the text of its answer keeps them.
  const kept: string[] = [];
  const parsed: Json = JSON.parse(answer, function keep(_key, value: unknown, context?: { readonly source?: string }) {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
    kept.push(context.source);
    return `@@number:${kept.length - 1}@@`;
  });
  const json = JSON.stringify(writers[client](parsed, model));
  return json.replaceAll(/"@@number:(\d+)@@"/g, (_whole, at: string) => kept[Number(at)] ?? '0');
}

const question = 'And then?';

const writers: Readonly<Record<ClientProtocol, (answer: Json, model: string) => object>> = {
  'openai-chat': (answer, model) => {
    const { message } = answer.choices[0];
    const calls: Json[] = message.tool_calls ?? [];
    return {
      model,
      messages: [
        { role: 'user', content: 'Hello' },
        message,
        ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'done' })),
        { role: 'user', content: question },
      ],
    };
  },
  'openai-responses': (answer, model) => ({
    model,
    store: false,
    input: [
      { role: 'user', content: 'Hello' },
      ...answer.output,
      ...answer.output
        .filter(({ type }: Json) => type === 'function_call')
        .map(({ call_id }: Json) => ({ type: 'function_call_output', call_id, output: 'done' })),
      { role: 'user', content: question },
    ],
  }),
  'anthropic-messages': (answer, model) => ({
    model,
    max_tokens: 100,
    messages: [
      { role: 'user', content: 'Hello' },
      ...(answer.content.length === 0 ? [] : [{ role: 'assistant', content: answer.content }]),
      {
        role: 'user',
        content: [
          ...answer.content
            .filter(({ type }: Json) => type === 'tool_use')
            .map(({ id }: Json) => ({ type: 'tool_result', tool_use_id: id, content: 'done' })),
          { type: 'text', text: question },
        ],
      },
    ],
  }),
  gemini: (answer) => {
    const [{ content }] = answer.candidates;
    const results = content.parts.flatMap(({ functionCall: call }: Json) =>
      call === undefined ? [] : [{ functionResponse: { id: call.id, name: call.name, response: { output: 'done' } } }],
    );
    return {
      contents: [
        { role: 'user', parts: [{ text: 'Hello' }] },
        content,
        { role: 'user', parts: [...results, { text: question }] },
      ],
    };
  },
  ollama: ({ message }, model) => ({
    model,
    messages: [
      { role: 'user', content: 'Hello' },
      message,
      ...(message.tool_calls ?? []).map((call: Json) => ({
        role: 'tool',
        tool_name: call.function.name,
        content: 'done',
      })),
      { role: 'user', content: question },
    ],
  }),
};
