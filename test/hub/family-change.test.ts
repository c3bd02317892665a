/** A conversation whose model changes family in the middle: it goes on, and says what was left behind. */
import { expect, test } from 'vitest';
import { useProxy } from '../support/use-proxy.ts';
import {
  expectSound,
  modelOf,
  openTalk,
  pathOf,
  rulesOf,
  singleEndpointModels,
  upstreamFaces,
  type Pair,
} from './pairs.ts';
import type { Face, Offer, UpstreamFace } from './talk.ts';

const proxy = useProxy({ simulator: { scenario: { models: singleEndpointModels } } });

/** Callers that have a place for seals. */
const faces: readonly Face[] = [...upstreamFaces, 'gemini'];
const rows = faces.flatMap((face) =>
  upstreamFaces.flatMap((from) => upstreamFaces.filter((to) => to !== from).map((to) => [face, from, to] as const)),
);

const sealed = /"(?:signature|encrypted_content|reasoning_opaque)":"[^"]+/g;

test.each(rows)('%s: from a model of %s to one of %s and back', async (face, from, to) => {
  const offer: { -readonly [Key in keyof Offer]: Offer[Key] } = {
    model: modelOf[from],
    stream: true,
    tools: ['get_weather'],
    thinks: true,
  };
  const talk = openTalk[face](proxy(), offer);
  const pairOn = (upstream: UpstreamFace): Pair => ({ face, upstream, stream: true, same: face === upstream });

  async function loop(upstream: UpstreamFace) {
    offer.model = modelOf[upstream];
    const asked = await talk.say({ text: 'Look. [[sim:think]] [[sim:tool get_weather {"city":"Oslo"}]]' });
    expect(asked.thinking).toContain('The user wants');
    const told = await talk.giveResults(asked.calls.map(({ id }) => ({ callId: id, text: `fair on ${upstream}` })));
    expect(told.text).toContain(`fair on ${upstream}`);
    const records = [
      await expectSound(proxy(), pairOn(upstream), asked),
      await expectSound(proxy(), pairOn(upstream), told),
    ];
    return records.map(rulesOf);
  }

  for (const rules of await loop(from)) expect(rules).not.toContain('reasoning-left-behind');
  for (const rules of await loop(to)) expect(rules).toContain('reasoning-left-behind');
  const body = proxy().simulator.requestsTo(pathOf[to]).at(-1)?.body.toString() ?? '';
  // Its own thought of this loop went up again, and nobody else's.
  expect(body.match(sealed)).toHaveLength(1);
  for (const rules of await loop(from)) expect(rules).toContain('reasoning-left-behind');
});

test('gemini: a session moves from Claude to GPT to Gemini, and each gets its own thoughts alone', async () => {
  const offer: { -readonly [Key in keyof Offer]: Offer[Key] } = {
    model: '',
    stream: true,
    tools: ['get_weather'],
    thinks: true,
  };
  const talk = openTalk.gemini(proxy(), offer);
  const seals: string[][] = [];
  for (const upstream of ['messages', 'responses', 'chat'] as const) {
    offer.model = modelOf[upstream];
    const asked = await talk.say({ text: 'Look. [[sim:think]] [[sim:tool get_weather {"city":"Oslo"}]]' });
    const told = await talk.giveResults(asked.calls.map(({ id }) => ({ callId: id, text: `fair on ${upstream}` })));
    expect(told.text).toContain(`fair on ${upstream}`);
    const body = proxy().simulator.requestsTo(pathOf[upstream]).at(-1)?.body.toString() ?? '';
    // What was said to the others is there; of what they thought, nothing.
    expect(body).toContain('Look.');
    seals.push(body.match(sealed) ?? []);
  }
  expect(seals.map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(new Set(seals.flat()).size).toBe(3);
  expect(proxy().simulator.breaches).toEqual([]);
});
