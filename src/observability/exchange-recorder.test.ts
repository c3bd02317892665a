/** The row of an exchange, for each way an exchange can go. */
import { expect, test } from 'vitest';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { ExchangeEvent } from './exchange-event.ts';
import { createExchangeRecorder } from './exchange-recorder.ts';

const usage: TokenUsage = {
  inputTokens: 10,
  cacheReadTokens: 4,
  cacheWriteTokens: null,
  outputTokens: 7,
  reasoningTokens: null,
  costNanoAiu: 1_500_000_000,
};

const started = (id = 'x1'): ExchangeEvent => ({
  type: 'started',
  id,
  at: 1000,
  protocol: 'anthropic-messages',
  operation: 'generate',
  route: '/v1/messages',
  keyId: 'default',
  account: 'octocat',
  project: null,
  parentId: null,
  client: 'claude-cli/2.1',
  session: 's1',
  requestBytes: 321,
});
const routed = (id = 'x1'): ExchangeEvent => ({
  type: 'routed',
  id,
  at: 1002,
  askedModel: 'claude-opus-5-5',
  model: 'claude-opus-5.5',
  endpoint: '/v1/messages',
  lane: 'raw',
  stream: true,
  initiator: 'user',
  kind: null,
  prices: null,
});
const ended = (over: Partial<Extract<ExchangeEvent, { type: 'ended' }>> = {}): ExchangeEvent => ({
  type: 'ended',
  id: 'x1',
  at: 1900,
  outcome: 'finished',
  status: 200,
  error: null,
  durationMs: 900,
  responseBytes: 4096,
  heartbeats: 0,
  synthesizedEnding: false,
  ...over,
});

function record(events: readonly ExchangeEvent[], maxOpen?: number): ExchangeRecord[] {
  const records: ExchangeRecord[] = [];
  const listener = createExchangeRecorder((record) => records.push(record), maxOpen);
  for (const event of events) listener(event);
  return records;
}

test('a finished exchange becomes one whole row', () => {
  const finding = { cause: 'cold', block: null, lostTokens: 9_000, costNanoAiu: 1, alarm: false } as const;
  const rows = record([
    started(),
    { type: 'admitted', id: 'x1', at: 1001, waitedMs: 1 },
    routed(),
    { type: 'upstream-head', id: 'x1', at: 1100, status: 200, upstreamRequestId: 'GH:1' },
    { type: 'first-token', id: 'x1', at: 1250 },
    { type: 'usage', id: 'x1', at: 1890, usage },
    { type: 'cache', id: 'x1', at: 1890, finding },
    ended({ heartbeats: 2 }),
  ]);
  expect(rows).toEqual([
    {
      id: 'x1',
      startedAt: 1000,
      durationMs: 900,
      firstTokenMs: 250,
      waitedMs: 1,
      headMs: 100,
      protocol: 'anthropic-messages',
      operation: 'generate',
      route: '/v1/messages',
      keyId: 'default',
      account: 'octocat',
      project: null,
      parentId: null,
      client: 'claude-cli/2.1',
      program: 'claude-code',
      session: 's1',
      askedModel: 'claude-opus-5-5',
      model: 'claude-opus-5.5',
      endpoint: '/v1/messages',
      lane: 'raw',
      stream: true,
      initiator: 'user',
      kind: null,
      edits: [],
      outcome: 'finished',
      status: 200,
      errorCode: null,
      errorMessage: null,
      upstreamStatus: 200,
      upstreamRequestId: 'GH:1',
      usage,
      cost: { nanoAiu: 1_500_000_000, source: 'reported', tier: null },
      estimate: null,
      cache: finding,
      requestBytes: 321,
      responseBytes: 4096,
      heartbeats: 2,
      synthesizedEnding: false,
    },
  ]);
});

test('an exchange that failed before it was routed has no model and no lane', () => {
  const error = { code: 'model_not_found', message: 'no such model' } as const;
  const [row] = record([started(), ended({ outcome: 'failed', status: 404, error })]);
  expect(row).toMatchObject({
    outcome: 'failed',
    status: 404,
    errorCode: 'model_not_found',
    errorMessage: 'no such model',
    askedModel: null,
    model: null,
    lane: null,
    initiator: null,
    firstTokenMs: null,
    usage: null,
  });
});

test('a client that left before the head is canceled with status 0', () => {
  const [row] = record([started(), routed(), ended({ outcome: 'canceled', status: 0, responseBytes: 0 })]);
  expect(row).toMatchObject({ outcome: 'canceled', status: 0, errorCode: null, model: 'claude-opus-5.5' });
});

test('of several usage events the last is true', () => {
  const last = { ...usage, outputTokens: 99 };
  const [row] = record([
    started(),
    routed(),
    { type: 'usage', id: 'x1', at: 1, usage },
    { type: 'usage', id: 'x1', at: 2, usage: last },
    ended(),
  ]);
  expect(row?.usage).toEqual(last);
});

test('several edited events are appended in order', () => {
  const edit = (rule: string) => ({ rule, reason: 'because' });
  const [row] = record([
    started(),
    { type: 'edited', id: 'x1', at: 1, edits: [edit('a'), edit('b')] },
    routed(),
    { type: 'edited', id: 'x1', at: 2, edits: [edit('c')] },
    ended(),
  ]);
  expect(row?.edits.map((each) => each.rule)).toEqual(['a', 'b', 'c']);
});

test('the first of several first-token events counts, and a clock set back gives zero', () => {
  const tokens = (...times: number[]): ExchangeEvent[] => times.map((at) => ({ type: 'first-token', id: 'x1', at }));
  expect(record([started(), ...tokens(1100, 1500), ended()])[0]?.firstTokenMs).toBe(100);
  expect(record([started(), ...tokens(400), ended()])[0]?.firstTokenMs).toBe(0);
});

test('exchanges that never end are forgotten, the oldest first', () => {
  const rows = record([started('old'), started('x1'), started('new'), ended({ id: 'old' }), ended()], 2);
  expect(rows.map((row) => row.id)).toEqual(['x1']);
});

test('an end without a start, and a second end, give no row', () => {
  expect(record([ended()])).toEqual([]);
  expect(record([started(), ended(), ended()])).toHaveLength(1);
});
