/** All corpora at a program that runs: hostile HTTP, wrong keys, odd bodies, and upstreams that fail and quote secrets. */
import type { RawAnswer, RawUpstream } from './raw-upstream.ts';
import { jsonAnswer, startRawUpstream } from './raw-upstream.ts';
import type { ContentFace } from '../corpora/client-rows/content-row.ts';
import { anyBodyRows, foreignRows } from '../corpora/client-rows/foreign-bodies.ts';
import { jsonRows } from '../corpora/client-rows/json-bodies.ts';
import { schemaRows } from '../corpora/client-rows/schema-bodies.ts';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { upstreamRows } from '../corpora/upstream-rows/rows.ts';
import { clientRows } from './check-client-row.ts';
import { sendRaw } from './raw-client.ts';
import { rawModels } from './raw-proxy.ts';

export interface PlayedFace {
  readonly path: string;
  /** What its upstream speaks. */
  readonly wire: Wire;
  readonly content: ContentFace | 'gemini' | 'ollama';
  readonly sound: Readonly<Record<string, unknown>>;
}

const turns = [{ role: 'user', content: 'hi' }];
const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];

/** Each protocol, and each with and without a stream. */
const faces: readonly PlayedFace[] = [
  ...[false, true].flatMap((stream): readonly PlayedFace[] => [
    {
      path: '/v1/chat/completions',
      wire: 'chat',
      content: 'chat',
      sound: { model: 'm-chat', messages: turns, stream },
    },
    {
      path: '/v1/responses',
      wire: 'responses',
      content: 'responses',
      sound: { model: 'm-responses', input: 'hi', stream },
    },
    {
      path: '/v1/messages',
      wire: 'messages',
      content: 'messages',
      sound: { model: 'm-messages', max_tokens: 10, messages: turns, stream },
    },
    { path: '/api/chat', wire: 'chat', content: 'ollama', sound: { model: 'm-chat', messages: turns, stream } },
  ]),
  { path: '/v1beta/models/m-chat:generateContent', wire: 'chat', content: 'gemini', sound: { contents } },
  {
    path: '/v1beta/models/m-messages:streamGenerateContent?alt=sse',
    wire: 'messages',
    content: 'gemini',
    sound: { contents },
  },
];

export interface PlayedUpstream {
  readonly upstream: RawUpstream;
  script: readonly RawAnswer[];
}

/** GitHub and Copilot in one: what it answers to a call is the script's, the sign-in is its own. */
export async function startPlayedUpstream(copilotToken: string): Promise<PlayedUpstream> {
  let script: readonly RawAnswer[] = [];
  let played = 0;
  const upstream = await startRawUpstream(rawModels, ({ path }) => {
    if (path === '/copilot_internal/v2/token')
      return jsonAnswer({ token: copilotToken, refresh_in: 1500, expires_at: 4_000_000_000, endpoints: {} });
    return script[Math.min(played++, script.length - 1)] ?? jsonAnswer({ error: { message: 'nothing' } }, 500);
  });
  return {
    upstream,
    get script() {
      return script;
    },
    set script(answers) {
      played = 0;
      script = answers;
    },
  };
}

export interface CorporaOptions {
  readonly port: number;
  readonly key: string;
  readonly played: PlayedUpstream;
  /** Words that a failing upstream puts into whatever it says. */
  readonly quoted: string;
  /** Hears of every answer. */
  readonly answered: (where: string, head: string, body: string) => void;
  /** Called before each upstream row: rows that forbid the account must not end the show. */
  readonly before: () => Promise<unknown>;
  /** Each row on every face; else on one, by turns. */
  readonly everywhere: boolean;
}

/** Returns how many requests were made. */
export async function playCorpora(options: CorporaOptions): Promise<number> {
  const { port, key, played, answered } = options;
  let cases = 0;
  const facesOf = (all: readonly PlayedFace[]) =>
    options.everywhere || all.length === 0 ? all : all.slice(cases % all.length, (cases % all.length) + 1);

  async function send(where: string, path: string, body: string | Buffer): Promise<void> {
    cases += 1;
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    answered(where, JSON.stringify([...reply.headers]), await reply.text().catch(String));
  }
  const bytesOf = (body: unknown) => (typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  const good = (wire: Wire): RawAnswer => ({
    chunks: [goodStreams[wire].frames.map((frame) => `${frame}\n\n`).join('')],
  });

  for (const row of clientRows) {
    for (const face of facesOf(faces)) {
      cases += 1;
      played.script = [good(face.wire)];
      const payload = row.payload ? Buffer.from(row.payload).toString('latin1') : JSON.stringify(face.sound);
      const values: Readonly<Record<string, string>> = {
        '{path}': face.path,
        '{port}': String(port),
        '{key}': key,
        '{length}': String(payload.length),
        '{length:x}': payload.length.toString(16),
        '{body}': payload,
      };
      const bytes = row.bytes.replaceAll(/\{(?:path|port|key|length|length:x|body)\}/g, (name) => values[name] ?? name);
      const reply = await sendRaw(port, bytes, { afterwards: row.afterwards, patienceMs: 1_500 });
      answered(`${row.id} ${row.title} ${face.path}`, JSON.stringify(reply.headers), reply.text);
    }
  }
  for (const row of [...jsonRows, ...schemaRows]) {
    const able = faces.filter(({ content }) => row.on === undefined || row.on.some((one) => one === content));
    for (const face of facesOf(able)) {
      const { content } = face;
      if (content === 'gemini' || content === 'ollama') continue;
      played.script = [good(face.wire)];
      await send(`${row.id} ${row.title} ${face.path}`, face.path, bytesOf(row.body({ ...face.sound }, content)));
    }
  }
  for (const row of [...foreignRows, ...anyBodyRows]) {
    for (const face of faces.filter(({ content }) => content === 'gemini' || content === 'ollama')) {
      const body =
        'body' in row ? row.body({ ...face.sound }) : row.bodies[face.content === 'gemini' ? 'gemini' : 'ollama'];
      if (body === undefined) continue;
      played.script = [good(face.wire)];
      await send(`${row.id} ${row.title} ${face.path}`, face.path, bytesOf(body));
    }
  }
  for (const row of upstreamRows.filter(({ waits }) => !waits)) {
    for (const face of facesOf(faces.filter(({ wire }) => (row.wires ?? [wire]).includes(wire)))) {
      await options.before();
      const answers = [row.answers(goodStreams[face.wire], face.wire)].flat() as readonly RawAnswer[];
      played.script = answers.map((answer) => quoting(answer, options.quoted));
      await send(`${row.id} ${row.name} ${face.path}`, face.path, JSON.stringify(face.sound));
    }
  }
  return cases;
}

/** The same answer from a server that repeats what it was sent: in a header, and in the words of its errors. */
function quoting(answer: RawAnswer, words: string): RawAnswer {
  const { status = 200, headers = ['content-type: text/event-stream'], chunks } = answer;
  if (status === 0) return answer;
  return {
    ...answer,
    headers: [...headers, `x-echo: ${words}`, `set-cookie: echo=${encodeURIComponent(words)}`],
    chunks: chunks.map((chunk) =>
      typeof chunk === 'string' ? chunk.replaceAll('"message":"', `"message":"${words} `) : chunk,
    ),
  };
}
