/** Tests of the exchanges under way. */
import { expect, test } from 'vitest';
import type { ExchangeEvent } from './exchange-event.ts';
import { createLiveBoard } from './live-board.ts';

const started = (id: string): ExchangeEvent => ({
  type: 'started',
  id,
  at: 1000,
  protocol: 'anthropic-messages',
  operation: 'generate',
  route: '/v1/messages',
  keyId: 'default',
  account: 'octocat',
  project: 'site',
  parentId: null,
  client: 'claude-cli/2.1 (external)',
  session: 's1',
  requestBytes: 10,
});
const routed = (id: string): ExchangeEvent => ({
  type: 'routed',
  id,
  at: 1001,
  askedModel: 'm',
  model: 'm-1',
  endpoint: '/v1/messages',
  lane: 'raw',
  stream: true,
  initiator: 'user',
  kind: null,
  prices: null,
});

test('a call is seen from its start to its end', () => {
  const board = createLiveBoard();
  board.observe(started('a'));
  expect(board.open()).toMatchObject([{ id: 'a', program: 'claude-code', project: 'site', state: 'preparing' }]);
  board.observe(routed('a'));
  expect(board.open()).toMatchObject([{ model: 'm-1', lane: 'raw', state: 'waiting' }]);
  board.observe({ type: 'admitted', id: 'a', at: 1002, waitedMs: 1 });
  board.observe({ type: 'first-token', id: 'a', at: 1010 });
  board.observe({ type: 'first-token', id: 'a', at: 1020 });
  board.observe({ type: 'edited', id: 'a', at: 1020, edits: [{ rule: 'r', reason: 'x' }] });
  expect(board.open()).toMatchObject([{ state: 'running', firstTokenAt: 1010, edits: 1 }]);
  board.observe({
    type: 'ended',
    id: 'a',
    at: 1030,
    outcome: 'finished',
    status: 200,
    error: null,
    durationMs: 30,
    responseBytes: 1,
    heartbeats: 0,
    synthesizedEnding: false,
  });
  expect(board.open()).toEqual([]);
});

test('news of a call that nobody saw start is no call', () => {
  const board = createLiveBoard();
  board.observe(routed('b'));
  expect(board.open()).toEqual([]);
});

test('calls whose end never comes are not kept for ever', () => {
  const board = createLiveBoard();
  for (let call = 0; call < 20_010; call += 1) board.observe(started(String(call)));
  expect(board.open()).toHaveLength(20_000);
  expect(board.open()[0]?.id).toBe('10');
});
