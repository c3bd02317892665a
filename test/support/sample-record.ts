/** One exchange record that tests vary. */
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import type { Estimate } from '../../src/canonical/spend.ts';
import type { TokenUsage } from '../../src/canonical/token-usage.ts';

export const sampleUsage: TokenUsage = {
  inputTokens: 1234,
  cacheReadTokens: 18_432,
  cacheWriteTokens: null,
  outputTokens: 356,
  reasoningTokens: 100,
  costNanoAiu: 420_000_000,
};

export const sampleEstimate: Estimate = {
  inputTokens: 20_000,
  cacheReadTokens: 18_000,
  outputTokens: 400,
  mostOutputTokens: 4_000,
  tier: 'default',
  nanoAiu: 500_000_000,
  mostNanoAiu: 3_000_000_000,
};

export const sampleRecord: ExchangeRecord = {
  id: 'x1',
  startedAt: 1_700_000_000_000,
  durationMs: 12_412,
  firstTokenMs: 812,
  waitedMs: 2,
  headMs: 640,
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
  askedModel: 'claude-opus-5.5',
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
  usage: sampleUsage,
  cost: { nanoAiu: 420_000_000, source: 'reported', tier: null },
  estimate: null,
  cache: null,
  requestBytes: 10,
  responseBytes: 20,
  heartbeats: 0,
  synthesizedEnding: false,
};
