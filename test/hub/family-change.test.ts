/** A conversation whose model changes family in the middle: it goes on, and says what was left behind. */
import { expect, test } from 'vitest';
import { useProxy } from '../support/use-proxy.ts';
import { expectSound, modelOf, openTalk, pathOf, rulesOf, singleEndpointModels, type Pair } from './pairs.ts';
import type { Face, Offer } from './talk.ts';

const proxy = useProxy({ simulator: { scenario: { models: singleEndpointModels } } });

const faces: readonly Face[] = ['chat', 'responses', 'messages'];
const rows = faces.flatMap((face) =>
  faces.flatMap((from) => faces.filter((to) => to !== from).map((to) => [face, from, to] as const)),
);

test.each(rows)('%s: from a model of %s to one of %s and back', async (face, from, to) => {
  const offer: { -readonly [Key in keyof Offer]: Offer[Key] } = {
    model: modelOf[from],
    stream: true,
    tools: ['get_weather'],
    thinks: true,
  };
  const talk = openTalk[face](proxy(), offer);
  const pairOn = (upstream: Face): Pair => ({ face, upstream, stream: true, same: face === upstream });

  async function loop(upstream: Face) {
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
  expect(body.match(/"(?:signature|encrypted_content|reasoning_opaque)":"[^"]/g)).toHaveLength(1);
  for (const rules of await loop(from)) expect(rules).toContain('reasoning-left-behind');
});
