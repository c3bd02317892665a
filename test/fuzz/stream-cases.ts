/** One stream with something wrong, on one way through the proxy: whatever comes of it, its caller can read. */
import type { ProtocolId } from '../../src/canonical/protocol-id.ts';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { jsonAnswer, type RawAnswer } from '../support/raw-upstream.ts';
import { readStream, type StreamWire } from '../support/stream-grammar.ts';
import type { ReadStream } from '../support/stream-reading.ts';
import { faultsOfError } from './error-shape.ts';
import { startFuzzProxy, type FuzzReply } from './fuzz-proxy.ts';
import { mutateBytes, mutateValue, type Json } from './mutate-json.ts';
import { playStream, type PlayedStream } from './mutate-stream.ts';
import type { Random } from './random.ts';
import type { FuzzRig } from './run-cases.ts';
import { isEnding, streamSources, wires, type StreamSource } from './stream-sources.ts';

interface Caller {
  readonly protocol: ProtocolId;
  /** Undefined: there is no strict reader of it. */
  readonly wire: StreamWire | undefined;
  readonly path: (model: string, stream: boolean) => string;
  readonly body: (said: string) => Json;
  /** The model and the stream are in its URL. */
  readonly saysInUrl?: true;
}

const turn = (content: string) => ({ role: 'user', content });
const to = (path: string) => () => path;
const gemini = (query: string): Caller => ({
  protocol: 'gemini',
  wire: 'gemini',
  path: (model, stream) => `/v1beta/models/${model}:${stream ? `streamGenerateContent${query}` : 'generateContent'}`,
  body: (said) => ({ contents: [{ role: 'user', parts: [{ text: said }] }] }),
  saysInUrl: true,
});

const callers: readonly Caller[] = [
  {
    protocol: 'openai-chat',
    wire: 'chat',
    path: to('/v1/chat/completions'),
    body: (said) => ({ messages: [turn(said)], stream_options: { include_usage: true } }),
  },
  {
    protocol: 'openai-chat',
    wire: 'chat',
    path: to('/v1/chat/completions'),
    body: (said) => ({ messages: [turn(said)] }),
  },
  {
    protocol: 'openai-completions',
    wire: undefined,
    path: to('/v1/completions'),
    body: (said) => ({ prompt: said }),
  },
  {
    protocol: 'anthropic-messages',
    wire: 'messages',
    path: to('/v1/messages'),
    body: (said) => ({ max_tokens: 100, messages: [turn(said)] }),
  },
  {
    protocol: 'openai-responses',
    wire: 'responses',
    path: to('/v1/responses'),
    body: (said) => ({ input: said, store: false }),
  },
  { protocol: 'openai-responses', wire: 'responses', path: to('/v1/responses'), body: (said) => ({ input: said }) },
  gemini('?alt=sse'),
  gemini(''),
  { protocol: 'ollama', wire: 'ollama', path: to('/api/chat'), body: (said) => ({ messages: [turn(said)] }) },
  { protocol: 'ollama-generate', wire: 'ollama', path: to('/api/generate'), body: (said) => ({ prompt: said }) },
];

const limits = {
  // Few cases are silent, and none withholds its head: on a busy machine shorter waits would find the machine.
  silenceMs: 8_000,
  reasoningSilenceMs: 8_000,
  commentsOnlyMs: 10_000,
  upstreamHeadMs: 50_000,
  upstreamHeadNonStreamingMs: 50_000,
  headHoldMs: 3_000,
  maxEventBytes: 200_000,
  maxAnswerBytes: 4_000_000,
};

/** What an upstream may be told to have done; the rest is ours. */
const statuses: ReadonlySet<number> = new Set([400, 402, 403, 404, 413, 429, 502, 503, 504, 529]);

export async function startStreamRig(seed: number): Promise<FuzzRig> {
  const sources = streamSources(seed, 60);
  const others = wires.flatMap((wire) => sources[wire]);
  /** By the number of the case, which stands in what the caller says. */
  const played = new Map<number, (stream: boolean) => RawAnswer>();
  const proxy = await startFuzzProxy(({ method, path, body }) => {
    if (method !== 'POST') return jsonAnswer({ message: 'Not Found' }, 404);
    const text = body.toString();
    const at = Number(/case (\d+)\./.exec(text)?.[1]);
    return played.get(at)?.(/"stream":true/.test(text)) ?? jsonAnswer({ error: { message: path } }, 404);
  }, limits);

  return {
    async play(random, at) {
      const upstream = random.pick(wires);
      const caller = random.pick(callers);
      const stream = !random.once(5);
      const source = random.pick(sources[upstream]);
      const streamed = playStream(source, others, random);
      const whole = documentOf(upstream, random);
      let asStream = true;
      played.set(at, (asked) => {
        asStream = asked;
        return asked ? streamed.answer : whole;
      });
      const model = `m-${upstream}`;
      const said = caller.body(`case ${at}.`);
      const body = JSON.stringify(caller.saysInUrl ? said : { ...said, model, stream });
      // What refuses a seat holds it: that is another test's matter.
      proxy.rig.proxy.seat()?.resume();
      const reply = await proxy.post(caller.path(model, stream), body, `case ${at}`);
      played.delete(at);
      const faults = faultsOf({ caller, upstream, stream, streamed: asStream ? streamed : undefined, source }, reply);
      if (Object.hasOwn(Object.prototype, 'polluted')) faults.push('the prototype is polluted');
      if (faults.length === 0) return undefined;
      const bytes = (asStream ? streamed : { answer: whole }).answer.chunks.map(String).join('');
      const way = `${caller.path(model, stream)} on ${upstream}, ${stream ? 'stream' : 'whole'}, ${streamed.told.join('; ')} (${streamed.wanted})`;
      return { faults, shown: `${way}\n${bytes.slice(0, 6_000)}\n→ ${reply.status} ${reply.text.slice(-6_000)}` };
    },
    close: () => proxy.close(),
  };
}

function documentOf(wire: Wire, random: Random): RawAnswer {
  const sound = goodStreams[wire].document;
  const json = JSON.stringify(random.once(5) ? sound : mutateValue(sound, random));
  const bytes = random.once(4) ? mutateBytes(json, random) : Buffer.from(json);
  return { headers: ['content-type: application/json'], chunks: [bytes], framing: 'length' };
}

interface Played {
  readonly caller: Caller;
  readonly upstream: Wire;
  readonly stream: boolean;
  /** Undefined where a document was asked for. */
  readonly streamed: PlayedStream | undefined;
  readonly source: StreamSource;
}

function faultsOf({ caller, upstream, stream, streamed, source }: Played, reply: FuzzReply): string[] {
  const { status, headers, text } = reply;
  const { protocol, wire } = caller;
  if (status === 500) return ['status 500'];
  if (status !== 200) {
    if (!statuses.has(status)) return [`status ${status}`];
    const wrong = streamed?.wanted === 'same' && source.frames.length > 0 && !isOdd(source);
    return [
      ...faultsOfError(protocol, status, headers['request-id'], text),
      ...(wrong ? ['a sound answer failed'] : []),
    ];
  }
  if (!stream) return faultsOfWhole(text, streamed);
  const isTranslated = headers['x-crossfeed-lane'] === 'translated';
  const faults: string[] = [];
  if (wire === undefined) {
    const ending = /data: \[DONE\]\s*$/.test(text)
      ? 'finished'
      : /data: \{"error"/.test(text)
        ? 'failed'
        : 'unfinished';
    if (ending === 'unfinished') faults.push('a stream without its end');
    if (ending === 'finished' && streamed?.wanted === 'unfinished') faults.push('unfinished, and shown as finished');
    return faults;
  }
  const read = readWhatCame(wire, text, isTranslated || wire !== upstream);
  if (read.ending === 'unfinished') faults.push('a stream without its end');
  if (read.ending === 'finished' && streamed?.wanted === 'unfinished') faults.push('unfinished, and shown as finished');
  if (streamed?.wanted === 'same' && !isOdd(source)) {
    const sound = readStream(upstream, source.frames.map((frame) => `${frame}\n\n`).join(''));
    if (read.ending !== 'finished') faults.push('a sound stream failed');
    // One that has no deltas says it all at its end.
    if (sound.text !== '' && read.text !== sound.text) faults.push(`its text was ${JSON.stringify(sound.text)}`);
  }
  // What one upstream and its caller share goes by as it is, right or wrong.
  if (isTranslated || wire !== upstream) faults.push(...read.breaches);
  return faults;
}

/** What goes by as it is may be of types that throw a strict reader: then its ending is looked for. */
function readWhatCame(
  wire: StreamWire,
  text: string,
  isOurs: boolean,
): Pick<ReadStream, 'ending' | 'text' | 'breaches'> {
  try {
    return readStream(wire, text);
  } catch (thrown) {
    if (isOurs) return { ending: 'failed', text: '', breaches: [`it throws its reader: ${String(thrown)}`] };
    const frames = text.split(/\r\n\r\n|\n\n|\r\r/).map((frame) => frame.replaceAll(/\r\n?/g, '\n'));
    const isFailed = frames.some((frame) => /"error"|response\.failed/.test(frame));
    const isWhole = frames.some((frame) => isEnding(wire as Wire, frame));
    return { ending: isWhole ? 'finished' : isFailed ? 'failed' : 'unfinished', text: '', breaches: [] };
  }
}

/** Some made-up answers fail for callers who read objects: their calls have broken arguments, or nothing is said. */
function isOdd({ frames }: StreamSource): boolean {
  return frames.length < 4 || /tool|function_call|refus|content_filter/.test(frames.join(''));
}

function faultsOfWhole(text: string, streamed: PlayedStream | undefined): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return ['no JSON object'];
  } catch {
    return ['no JSON'];
  }
  return streamed?.wanted === 'unfinished' ? ['unfinished, and shown as finished'] : [];
}
