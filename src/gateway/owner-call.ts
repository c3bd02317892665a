/** A call that the seat's owner makes as it is: paced, budgeted, recorded and sent like any other, and changed by nothing. */
import type { Clock } from '../base/clock.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { Estimate } from '../canonical/spend.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import { ProxyError, toProxyError } from '../errors/proxy-error.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { SpendGuard } from '../limits/spend-guard.ts';
import type { EventBus } from '../observability/event-bus.ts';
import { messagesUsage } from '../protocols/anthropic-messages/usage.ts';
import { retryAfterMsOf } from '../protocols/error-headers.ts';
import { chatUsage } from '../protocols/openai-chat/usage.ts';
import { responsesUsage } from '../protocols/openai-responses/usage.ts';
import type { Look, LookReply, Upstream } from '../upstream/upstream.ts';
import type { ExchangeNews } from './exchange.ts';
import { lastJson } from './last-json.ts';

export type GeneratingEndpoint = '/chat/completions' | '/responses' | '/v1/messages';

export interface OwnerCall {
  readonly accountName: string;
  readonly endpoint: GeneratingEndpoint;
  readonly model: Model;
  /** Goes up exactly so, but for its white space. */
  readonly body: JsonObject;
  readonly hasImages: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly estimate: Estimate;
  /** Who calls, as the ledger says it, e.g. `crossfeed-probe`. */
  readonly client: string;
  readonly signal: AbortSignal;
}

/** `error` is null for a 2xx; `text` is the answer then, events and all. */
export interface OwnerAnswer {
  readonly text: string;
  readonly usage: TokenUsage | null;
  readonly error: ProxyError | null;
}

export interface OwnerCallGround {
  readonly upstreamOf: (accountName: string) => Upstream;
  readonly limiter: Limiter | undefined;
  readonly guard: SpendGuard;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly newId: () => string;
}

const protocols: Readonly<Record<GeneratingEndpoint, ProtocolId>> = {
  '/chat/completions': 'openai-chat',
  '/responses': 'openai-responses',
  '/v1/messages': 'anthropic-messages',
};

/** Nobody's key: the owner pays. */
const owner = { keyId: 'owner', keyLabel: 'owner' } as const;
const maxAnswerBytes = 4 * 1024 * 1024;

/** A question that is no call keeps the pace of the account as well. Rejects with a `ProxyError`. */
export async function makeOwnerLook(
  { limiter, upstreamOf }: OwnerCallGround,
  accountName: string,
  asked: Look,
  signal: AbortSignal,
): Promise<LookReply> {
  const place = await limiter?.admit({ accountName, keyId: owner.keyId, initiator: 'user', kind: 'short', signal });
  if (place?.admitted === false) throw paced(place.retryAfterMs);
  try {
    return await upstreamOf(accountName).look(asked);
  } finally {
    if (place?.admitted) place.release();
  }
}

function paced(retryAfterMs: number): ProxyError {
  return new ProxyError('rate_limited', 'This account is paced just now.', { retryAfterMs });
}

/** Never rejects: whatever goes wrong is the answer's error. */
export async function makeOwnerCall(ground: OwnerCallGround, call: OwnerCall): Promise<OwnerAnswer> {
  const { clock, events } = ground;
  const { accountName, endpoint, model, estimate, client, signal } = call;
  const id = ground.newId();
  const startedMs = clock.monotonic();
  const body = Buffer.from(JSON.stringify(call.body));
  const stream = call.body['stream'] === true;
  const protocol = protocols[endpoint];
  const publish = (news: ExchangeNews) => events.publish({ ...news, id, at: clock.now() });
  publish({
    type: 'started',
    protocol,
    operation: 'generate',
    route: endpoint,
    keyId: owner.keyId,
    account: accountName,
    project: null,
    parentId: null,
    client,
    session: id,
    requestBytes: body.length,
  });
  publish({
    type: 'routed',
    askedModel: model.id,
    model: model.id,
    endpoint,
    lane: 'raw',
    stream,
    initiator: 'user',
    kind: client,
    prices: model.prices ?? null,
  });
  publish({ type: 'estimated', estimate });

  async function run(): Promise<{ text: string; usage: TokenUsage | null }> {
    const verdict = await ground.guard.admit({
      ...owner,
      exchangeId: id,
      accountName,
      project: null,
      session: id,
      protocol,
      route: endpoint,
      client,
      model: model.id,
      kind: client,
      estimate,
      edits: [],
      signal,
    });
    if (!verdict.allowed) throw verdict.error;
    const place = await ground.limiter?.admit({
      accountName,
      keyId: owner.keyId,
      initiator: 'user',
      kind: 'generation',
      signal,
    });
    if (place?.admitted === false) throw paced(place.retryAfterMs);
    publish({ type: 'admitted', waitedMs: Math.round(place?.waitedMs ?? 0) });
    try {
      const text = await send();
      ground.limiter?.observe(accountName, { kind: 'served' });
      return { text, usage: usageIn(endpoint, text) };
    } catch (thrown) {
      const error = toProxyError(thrown);
      if (error.code === 'rate_limited')
        ground.limiter?.observe(accountName, { kind: 'rate-limited', retryAfterMs: retryAfterMsOf(error) ?? 0 });
      throw error;
    } finally {
      if (place?.admitted) place.release();
    }
  }

  function send(): Promise<string> {
    return new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      ground.upstreamOf(accountName).send(
        {
          path: endpoint,
          body,
          stream,
          initiator: 'user',
          hasImages: call.hasImages,
          headers: call.headers ?? {},
          exchangeId: id,
          signal,
        },
        {
          onHead: ({ status, headers }) =>
            publish({ type: 'upstream-head', status, upstreamRequestId: headers['x-github-request-id'] ?? null }),
          onData(chunk) {
            bytes += chunk.length;
            if (bytes <= maxAnswerBytes) pieces.push(chunk);
          },
          onEnd: () => resolve(Buffer.concat(pieces).toString('utf8')),
          onFailure: reject,
        },
      );
    });
  }

  const end = (answer: OwnerAnswer): OwnerAnswer => {
    const { usage, error } = answer;
    if (usage !== null) publish({ type: 'usage', usage });
    publish({
      type: 'ended',
      outcome: error === null ? 'finished' : 'failed',
      status: error === null ? 200 : (error.upstreamStatus ?? 0),
      // What the upstream quotes may be the request's own words.
      error: error && { code: error.code, message: error.quotesUpstream ? '[upstream words]' : error.message },
      durationMs: Math.round(clock.monotonic() - startedMs),
      responseBytes: Buffer.byteLength(answer.text),
      heartbeats: 0,
      synthesizedEnding: false,
    });
    return answer;
  };

  try {
    return end({ ...(await run()), error: null });
  } catch (thrown) {
    return end({ text: '', usage: null, error: toProxyError(thrown) });
  }
}

/** Of an answer in one piece, or of the last event that says it. */
function usageIn(endpoint: GeneratingEndpoint, text: string): TokenUsage | null {
  const whole = lastJson(text, 'usage');
  switch (endpoint) {
    case '/chat/completions':
      return chatUsage(whole);
    case '/responses': {
      const { response = whole, copilot_usage: beside } = whole;
      return responsesUsage(response, beside);
    }
    case '/v1/messages':
      return messagesUsage(whole['usage'], whole['copilot_usage'], null);
  }
}
