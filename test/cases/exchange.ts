/** One case of a translation: what goes up of a body, what comes down of a stream, through the gateway's own pieces. */
import type { Model } from '../../src/canonical/model.ts';
import type { Endpoint } from '../../src/canonical/protocol-id.ts';
import { answer, ask, modelOf, wholeAnswer, type AskOptions } from '../laws/rig.ts';
import type { ClientProtocol } from '../laws/arbitraries/write-bodies.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
export type Json = any;

/** Callers' protocols and upstream endpoints by their letter in the list of cases. */
export const clients = {
  M: 'anthropic-messages',
  C: 'openai-chat',
  R: 'openai-responses',
  G: 'gemini',
  O: 'ollama',
} as const satisfies Readonly<Record<string, ClientProtocol>>;
type ClientLetter = keyof typeof clients;
export const endpoints: Readonly<Record<'M' | 'C' | 'R', Endpoint>> = {
  M: '/v1/messages',
  C: '/chat/completions',
  R: '/responses',
};

/** `M→C`: a caller of Messages, a model on Chat. */
export type Way = `${ClientLetter}→${'M' | 'C' | 'R'}`;

export function pairOf(way: Way) {
  const [client, endpoint] = way.split('→') as [ClientLetter, 'M' | 'C' | 'R'];
  return { client: clients[client], endpoint: endpoints[endpoint] };
}

const hello: Readonly<Record<ClientProtocol, object>> = {
  'anthropic-messages': { max_tokens: 1000, messages: [{ role: 'user', content: 'Hello' }] },
  'openai-chat': { messages: [{ role: 'user', content: 'Hello' }] },
  'openai-responses': { input: 'Hello' },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
  ollama: { messages: [{ role: 'user', content: 'Hello' }] },
};

export interface UpOptions extends Pick<AskOptions, 'headers'> {
  readonly model?: Partial<Model>;
}

/** What goes up. `body` is a plain question with these members changed. */
export function up(way: Way, body: object = {}, { model = {}, headers = {} }: UpOptions = {}) {
  const pair = pairOf(way);
  const models = [{ ...modelOf(pair.endpoint), ...model }];
  const asked = { model: models[0]?.id, stream: true, ...hello[pair.client], ...body };
  const { text, plan, edits, lane } = ask(pair, Buffer.from(JSON.stringify(asked)), { models, headers });
  const sent: Json = JSON.parse(text);
  return { body: sent, rules: edits.map(({ rule }) => rule), plan, lane, edits };
}

/** What comes down of a stream of these events, or of its text. */
export function down(way: Way, stream: string | readonly object[], body: object = {}) {
  const pair = pairOf(way);
  const { plan } = up(way, body);
  const bytes = Buffer.from(typeof stream === 'string' ? stream : framesOf(way, stream));
  const { bytes: text, ended, fault, edits } = answer(plan, bytes);
  const events = text
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line): Json => (line === 'data: [DONE]' ? '[DONE]' : JSON.parse(line.slice('data: '.length))));
  const rules = edits.map(({ rule }) => rule);
  return { text: text.toString(), events, ended, fault, rules, whole: () => wholeOf(bytes) };

  /** What a caller gets who did not ask for a stream. */
  function wholeOf(given: Buffer): Json {
    const asked = up(way, { ...body, stream: false });
    return JSON.parse(wholeAnswer(pair, asked.plan, given) ?? 'null');
  }
}

/** Chat's chunks have no event names. */
function framesOf(way: Way, events: readonly object[]): string {
  const isChat = way.endsWith('C');
  return events
    .map((event) => {
      const name = 'type' in event && !isChat ? `event: ${String(event.type)}\n` : '';
      return `${name}data: ${JSON.stringify(event)}\n\n`;
    })
    .join('');
}

export const chunk = (delta: object, finish: string | null = null, beside: object = {}) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...beside,
});

/** A Chat stream of these deltas and this ending. */
export const chatStream = (deltas: readonly object[], finish: string | null, ...after: object[]): string =>
  framesOf('M→C', [...deltas.map((delta) => chunk(delta)), ...(finish === null ? [] : [chunk({}, finish)]), ...after]) +
  (finish === null ? '' : 'data: [DONE]\n\n');
