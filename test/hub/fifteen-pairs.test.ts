/** Every protocol to every endpoint, through the vendors' SDKs: the same answer, the same bill, whoever asks. */
import { describe, expect, test } from 'vitest';
import { citySchema, pixelPng } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';
import {
  expectSound,
  modelOf,
  openTalk,
  pairs,
  pathOf,
  rulesOf,
  singleEndpointModels,
  titled,
  type Pair,
} from './pairs.ts';
import type { Answer, Face, Offer, Talk } from './talk.ts';

const proxy = useProxy({ simulator: { scenario: { models: singleEndpointModels } } });

type Asked = Omit<Offer, 'model' | 'stream'>;

function talkOf({ face, upstream, stream }: Pair, asked: Asked = {}): Talk {
  return openTalk[face](proxy(), { model: modelOf[upstream], stream, ...asked });
}

/** What a caller of the endpoint's own protocol is told: nothing was translated there. */
const rawTalkOf = (pair: Pair, asked: Asked = {}) => talkOf({ ...pair, face: pair.upstream, same: true }, asked);

const lastUpstreamBody = ({ upstream }: Pair) => {
  const body = proxy().simulator.requestsTo(pathOf[upstream]).at(-1)?.body;
  if (body === undefined) throw new Error('nothing reached the upstream');
  return body.toString();
};

const inputsOf = ({ calls }: Answer) => calls.map(({ name, input }) => ({ name, input }));

const finishes: Readonly<Record<'stop' | 'calls' | 'length' | 'refusal', Readonly<Record<Face, string>>>> = {
  stop: { chat: 'stop', responses: 'completed', messages: 'end_turn', gemini: 'STOP', ollama: 'stop' },
  calls: { chat: 'tool_calls', responses: 'completed', messages: 'tool_use', gemini: 'STOP', ollama: 'stop' },
  length: {
    chat: 'length',
    responses: 'max_output_tokens',
    messages: 'max_tokens',
    gemini: 'MAX_TOKENS',
    ollama: 'length',
  },
  refusal: {
    chat: 'content_filter',
    responses: 'content_filter',
    messages: 'refusal',
    gemini: 'SAFETY',
    ollama: 'stop',
  },
};

const twoCalls = 'Look both up. [[sim:tool get_weather {"city":"São Tomé"}]] [[sim:tool get_time {"city":"東京 🗼"}]]';
const tools = ['get_weather', 'get_time'];

describe.each(titled(pairs))('%s', (_title, pair) => {
  const { face } = pair;

  test('a text', async () => {
    const said = { text: 'What is a crossfeed valve? Naïve — 東京 🚀' };
    const answer = await talkOf(pair).say(said);
    const raw = await rawTalkOf(pair).say(said);
    expect(answer.text).toContain('東京 🚀');
    expect(answer.text).toBe(raw.text);
    expect(answer.finish).toBe(finishes.stop[face]);
    await expectSound(proxy(), pair, answer);
  });

  test('thinking that is shown', async () => {
    const said = { text: 'What is a crossfeed valve? [[sim:think]]' };
    const answer = await talkOf(pair, { thinks: true }).say(said);
    const raw = await rawTalkOf(pair, { thinks: true }).say(said);
    expect(answer.thinking).toContain('The user wants');
    expect(answer).toMatchObject({ thinking: raw.thinking, text: raw.text });
    await expectSound(proxy(), pair, answer);
  });

  test('one tool', async () => {
    const talk = talkOf(pair, { tools });
    const asked = await talk.say({ text: 'Look it up. [[sim:tool get_weather {"city":"Oslo"}]]' });
    expect(inputsOf(asked)).toEqual([{ name: 'get_weather', input: { city: 'Oslo' } }]);
    expect(asked.finish).toBe(finishes.calls[face]);
    const told = await talk.giveResults(asked.calls.map(({ id }) => ({ callId: id, text: 'minus four degrees' })));
    expect(told.text).toContain('minus four degrees');
    await expectSound(proxy(), pair, asked);
    expect(await expectSound(proxy(), pair, told)).toMatchObject({ initiator: 'agent' });
  });

  test('tools in parallel', async () => {
    const talk = talkOf(pair, { tools });
    const asked = await talk.say({ text: twoCalls });
    expect(inputsOf(asked)).toEqual([
      { name: 'get_weather', input: { city: 'São Tomé' } },
      { name: 'get_time', input: { city: '東京 🗼' } },
    ]);
    const told = await talk.giveResults(
      asked.calls.map(({ id, name }) => ({ callId: id, text: `${name} says ünder` })),
    );
    expect(told.text).toContain('get_weather says ünder | get_time says ünder');
    await expectSound(proxy(), pair, asked);
    await expectSound(proxy(), pair, told);
  });

  test('three turns with a tool loop, and its thoughts come back to the model', async () => {
    const talk = talkOf(pair, { tools, thinks: true });
    const asked = await talk.say({ text: `${twoCalls} [[sim:think]]` });
    expect(asked.thinking).toContain('The user wants');
    const told = await talk.giveResults(asked.calls.map(({ id }) => ({ callId: id, text: 'fair' })));
    // Ollama has no place for them.
    const keepsSeals = face !== 'ollama';
    expect(sealsIn(lastUpstreamBody(pair))).toBe(keepsSeals ? 1 : 0);
    const more = await talk.say({ text: 'And what did I ask first? [[sim:think]]' });
    expect(told.text).toContain('fair');
    expect(more.text).toContain('And what did I ask first?');
    if (keepsSeals) expect(sealsIn(lastUpstreamBody(pair))).toBeGreaterThanOrEqual(1);
    for (const answer of [asked, told, more]) {
      const record = await expectSound(proxy(), pair, answer);
      expect(rulesOf(record)).not.toContain('reasoning-left-behind');
    }
  });

  test('a structured answer', async () => {
    const said = { text: 'Tell me of Oslo.' };
    const answer = await talkOf(pair, { schema: citySchema }).say(said);
    const raw = await rawTalkOf(pair, { schema: citySchema }).say(said);
    expect(Object.keys(JSON.parse(answer.text) as object).toSorted()).toEqual(['capital', 'city', 'population']);
    expect(answer.text).toBe(raw.text);
    await expectSound(proxy(), pair, answer);
  });

  test('an image of the user', async () => {
    const answer = await talkOf(pair).say({ text: 'What do you see?', image: true });
    expect(answer.text).toContain('What do you see?');
    expect(lastUpstreamBody(pair).split(pixelPng)).toHaveLength(2);
    await expectSound(proxy(), pair, answer);
  });

  test('an answer cut by its limit', async () => {
    const answer = await talkOf(pair, { maxTokens: 64 }).say({ text: '[[sim:long 400]]' });
    expect(answer.finish).toBe(finishes.length[face]);
    expect(answer.text).toMatch(/^word1 word2 /);
    await expectSound(proxy(), pair, answer);
  });

  test('an answer that a filter stops', async () => {
    const answer = await talkOf(pair).say({ text: 'Something bad [[sim:refuse]]' });
    expect(answer).toMatchObject({ text: '', finish: finishes.refusal[face] });
    await expectSound(proxy(), pair, answer);
  });
});

const hasStops = pairs.filter(({ face, upstream }) => face !== 'responses' && upstream !== 'responses');
const emulatesStops = pairs.filter(({ face, upstream }) => face !== 'responses' && upstream === 'responses');

test.each(titled(hasStops))('%s stops at a sequence', async (_title, pair) => {
  const answer = await talkOf(pair, { stop: 'simulated' }).say({ text: 'Hello' });
  expect(answer.text).toMatch(/comes from the $/);
  // Chat has no word of its own for it, so nobody behind it can know.
  const told = pair.face === 'messages' && pair.upstream === 'messages' ? 'stop_sequence' : finishes.stop[pair.face];
  expect(answer.finish).toBe(told);
  await expectSound(proxy(), pair, answer);
});

test.each(titled(emulatesStops))('%s stops at a sequence that the endpoint does not know', async (_title, pair) => {
  const answer = await talkOf(pair, { stop: 'simulated' }).say({ text: 'Hello' });
  expect(answer.text).toMatch(/comes from the $/);
  expect(answer.finish).toBe(pair.face === 'messages' ? 'stop_sequence' : finishes.stop[pair.face]);
});

const showsImages = pairs.filter(({ face }) => face !== 'chat');

test.each(titled(showsImages))('%s sees the image of a tool result', async (_title, pair) => {
  const talk = talkOf(pair, { tools });
  const asked = await talk.say({ text: 'Look it up. [[sim:tool get_weather {"city":"Oslo"}]]' });
  const told = await talk.giveResults(asked.calls.map(({ id }) => ({ callId: id, text: 'a picture', image: true })));
  expect(lastUpstreamBody(pair).split(pixelPng)).toHaveLength(2);
  expect(told.text).toContain('a picture');
  const record = await expectSound(proxy(), pair, told);
  expect(rulesOf(record).includes('moved')).toBe(pair.upstream === 'chat');
});

/** How many thoughts with a seal a body holds, in any protocol. */
function sealsIn(body: string): number {
  return body.match(/"(?:signature|encrypted_content|reasoning_opaque)":"[^"]/g)?.length ?? 0;
}
