/** The tools that are at work on the day, as data: what they ask, how patient they are, what they make of an answer. */
import { requestOf, type AgentSession } from '../agent-sessions.ts';

/** As recorded of the released tools in November 2026: a tool tries again as often as it has waits, and never more. */
export interface Patience {
  readonly waitsMs: readonly number[];
  /** Its waits are longer or shorter by such a share. */
  readonly jitter: readonly [least: number, most: number];
  readonly heedsRetryAfter: boolean;
  readonly triesAgainAt: (status: number) => boolean;
}

export interface DayTool {
  readonly name: string;
  readonly model: string;
  readonly by: 'http' | 'websocket';
  /** The path of a call, and the endpoint that it goes to upstream. */
  readonly path: (turn: number) => string;
  readonly upstream: string;
  readonly headers: (key: string, session: string) => Readonly<Record<string, string>>;
  readonly body: (session: AgentSession, turn: number, model: string) => object;
  /** What stands in a whole answer and in no part of one. */
  readonly lastWord: (turn: number) => string;
  readonly patience: Patience;
  /** What it asks for unasked, while somebody types: where it fails nobody sees it. */
  readonly isUnasked?: boolean;
}

/** Twice as long each time, and never longer than `mostMs`. */
function doubling(firstMs: number, mostMs: number, times: number): readonly number[] {
  return Array.from({ length: times }, (_, index) => Math.min(mostMs, firstMs * 2 ** index));
}

const passes = (status: number) => status === 408 || status === 409 || status === 429 || status >= 500;
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const claudeCode: Omit<DayTool, 'name' | 'model' | 'upstream'> = {
  by: 'http',
  path: () => '/v1/messages?beta=true',
  headers: (key, session) => ({
    ...bearer(key),
    'x-claude-code-session-id': session,
    'anthropic-version': '2023-06-01',
    'user-agent': 'claude-cli/2.1.330 (external, cli)',
  }),
  body: (session, turn, model) => ({ ...requestOf['/v1/messages'](session, turn, model), stream: true }),
  lastWord: () => '"type":"message_stop"',
  patience: {
    waitsMs: doubling(500, 32_000, 10),
    jitter: [0.75, 1],
    heedsRetryAfter: true,
    triesAgainAt: passes,
  },
};

export const dayTools: readonly DayTool[] = [
  { ...claudeCode, name: 'Claude Code', model: 'claude-sonnet-5.5', upstream: '/v1/messages' },
  { ...claudeCode, name: 'Claude Code on GPT', model: 'gpt-6.1-sol', upstream: '/responses' },
  {
    name: 'Codex',
    model: 'gpt-6.1-sol',
    by: 'websocket',
    path: () => '/v1/responses',
    upstream: '/responses',
    headers: (_, session) => ({ 'session-id': session, 'thread-id': session, originator: 'codex_exec' }),
    body: (session, turn, model) => ({ ...requestOf['/v1/responses'](session, turn, model), store: false }),
    lastWord: () => 'response.completed',
    patience: {
      waitsMs: doubling(200, 10_000, 4),
      jitter: [0.9, 1.1],
      heedsRetryAfter: true,
      // A 429 that names no wait ends its turn at once: ours always names one.
      triesAgainAt: passes,
    },
  },
  {
    name: 'opencode',
    model: 'gemini-3.8-flash',
    by: 'http',
    path: () => '/v1/chat/completions',
    upstream: '/chat/completions',
    headers: (key, session) => ({ ...bearer(key), 'x-session-id': session, 'user-agent': 'opencode/1.18.33' }),
    body: (session, turn, model) => ({ ...requestOf['/v1/chat/completions'](session, turn, model), stream: true }),
    lastWord: () => '[DONE]',
    patience: { waitsMs: doubling(1_000, 30_000, 8), jitter: [1, 1], heedsRetryAfter: true, triesAgainAt: passes },
  },
  {
    name: 'Gemini CLI',
    model: 'gpt-5.2',
    by: 'http',
    path: () => '/v1beta/models/gpt-5.2:streamGenerateContent?alt=sse',
    upstream: '/responses',
    headers: (key) => ({ 'x-goog-api-key': key, 'user-agent': 'GeminiCLI/0.61.0' }),
    body: geminiBody,
    lastWord: () => '"finishReason"',
    patience: { waitsMs: doubling(5_000, 30_000, 9), jitter: [0.7, 1.3], heedsRetryAfter: false, triesAgainAt: passes },
  },
  {
    name: 'an editor',
    model: 'claude-haiku-5.5',
    by: 'http',
    path: (turn) => editorCalls[turn % editorCalls.length]?.path ?? '',
    upstream: '/v1/messages',
    headers: (key) => bearer(key),
    body: ({ turns }, turn, model) => ({
      model,
      stream: true,
      ...editorCalls[turn % editorCalls.length]?.ask((turns[turn]?.result ?? '').slice(-2_000) || '// next'),
    }),
    lastWord: (turn) => editorCalls[turn % editorCalls.length]?.lastWord ?? '',
    patience: { waitsMs: [], jitter: [1, 1], heedsRetryAfter: false, triesAgainAt: () => false },
    isUnasked: true,
  },
];

/** What is proposed behind the cursor, by the two protocols that editors have for it, and a question to a chat panel. */
const editorCalls = [
  { path: '/v1/completions', ask: (prompt: string) => ({ prompt, max_tokens: 64 }), lastWord: '[DONE]' },
  { path: '/api/generate', ask: (prompt: string) => ({ prompt }), lastWord: '"done":true' },
  {
    path: '/api/chat',
    ask: (prompt: string) => ({ messages: [{ role: 'user', content: prompt }] }),
    lastWord: '"done":true',
  },
] as const;

function geminiBody({ system, tools, task, turns }: AgentSession, turn: number): object {
  return {
    systemInstruction: { parts: [{ text: system }] },
    tools: [
      {
        functionDeclarations: tools.map(({ name, description, schema }) => ({
          name,
          description,
          parametersJsonSchema: schema,
        })),
      },
    ],
    generationConfig: { thinkingConfig: { includeThoughts: true } },
    contents: [
      { role: 'user', parts: [{ text: task }] },
      ...turns.slice(0, turn).flatMap(({ said, command, result }, index) => {
        const call = { id: `call_${index}`, name: 'tool_0' };
        return [
          { role: 'model', parts: [{ text: said }, { functionCall: { ...call, args: { command } } }] },
          { role: 'user', parts: [{ functionResponse: { ...call, response: { output: result } } }] },
        ];
      }),
    ],
  };
}
