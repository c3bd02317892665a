/** What the bench puts each subject through, as data. */
import { bodyOf, paths, question } from './bodies.ts';
import type { SubjectName } from './subjects.ts';

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What one unit of the figure is: CPU µs for a request, CPU s for a million events. */
  readonly figure: 'us-per-request' | 's-per-million-events' | 'added-ms';
  readonly path: string;
  readonly body: string;
  readonly concurrency: number;
  /** Requests (or streams) in one round; `hold` scenarios keep `concurrency` streams open instead. */
  readonly total: number;
  readonly hold: boolean;
  /** The lane that Crossfeed is expected to take: another one would measure something else. */
  readonly lane: 'raw' | 'patched' | 'translated';
  /** Asked of a program of its own before streams are held in it: what every peer needs to be warm. */
  readonly warmUp?: string;
  /** Who is put through it. */
  readonly subjects: readonly SubjectName[];
  /** What Crossfeed is asked for the same answer without translation, where the scenario translates. */
  readonly same?: { readonly path: string; readonly body: string };
}

const proxies: readonly SubjectName[] = ['pipe', 'dispatch', 'nginx', 'crossfeed'];
/** Chat to chat is what every peer but one does. */
const all: readonly SubjectName[] = [...proxies, 'copilot-api', 'copilot-api-bun', 'portkey'];

const chat = (fields: object, content: string) =>
  JSON.stringify({ model: 'bench-chat', ...fields, messages: [{ role: 'user', content }] });

const streamed = { stream: true, stream_options: { include_usage: true } };

/** A coding agent's request: tools, a long history, text that is not all ASCII. About `bytes` bytes. */
function agentBody(bytes: number): string {
  const tool = (index: number) => ({
    type: 'function',
    function: {
      name: `tool_${index}`,
      description: 'Reads a file and returns its lines, numbered – from the first to the last.',
      parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
    },
  });
  const source =
    'export function draw(tank: Tank, engine: Engine): Flow { return tank.open(engine); } // naïve – für später\n';
  const turns = Math.ceil(bytes / (source.length * 100 + 300));
  const messages: object[] = [{ role: 'system', content: 'You are a coding agent.' }];
  for (let turn = 0; turn < turns; turn += 1) {
    const call = { id: `call_${turn}`, type: 'function', function: { name: 'tool_1', arguments: '{"path":"a.ts"}' } };
    messages.push(
      { role: 'user', content: 'Read the next file.' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: call.id, content: source.repeat(100) },
    );
  }
  const tools = Array.from({ length: 12 }, (_, index) => tool(index));
  return JSON.stringify({ model: 'bench-chat', messages, tools, stream: false });
}

export interface Sizes {
  readonly smallRequests: number;
  readonly burstStreams: number;
  readonly heldStreams: number;
  readonly heldMs: number;
  readonly firstBytes: number;
  readonly largeRequests: number;
}

export const fullSizes: Sizes = {
  smallRequests: 6000,
  burstStreams: 96,
  heldStreams: 1000,
  heldMs: 4000,
  firstBytes: 300,
  largeRequests: 40,
};
export const quickSizes: Sizes = {
  smallRequests: 2000,
  burstStreams: 32,
  heldStreams: 200,
  heldMs: 2000,
  firstBytes: 100,
  largeRequests: 12,
};

export function scenarios(sizes: Sizes): readonly Scenario[] {
  const burst = {
    figure: 's-per-million-events',
    concurrency: 16,
    total: sizes.burstStreams,
    hold: false,
    subjects: proxies,
  } as const;
  const one = { figure: 'added-ms', concurrency: 1, hold: false, lane: 'raw', subjects: all } as const;
  const chunks = question(2000, 0);
  return [
    {
      id: 'small',
      title: 'small request, c=64',
      figure: 'us-per-request',
      path: paths.chat,
      body: chat({}, 'Tell me of the valve.'),
      concurrency: 64,
      total: sizes.smallRequests,
      hold: false,
      lane: 'raw',
      subjects: all,
    },
    {
      id: 'burst-chat-raw',
      title: 'burst, chat raw',
      path: paths.chat,
      body: chat(streamed, chunks),
      ...burst,
      lane: 'raw',
      subjects: all,
    },
    {
      id: 'burst-messages-raw',
      title: 'burst, messages raw',
      path: paths.messages,
      body: bodyOf('messages', 'bench-messages', chunks),
      ...burst,
      lane: 'raw',
    },
    {
      id: 'burst-chat-patched',
      title: 'burst, chat patched',
      path: paths.chat,
      body: chat({ stream: true }, chunks),
      ...burst,
      lane: 'patched',
    },
    {
      id: 'burst-responses-patched',
      title: 'burst, responses patched',
      path: paths.responses,
      body: bodyOf('responses', 'bench-responses', chunks),
      ...burst,
      lane: 'patched',
    },
    {
      id: 'lone-chat-raw',
      title: `lone chunks, ${sizes.heldStreams} streams × 10/s`,
      path: paths.chat,
      figure: 's-per-million-events',
      body: chat(streamed, question(1e5, 100)),
      warmUp: chat(streamed, chunks),
      concurrency: sizes.heldStreams,
      total: sizes.heldMs,
      hold: true,
      lane: 'raw',
      subjects: all,
    },
    {
      id: 'first-byte',
      title: 'first byte added, c=1',
      path: paths.chat,
      body: chat(streamed, question(1, 0)),
      ...one,
      total: sizes.firstBytes,
    },
    {
      id: 'large',
      title: '1 MB request added, c=1',
      path: paths.chat,
      body: agentBody(1024 * 1024),
      ...one,
      total: sizes.largeRequests,
    },
  ];
}

/** The streams that the memory figures hold open: a chunk each half second. */
const held = question(100_000, 500);
export const heldStreams = {
  chat: { path: paths.chat, body: chat(streamed, held) },
  messages: { path: paths.messages, body: bodyOf('messages', 'bench-chat', held) },
} as const;
