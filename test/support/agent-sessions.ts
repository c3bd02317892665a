/** Made-up sessions of coding agents, the same for the same seed: a long head, then calls of tools and what they brought. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What agents read: code, prose and JSON of this very repository. */
const texts: readonly string[] = [
  'src/gateway',
  'src/http',
  'docs',
  'docs/protocols',
  'schema',
  'test/support',
].flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => /\.(?:ts|md|json)$/.test(name))
    .toSorted()
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8')),
);

export interface AgentTurn {
  readonly said: string;
  readonly command: string;
  readonly result: string;
}

export interface AgentSession {
  readonly system: string;
  readonly tools: readonly { readonly name: string; readonly description: string; readonly schema: object }[];
  readonly task: string;
  readonly turns: readonly AgentTurn[];
}

/** Numbers from 0 to 1, the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function agentSession(seed: number, turnCount: number): AgentSession {
  const random = randomOf(seed);
  const cut = (bytes: number) => {
    const text = texts[Math.floor(random() * texts.length)] ?? '';
    const start = Math.floor(random() * Math.max(1, text.length - bytes));
    return text.slice(start, start + bytes);
  };
  // From a line to a file: most results are short, some are very long.
  const size = (most: number) => Math.round(80 * (most / 80) ** random());
  return {
    system: cut(4_000) + cut(4_000) + cut(2_000),
    tools: Array.from({ length: 8 + Math.floor(random() * 8) }, (_, index) => ({
      name: `tool_${index}`,
      description: cut(300 + size(1_500)),
      schema: {
        type: 'object',
        properties: { command: { type: 'string', description: cut(120) }, limit: { type: 'integer' } },
        required: ['command'],
      },
    })),
    task: cut(size(1_200)),
    turns: Array.from({ length: turnCount }, () => ({
      said: cut(size(400)),
      command: cut(size(200)),
      result: cut(size(24_000)),
    })),
  };
}

const marked = { cache_control: { type: 'ephemeral' } };

/** The request of a session's turn in the words of a protocol: all that was said before, and no answer yet. */
export const requestOf = {
  '/v1/messages': ({ system, tools, task, turns }: AgentSession, turn: number, model: string) => ({
    model,
    max_tokens: 8_000,
    system: [{ type: 'text', text: system, ...marked }],
    tools: tools.map(({ name, description, schema }) => ({ name, description, input_schema: schema })),
    messages: [
      { role: 'user', content: [{ type: 'text', text: task }] },
      ...turns.slice(0, turn).flatMap(({ said, command, result }, index) => [
        {
          role: 'assistant',
          content: [
            { type: 'text', text: said },
            { type: 'tool_use', id: `toolu_${index}`, name: 'tool_0', input: { command } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: `toolu_${index}`,
              content: result,
              ...(index === turn - 1 ? marked : {}),
            },
          ],
        },
      ]),
    ],
  }),
  '/v1/responses': ({ system, tools, task, turns }: AgentSession, turn: number, model: string) => ({
    model,
    instructions: system,
    tools: tools.map(({ name, description, schema }) => ({
      type: 'function',
      name,
      description,
      parameters: schema,
      strict: false,
    })),
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: task }] },
      ...turns.slice(0, turn).flatMap(({ said, command, result }, index) => [
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: said }] },
        {
          type: 'function_call',
          call_id: `call_${index}`,
          name: 'tool_0',
          arguments: JSON.stringify({ command }),
        },
        { type: 'function_call_output', call_id: `call_${index}`, output: result },
      ]),
    ],
  }),
  '/v1/chat/completions': ({ system, tools, task, turns }: AgentSession, turn: number, model: string) => ({
    model,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: task },
      ...turns.slice(0, turn).flatMap(({ said, command, result }, index) => [
        {
          role: 'assistant',
          content: said,
          tool_calls: [
            {
              id: `call_${index}`,
              type: 'function',
              function: { name: 'tool_0', arguments: JSON.stringify({ command }) },
            },
          ],
        },
        { role: 'tool', tool_call_id: `call_${index}`, content: result },
      ]),
    ],
    tools: tools.map(({ name, description, schema }) => ({
      type: 'function',
      function: { name, description, parameters: schema },
    })),
  }),
} as const;
