/** Tests of the bus: what listeners hear, and what a broken one breaks. */
import { expect, test } from 'vitest';
import { createEventBus } from './event-bus.ts';
import type { ExchangeEvent } from './exchange-event.ts';

const ended: ExchangeEvent = {
  type: 'ended',
  id: 'x1',
  at: 5,
  outcome: 'failed',
  status: 400,
  error: { code: 'invalid_request', message: 'The upstream says: secret-0815.' },
  durationMs: 1,
  responseBytes: 2,
  heartbeats: 0,
  synthesizedEnding: false,
};

test('a listener that throws is told of, and the others hear on', () => {
  const faults: unknown[] = [];
  const heard: string[] = [];
  const bus = createEventBus((thrown) => faults.push(thrown));
  bus.subscribe(() => {
    throw new Error('broken');
  });
  const leave = bus.subscribe((event) => heard.push(event.type));
  bus.publish(ended);
  leave();
  bus.publish(ended);
  expect(heard).toEqual(['ended']);
  expect(faults).toHaveLength(2);
});
