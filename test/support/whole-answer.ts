/** What a whole answer says, by the vendors' documentation alone: the counterpart of `stream-grammar.ts`. */
import type { StreamWire } from './stream-grammar.ts';

export interface WholeAnswer {
  readonly text: string;
  readonly reason: unknown;
  readonly calls: readonly { readonly name: unknown; readonly arguments: string }[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

export function readWhole(wire: StreamWire, json: string): WholeAnswer {
  const answer: Json = JSON.parse(json);
  if (wire === 'chat') {
    const [{ message, finish_reason: reason }] = answer.choices;
    const calls = (message.tool_calls ?? []).map((call: Json) => call.function);
    return { text: message.content ?? '', reason, calls };
  }
  if (wire === 'gemini') {
    const [{ content, finishReason: reason }] = answer.candidates;
    const parts: readonly Json[] = content.parts;
    const calls = parts.flatMap(({ functionCall: call }) =>
      call === undefined ? [] : [{ name: call.name, arguments: JSON.stringify(call.args) }],
    );
    return { text: textIn(parts.filter(({ thought }) => thought !== true)), reason, calls };
  }
  if (wire === 'ollama') {
    const { content, tool_calls: told = [] } = answer.message;
    const calls = told.map((call: Json) => ({
      name: call.function.name,
      arguments: JSON.stringify(call.function.arguments),
    }));
    return { text: content, reason: answer.done_reason, calls };
  }
  const blocks: readonly Json[] = wire === 'messages' ? answer.content : answer.output;
  if (wire === 'messages') {
    const calls = blocks
      .filter(({ type }) => type === 'tool_use')
      .map(({ name, input }) => ({ name, arguments: JSON.stringify(input) }));
    return { text: textIn(blocks), reason: answer.stop_reason, calls };
  }
  const text = blocks.filter(({ type }) => type === 'message').map(({ content }) => textIn(content));
  return { text: text.join(''), reason: answer.status, calls: blocks.filter(({ type }) => type === 'function_call') };
}

function textIn(parts: readonly Json[]): string {
  return parts.map(({ text }) => text ?? '').join('');
}
