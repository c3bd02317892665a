/** Tests of the gate that holds new calls back. */
import { expect, test } from 'vitest';
import { createPauseGate } from './pause-gate.ts';
import type { SpendRequest, SpendVerdict } from './spend-guard.ts';

const allowed: SpendVerdict = { allowed: true, warnings: [] };
const requestOf = (signal: AbortSignal) => ({ exchangeId: 'x', signal }) as SpendRequest;

test('a call goes straight through, and waits while the gate is closed', async () => {
  let asked = 0;
  const gate = createPauseGate({ admit: () => ((asked += 1), allowed) });
  const { signal } = new AbortController();
  expect(gate.admit(requestOf(signal))).toBe(allowed);
  gate.pause(true);
  expect(gate.paused).toBe(true);
  const waiting = gate.admit(requestOf(signal));
  await Promise.resolve();
  expect(asked).toBe(1);
  gate.pause(false);
  expect(await waiting).toBe(allowed);
  expect(asked).toBe(2);
});

test('a client that leaves while it waits is asked about no more', async () => {
  const gate = createPauseGate({ admit: () => allowed });
  gate.pause(true);
  const leaving = new AbortController();
  const waiting = gate.admit(requestOf(leaving.signal));
  leaving.abort();
  expect(await waiting).toMatchObject({ allowed: false, error: { code: 'canceled' } });
});
