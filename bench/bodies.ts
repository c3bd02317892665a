/** What the bench asks in each protocol's words: small questions, long histories, and tools to call. */

export type Speech = 'chat' | 'responses' | 'messages';

export const paths: Readonly<Record<Speech, string>> = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
};

/** A question that tells the bench's upstream how to answer. */
export function question(chunks: number, gapMs: number, answer: 'text' | 'call' = 'text'): string {
  return `Tell me of the valve. bench chunks=${chunks} gap=${gapMs}${answer === 'call' ? ' call' : ''}`;
}

/** A coding agent's history before its question: each turn calls a tool, whose result has so many lines. */
export interface History {
  readonly turns: number;
  readonly lines: number;
  readonly tools: number;
}

export const noHistory: History = { turns: 0, lines: 0, tools: 0 };

interface Tool {
  readonly name: string;
  readonly description: string;
  readonly schema: object;
}

interface Words {
  readonly head: object;
  /** The member that holds the conversation, and what is said before it begins. */
  readonly conversation: 'messages' | 'input';
  readonly opening: readonly object[];
  readonly turn: (callId: string, path: string, result: string) => readonly object[];
  readonly tool: (tool: Tool) => object;
}

const system = 'You are a coding agent.';
const user = (content: unknown) => ({ role: 'user', content });
const asked = user('Read the next file.');
const said = 'I read it.';

const wordsOf: Readonly<Record<Speech, Words>> = {
  chat: {
    head: { stream: true, stream_options: { include_usage: true } },
    conversation: 'messages',
    opening: [{ role: 'system', content: system }],
    turn(id, path, result) {
      const called = { name: 'tool_1', arguments: JSON.stringify({ path }) };
      return [
        asked,
        { role: 'assistant', content: said, tool_calls: [{ id, type: 'function', function: called }] },
        { role: 'tool', tool_call_id: id, content: result },
      ];
    },
    tool: ({ name, description, schema: parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    }),
  },
  responses: {
    head: { stream: true, store: false, instructions: system },
    conversation: 'input',
    opening: [],
    turn: (id, path, result) => [
      asked,
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: said }] },
      { type: 'function_call', call_id: id, name: 'tool_1', arguments: JSON.stringify({ path }) },
      { type: 'function_call_output', call_id: id, output: result },
    ],
    tool: ({ name, description, schema: parameters }) => ({
      type: 'function',
      name,
      description,
      parameters,
      strict: false,
    }),
  },
  messages: {
    head: { stream: true, max_tokens: 4096, system },
    conversation: 'messages',
    opening: [],
    turn(id, path, result) {
      const call = { type: 'tool_use', id, name: 'tool_1', input: { path } };
      return [
        asked,
        { role: 'assistant', content: [{ type: 'text', text: said }, call] },
        user([{ type: 'tool_result', tool_use_id: id, content: result }]),
      ];
    },
    tool: ({ name, description, schema }) => ({ name, description, input_schema: schema }),
  },
};

const source =
  'export function draw(tank: Tank, engine: Engine): Flow { return tank.open(engine); } // naïve – für später\n';

const toolOf = (index: number): Tool => ({
  name: `tool_${index}`,
  description: 'Reads a file and returns its lines, numbered – from the first to the last.',
  schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
});

function times<T>(count: number, create: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => create(index));
}

export function bodyOf(speech: Speech, model: string, content: string, history = noHistory): string {
  const { head, conversation, opening, turn, tool } = wordsOf[speech];
  const result = source.repeat(history.lines);
  const turns = times(history.turns, (index) => turn(`call_${index}`, `src/file-${index}.ts`, result)).flat();
  const tools = times(history.tools, (index) => tool(toolOf(index)));
  return JSON.stringify({
    model,
    ...head,
    [conversation]: [...opening, ...turns, user(content)],
    ...(tools.length === 0 ? {} : { tools }),
  });
}
