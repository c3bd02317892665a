/** A model that GitHub moved: refused once at the endpoint of its catalogue row, reached at its other one from then on. */
import { expect, onTestFinished, test } from 'vitest';
import { startProxy } from '../support/start-proxy.ts';
import { openTalk, recordOf, rulesOf } from './pairs.ts';
import type { Face } from './talk.ts';

const rows: readonly (readonly [Face, string, string, string])[] = [
  ['messages', 'claude-sonnet-5.5', '/v1/messages', '/chat/completions'],
  ['chat', 'gpt-5.2', '/chat/completions', '/responses'],
  ['responses', 'gpt-5.2', '/responses', '/chat/completions'],
  ['gemini', 'claude-sonnet-5.5', '/v1/messages', '/chat/completions'],
  ['ollama', 'claude-sonnet-5.5', '/v1/messages', '/chat/completions'],
];

test.each(rows)('%s on %s: from %s to %s, once and remembered', async (face, model, from, to) => {
  const started = await startProxy();
  onTestFinished(() => started.close());
  const { simulator } = started;
  const body = {
    error: {
      message: `model "${model}" is not accessible via the ${from} endpoint`,
      code: 'unsupported_api_for_model',
    },
  };
  simulator.addFault({ on: from, times: 5, do: { kind: 'status', status: 400, body } });
  for (const stream of [true, false]) {
    const answer = await openTalk[face](started, { model, stream }).say({ text: 'Hello there' });
    expect(answer.text).toContain('Hello there');
    const record = await recordOf(started, answer);
    expect(record).toMatchObject({ endpoint: to, lane: 'translated', outcome: 'finished', upstreamStatus: 200 });
    // It is said of the exchange that found out; later ones go there straight away.
    expect(rulesOf(record).includes('moved-endpoint')).toBe(stream);
  }
  expect(simulator.requestsTo(from)).toHaveLength(1);
  expect(simulator.requestsTo(to)).toHaveLength(2);
  expect(simulator.breaches).toEqual([]);
  expect(started.complaints).toEqual([]);
});
