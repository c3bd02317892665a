/** One body that is nearly right, through the whole door to an upstream that answers everything well. */
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { jsonAnswer, type RawAnswer, type RawRequest } from '../support/raw-upstream.ts';
import { readStream, type StreamWire } from '../support/stream-grammar.ts';
import { bodySeeds, type BodySeed } from './body-seeds.ts';
import { faultsOfError } from './error-shape.ts';
import { startFuzzProxy, type FuzzReply } from './fuzz-proxy.ts';
import { mutateBytes, mutateValue } from './mutate-json.ts';
import type { Random } from './random.ts';
import type { FuzzRig } from './run-cases.ts';

const wireOf: Readonly<Record<string, Wire>> = {
  '/chat/completions': 'chat',
  '/v1/messages': 'messages',
  '/responses': 'responses',
};
const streamWireOf: Readonly<Partial<Record<BodySeed['protocol'], StreamWire>>> = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
  gemini: 'gemini',
  ollama: 'ollama',
  'ollama-generate': 'ollama',
};

export async function startBodyRig(): Promise<FuzzRig> {
  const broken: string[] = [];
  const proxy = await startFuzzProxy((request) => answerTo(request, broken));
  return {
    async play(random, at) {
      const seed = random.pick(bodySeeds);
      const body = bodyOf(seed, random);
      const reply = await proxy.post(seed.path, body, `case ${at}`);
      const faults = [...faultsOf(seed, reply), ...broken.splice(0)];
      if (Object.hasOwn(Object.prototype, 'polluted')) faults.push('the prototype is polluted');
      if (faults.length === 0) return undefined;
      const shown = `${seed.path}\n${body.toString('utf8').slice(0, 4_000)}\n→ ${reply.status} ${reply.text.slice(0, 600)}`;
      return { faults, shown };
    },
    close: () => proxy.close(),
  };
}

function bodyOf(seed: BodySeed, random: Random): Buffer {
  const sound = random.pick(seed.bodies);
  // Now and then a sound one, so that it is seen that they are.
  const value = random.once(50) ? sound : mutateValue(sound, random);
  const json = JSON.stringify(value);
  return random.once(5) ? mutateBytes(json, random) : Buffer.from(json);
}

function faultsOf({ protocol, answers }: BodySeed, { status, headers, text }: FuzzReply): string[] {
  if (status === 500) return ['status 500'];
  // Whatever the body, this upstream answers well: the proxy has nothing to complain of behind itself.
  if (status > 501) return [`status ${status} of an upstream that answers well`];
  if (status >= 400) return faultsOfError(protocol, status, headers['request-id'], text);
  if (status !== 200) return [`status ${status}`];
  const type = String(headers['content-type']);
  const wire = streamWireOf[protocol];
  if (type.startsWith('application/json') && !text.startsWith('[')) return holdsObject(text) ? [] : ['no JSON object'];
  if (!answers) return [`an answer of ${type}`];
  if (wire === undefined) return text.endsWith('data: [DONE]\n\n') ? [] : ['a stream without its end'];
  const { ending } = readStream(wire, text);
  return ending === 'finished' ? [] : [`a stream that is ${ending}`];
}

function holdsObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

const compaction = { id: 'cmp_1', type: 'compaction', encrypted_content: 'c2VhbGVk' };

function answerTo({ method, path, body }: RawRequest, broken: string[]): RawAnswer {
  if (method !== 'POST') return jsonAnswer({ message: 'Not Found' }, 404);
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever came through
  let asked: any;
  try {
    asked = JSON.parse(body.toString());
    if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) throw new Error('no object');
  } catch {
    broken.push(`what went up to ${path} is no JSON object: ${body.toString().slice(0, 200)}`);
    return jsonAnswer({ error: { message: 'no JSON' } }, 400);
  }
  if (path === '/embeddings') {
    const count = Array.isArray(asked.input) && typeof asked.input[0] !== 'number' ? asked.input.length : 1;
    const data = Array.from({ length: count }, (_, index) => ({ object: 'embedding', index, embedding: [0.5, 1] }));
    return jsonAnswer({ object: 'list', data, model: 'm', usage: { prompt_tokens: 2, total_tokens: 2 } });
  }
  if (path === '/v1/messages/count_tokens') return jsonAnswer({ input_tokens: 5 });
  const triggers = Array.isArray(asked.input) && asked.input.at(-1)?.type === 'compaction_trigger';
  if (path === '/responses' && triggers && asked.stream !== true)
    return jsonAnswer({ ...goodStreams.responses.document, output: [compaction] });
  const good = goodStreams[wireOf[path] ?? 'chat'];
  if (asked.stream !== true) return jsonAnswer(good.document);
  return { chunks: [good.frames.map((frame) => `${frame}\n\n`).join('')] };
}
