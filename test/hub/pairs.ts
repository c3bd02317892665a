/** The fifteen pairs of a caller's protocol and an endpoint: each endpoint by a model that has no other one. */
import { expect } from 'vitest';
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import { defaultModels } from '../../src/simulator/models.ts';
import type { StartedProxy } from '../support/start-proxy.ts';
import { openChatTalk } from './chat-talk.ts';
import { openMessagesTalk } from './messages-talk.ts';
import { openResponsesTalk } from './responses-talk.ts';
import { openGeminiTalk } from './gemini-talk.ts';
import { openOllamaTalk } from './ollama-talk.ts';
import type { Answer, Door, Face, Offer, Talk, UpstreamFace } from './talk.ts';

export const openTalk: Readonly<Record<Face, (door: Door, offer: Offer) => Talk>> = {
  chat: openChatTalk,
  responses: openResponsesTalk,
  messages: openMessagesTalk,
  gemini: openGeminiTalk,
  ollama: openOllamaTalk,
};

export const modelOf: Readonly<Record<UpstreamFace, string>> = {
  chat: 'gemini-3.8-flash',
  responses: 'gpt-6.1-sol',
  messages: 'claude-sonnet-5.5',
};

export const pathOf = {
  chat: '/chat/completions',
  responses: '/responses',
  messages: '/v1/messages',
} as const satisfies Record<UpstreamFace, string>;

/** The default seat, with Claude on Messages alone. */
export const singleEndpointModels = defaultModels.map((spec) =>
  spec.backend === 'anthropic' ? { ...spec, endpoints: ['/v1/messages'] } : spec,
);

export const upstreamFaces: readonly UpstreamFace[] = ['chat', 'responses', 'messages'];
const faces: readonly Face[] = [...upstreamFaces, 'gemini', 'ollama'];

export interface Pair {
  readonly face: Face;
  readonly upstream: UpstreamFace;
  readonly stream: boolean;
  /** Whether both sides speak the same protocol. */
  readonly same: boolean;
}

export const pairs: readonly Pair[] = faces.flatMap((face) =>
  upstreamFaces.flatMap((upstream) =>
    [true, false].map((stream) => ({ face, upstream, stream, same: face === upstream })),
  ),
);

export const titleOf = ({ face, upstream, stream }: Pair) =>
  `${face} on a model of ${upstream}, ${stream ? 'streamed' : 'whole'}`;

export const titled = (chosen: readonly Pair[]) => chosen.map((pair) => [titleOf(pair), pair] as const);

export async function recordOf({ store }: StartedProxy, { exchange }: Answer): Promise<ExchangeRecord> {
  await new Promise((resolve) => setImmediate(resolve));
  store.exchanges.flush();
  const record = await store.exchanges.find(exchange);
  if (!record) throw new Error(`no record of ${exchange}`);
  return record;
}

/** Law 8: usage and cost are the same on the caller's face and in the record; and it travelled as it should. */
export async function expectSound(started: StartedProxy, pair: Pair, answer: Answer): Promise<ExchangeRecord> {
  const record = await recordOf(started, answer);
  const { usage } = record;
  if (!usage) throw new Error('a record without usage');
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, costNanoAiu } = usage;
  expect(answer.usage).toEqual({
    input: (inputTokens ?? 0) + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
    cached: answer.usage.cached === null ? null : (cacheReadTokens ?? 0),
    output: outputTokens ?? 0,
  });
  expect(answer.costNanoAiu).toBe(costNanoAiu);
  expect(costNanoAiu).toBeGreaterThan(0);
  expect(record.outcome).toBe('finished');
  expect(record.endpoint).toBe(pathOf[pair.upstream]);
  expect(record.lane === 'translated').toBe(!pair.same);
  expect(rulesOf(record)).not.toContain('grammar-fault');
  return record;
}

export const rulesOf = ({ edits }: ExchangeRecord) => edits.map(({ rule }) => rule);
