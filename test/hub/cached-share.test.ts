/** Twenty turns with tools: translated, the upstream's prompt cache knows as much of them as on the raw lane. */
import { expect, onTestFinished, test } from 'vitest';
import { startProxy } from '../support/start-proxy.ts';
import { expectSound, modelOf, openTalk, singleEndpointModels, titled, type Pair } from './pairs.ts';
import type { Answer, Face, UpstreamFace } from './talk.ts';

const turns = 20;
const paragraph = (text: string) => `${text} ${'The valve joins two tanks, left and right. '.repeat(20)}`;

/** The share of the input that came from the cache, in all turns but the first. */
async function cachedShare(pair: Pair): Promise<number> {
  // A proxy and a cache of its own for each, or one run would warm the other's.
  const started = await startProxy({ simulator: { scenario: { models: singleEndpointModels } } });
  onTestFinished(() => started.close());
  const talk = openTalk[pair.face](started, {
    model: modelOf[pair.upstream],
    stream: pair.stream,
    tools: ['get_weather', 'get_time'],
    thinks: true,
    system: paragraph('You are brief.'),
  });
  const counted: Answer[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const asked = await talk.say({ text: paragraph(`Turn ${turn}. [[sim:tool get_weather {"city":"Oslo ${turn}"}]]`) });
    expect(asked.calls).toHaveLength(1);
    const results = asked.calls.map(({ id }) => ({ callId: id, text: paragraph(`Fair on day ${turn}.`) }));
    const told = await talk.giveResults(results);
    for (const answer of [asked, told]) await expectSound(started, pair, answer);
    if (turn > 1) counted.push(asked, told);
  }
  expect(started.simulator.breaches).toEqual([]);
  expect(started.complaints).toEqual([]);
  const sum = (of: (answer: Answer) => number) => counted.reduce((total, answer) => total + of(answer), 0);
  return sum(({ usage }) => usage.cached ?? 0) / sum(({ usage }) => usage.input);
}

const pair = (face: Face, upstream: UpstreamFace): Pair => ({ face, upstream, stream: true, same: face === upstream });
const rawShares = new Map<UpstreamFace, Promise<number>>();

function rawShare(upstream: UpstreamFace): Promise<number> {
  const known = rawShares.get(upstream) ?? cachedShare(pair(upstream, upstream));
  rawShares.set(upstream, known);
  return known;
}

const translated = titled([
  pair('messages', 'responses'),
  pair('responses', 'messages'),
  pair('chat', 'messages'),
  pair('messages', 'chat'),
  pair('chat', 'responses'),
  pair('responses', 'chat'),
  pair('gemini', 'messages'),
  pair('gemini', 'responses'),
  pair('gemini', 'chat'),
]);

test.each(translated)('%s', async (_title, one) => {
  const raw = await rawShare(one.upstream);
  const share = await cachedShare(one);
  expect(raw).toBeGreaterThan(0.8);
  expect(share / raw).toBeGreaterThanOrEqual(0.99);
});
